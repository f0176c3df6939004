/** The SDK script is loaded once, within a deadline, and again after a failure. */
import { buildOf, cannotShow, loadSdk } from "./sdk";

const scripts = () => [...document.head.querySelectorAll("script")];
const sdk = { dossier: { create: jest.fn(), destroy: jest.fn() } };

beforeEach(() => {
  jest.useFakeTimers();
  document.head.replaceChildren();
  delete window.microstrategy;
});
afterEach(() => jest.useRealTimers());

test("two embeds at once share one script", async () => {
  const both = Promise.all([loadSdk("https://a.example/lib.js"), loadSdk("https://a.example/lib.js")]);
  expect(scripts().map(({ src }) => src)).toEqual(["https://a.example/lib.js"]);
  window.microstrategy = sdk;
  scripts()[0]?.dispatchEvent(new Event("load"));
  expect(await both).toEqual([sdk, sdk]);
  expect(await loadSdk("https://a.example/lib.js")).toBe(sdk);
  expect(scripts()).toHaveLength(1);
});

test("a script that fails is forgotten, so that a retry loads it again", async () => {
  const first = loadSdk("https://b.example/lib.js");
  scripts()[0]?.dispatchEvent(new Event("error"));
  await expect(first).rejects.toMatchObject({ code: "sdk_unavailable" });
  expect(scripts()).toEqual([]);
  const second = loadSdk("https://b.example/lib.js");
  window.microstrategy = sdk;
  scripts()[0]?.dispatchEvent(new Event("load"));
  expect(await second).toBe(sdk);
});

test("a script that never comes fails after its deadline", async () => {
  const loading = loadSdk("https://c.example/lib.js", 6_000);
  jest.advanceTimersByTime(6_000);
  await expect(loading).rejects.toMatchObject({ code: "sdk_unavailable" });
});

test.each([
  ["was refused to compile code names the setting it needs", true, "MICROSTRATEGY_SDK_EVAL"],
  ["is something else, such as a sign-in page, weakens no policy", false, "perhaps a sign-in page"],
])("what loads without the SDK and %s", async (_name, evalRefused, detail) => {
  const loading = loadSdk(`https://d${Number(evalRefused)}.example/lib.js`);
  scripts()[0]?.dispatchEvent(new Event("load"));
  // Browsers report the refusal after the script's load.
  const report = Object.assign(new Event("securitypolicyviolation"), { blockedURI: "eval" });
  if (evalRefused) document.dispatchEvent(report);
  jest.advanceTimersByTime(100);
  await expect(loading).rejects.toMatchObject({ code: "sdk_unavailable", detail: expect.stringContaining(detail) });
});

test("builds are told apart by what they offer", () => {
  const context = jest.fn();
  expect(buildOf(sdk)).toBe("2022 or earlier");
  expect(buildOf({ ...sdk, embeddingContexts: { embedReportPage: context } })).toBe("2024");
  expect(buildOf({ ...sdk, embeddingContexts: { embedBotConsumptionPage: context } })).toBe("current");
});

test("a kind that a build lacks is named with the build and with what helps", () => {
  expect(cannotShow(sdk, "bot")).toMatchObject({
    code: "kind_unsupported",
    detail:
      "This Library's embedding script, a build of 2022 or earlier, shows dashboards only inside the portal. The bot opens in a new tab.",
  });
});
