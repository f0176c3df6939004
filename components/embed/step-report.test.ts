/** What an embed's steps send, and when they stop: nothing may be asked of a portal whose session has ended. */
import { askPortal } from "@/lib/grants/ask-portal";
import { StepReport } from "./step-report";

jest.mock("@/lib/grants/ask-portal", () => ({ askPortal: jest.fn() }));
const asked = jest.mocked(askPortal);
const patterns = [
  { id: "loaded", begins: ["load"], ends: ["loaded"] },
  { id: "shown", ends: ["show"] },
];

beforeEach(() => {
  jest.useFakeTimers();
  asked.mockReset().mockResolvedValue({ ok: true, body: {} });
  Object.assign(globalThis, { window: { dispatchEvent: jest.fn() } });
});
afterEach(() => jest.useRealTimers());

const settle = () => jest.advanceTimersByTimeAsync(1_000);

test("nothing is sent before the grant is there, and then all of it at once", async () => {
  const report = new StepReport(patterns, "a");
  for (const name of ["load", "loaded"]) report.note(name);
  await settle();
  expect(asked).not.toHaveBeenCalled();
  report.granted("r-1");
  report.note("show");
  await settle();
  expect(asked).toHaveBeenCalledTimes(1);
  expect(asked.mock.lastCall).toEqual([
    "/api/inspector/steps",
    {
      opening: "r-1",
      item: "a",
      steps: [expect.stringMatching(/^loaded \d+ \d+$/), expect.stringMatching(/^shown \d+ \d+$/)],
    },
  ]);
});

test.each(["unauthenticated", "offline"])("after %s nothing is sent any more", async (code) => {
  const report = new StepReport(patterns, "a");
  report.granted("r-1");
  report.note("load");
  report.note("loaded");
  report.fail(code);
  await settle();
  expect(asked).not.toHaveBeenCalled();
});

test("a refusal is not repeated", async () => {
  asked.mockResolvedValue({ ok: false, problem: { code: "unauthenticated" } });
  const report = new StepReport(patterns, "a");
  report.granted("r-1");
  for (const name of ["load", "loaded"]) report.note(name);
  await settle();
  report.note("show");
  await settle();
  expect(asked).toHaveBeenCalledTimes(1);
});

test("a failure is told by its code", async () => {
  const report = new StepReport(patterns, "a");
  report.granted("r-1");
  report.note("load");
  report.fail("embed_timeout");
  await settle();
  expect(asked.mock.lastCall?.[1]).toMatchObject({ steps: [expect.stringMatching(/^loaded \d+ \d+ embed_timeout$/)] });
});
