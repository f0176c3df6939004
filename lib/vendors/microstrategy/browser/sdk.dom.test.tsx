/** The SDK script is loaded once, within a deadline, and again after a failure. */
import { loadSdk } from "./sdk";

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

test("a script that fails is forgotten, so that a retry loads it anew", async () => {
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

test("a script that dies while loading names the setting it needs", async () => {
  const loading = loadSdk("https://d.example/lib.js");
  scripts()[0]?.dispatchEvent(new Event("load"));
  await expect(loading).rejects.toMatchObject({ detail: expect.stringContaining("MICROSTRATEGY_SDK_EVAL") });
});
