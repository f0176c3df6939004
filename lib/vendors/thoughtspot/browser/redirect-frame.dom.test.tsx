import type { EmbedItem } from "@/lib/vendors/vendor";
import type { Grant } from "../protocol";
import { createRedirectDriver } from "./redirect-frame";

const browser = { host: "http://thoughtspot.localhost:4003", login: "redirect", tokenCheck: true } as const;
const item: EmbedItem = {
  slug: "one",
  vendor: "thoughtspot",
  kind: "liveboard",
  title: "One",
  description: "",
  target: { liveboardId: "one" },
};
const grant = (token: string): Grant => ({
  token,
  username: "a",
  expiresAt: "",
  url: `${browser.host}/tspublic/v1/session/auth/token?auth_token=${token}&redirect_url=x`,
});

const take = jest.fn<Promise<Grant>, []>();
const renew = jest.fn<Promise<Grant>, []>();

beforeAll(() => {
  globalThis.fetch = jest.fn(async () => ({ ok: true }) as Response);
});
beforeEach(() => jest.clearAllMocks());

const noView = { asked: () => ({ filters: [] }), shown() {}, lost() {} };

/** Opens the frame and waits until it is on its way. */
async function open() {
  const container = document.createElement("div");
  document.body.append(container);
  const run = createRedirectDriver({
    host: { grant: { take, renew }, report: () => {}, userId: "u", locale: "en", view: noView },
    theme: "light",
    item,
    browser,
    container,
  });
  run.start();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  const frame = container.querySelector("iframe");
  if (!frame) throw new Error("There is no frame");
  const signedIn = () =>
    window.dispatchEvent(
      new MessageEvent("message", {
        data: { type: "authInit" },
        origin: browser.host,
        source: frame.contentWindow,
      }),
    );
  return { token: new URL(frame.src).searchParams.get("auth_token"), signedIn, stop: run.stop };
}

test("a token whose login led nowhere is not sent a second time, which would lock the account in the end", async () => {
  take.mockImplementation(async () => grant("dead"));
  renew.mockImplementation(async () => grant("new"));
  const first = await open();
  expect(first.token).toBe("dead");
  first.stop();
  const second = await open();
  expect(second.token).toBe("new");
  second.stop();
});

test("one that opened the item may be used again", async () => {
  take.mockImplementation(async () => grant("good"));
  const first = await open();
  first.signedIn();
  first.stop();
  const second = await open();
  expect(second.token).toBe("good");
  expect(renew).not.toHaveBeenCalled();
  second.stop();
});
