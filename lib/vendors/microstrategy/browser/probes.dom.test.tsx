/** What the page concludes from the Library's own answers when a frame does not say what is wrong. */
import { diagnoseSilence, probeMs, probeSession } from "./probes";

const library = "https://bi.example.com/MicroStrategyLibrary";
const reportsFrameRefusals = jest.fn(() => true);
jest.mock("@/lib/vendors/frame-refusals", () => ({ reportsFrameRefusals: () => reportsFrameRefusals() }));

interface Asked {
  readonly address: string;
  readonly credentials?: RequestCredentials;
  readonly mode?: RequestMode;
}
let asked: Asked[];

/** The Library answers a readable call with a status, or not at all; and one that needs no reading. */
function answers(readable: number | null, opaque = true) {
  asked = [];
  global.fetch = jest.fn(async (input: RequestInfo | URL, { credentials, mode }: RequestInit = {}) => {
    asked.push({ address: String(input).replace(library, ""), credentials, mode });
    if (mode === "no-cors" ? !opaque : readable === null) throw new TypeError("Failed to fetch");
    return { status: mode === "no-cors" ? 0 : readable };
  }) as unknown as typeof fetch;
}

afterEach(() => {
  jest.restoreAllMocks();
  reportsFrameRefusals.mockReturnValue(true);
});

describe("whether the browser holds a session", () => {
  test.each([
    [204, "alive"],
    [401, "none"],
    [200, "unknown"],
    [500, "unknown"],
    [null, "unknown"],
  ] as const)("an answer of %s: %s", async (status, verdict) => {
    answers(status);
    expect(await probeSession(library)).toBe(verdict);
    expect(asked).toEqual([{ address: "/api/auth/token", credentials: "include", mode: undefined }]);
  });

  test("is asked for less than a second", async () => {
    const timeout = jest.spyOn(AbortSignal, "timeout");
    answers(204);
    await probeSession(library);
    expect(timeout).toHaveBeenCalledWith(probeMs);
    expect(probeMs).toBeLessThan(900);
  });
});

describe("a frame that has loaded and says nothing", () => {
  test("is nobody's fault but the network's while the browser is offline", async () => {
    answers(200);
    jest.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    expect(await diagnoseSilence(library)).toEqual({ code: "offline" });
    expect(asked).toEqual([]);
  });

  test("belongs to a Library that fails, and says so without a cookie", async () => {
    answers(503);
    expect(await diagnoseSilence(library)).toEqual({ code: "vendor_failed" });
    expect(asked).toEqual([{ address: "/api/status", credentials: "omit", mode: undefined }]);
  });

  test("belongs to a Library that nobody reaches from here, which is named by its host", async () => {
    answers(null, false);
    expect(await diagnoseSilence(library)).toEqual({
      code: "vendor_unreachable",
      detail: expect.stringContaining("no answer from bi.example.com"),
    });
  });

  test.each([200, null])(
    "in a browser that would report a refusal, is an error of the page's own (status answers %s)",
    async (status) => {
      answers(status);
      expect(await diagnoseSilence(library)).toEqual({
        code: "vendor_failed",
        detail: expect.stringContaining("own page answered with an error"),
      });
    },
  );

  test("in a browser without such reports, may be either, and no vendor is blamed for it", async () => {
    reportsFrameRefusals.mockReturnValue(false);
    answers(200);
    expect(await diagnoseSilence(library)).toEqual({
      code: "embed_timeout",
      detail: expect.stringContaining(`does not allow ${location.origin}`),
    });
  });
});
