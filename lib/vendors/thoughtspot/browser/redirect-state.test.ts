/** Every rule of the redirect login's state machine, with plain objects. */
import type { Grant } from "../protocol";
import { type Effect, type Event, initialState, reduce, type State, waits } from "./redirect-state";

/** Runs events from the start; returns the effects of the last one. */
function effectsOfLast(...events: readonly Event[]): readonly Effect[] {
  let state: State = initialState;
  let effects: readonly Effect[] = [];
  for (const event of events) ({ state, effects } = reduce(state, event));
  return effects;
}
const failure = (code: string) => [
  { type: "report", report: { state: "failed", problem: { code } } },
  { type: "stop" },
];
const grantOf = (username: string): Grant => ({ token: "t", username, expiresAt: "", url: "https://ts.example/login" });
const granted = (username = "anna"): Event => ({ type: "granted", grant: grantOf(username), isOwnAddress: true });
const heard: Event = { type: "heard" };
const signedIn: Event = { type: "signed-in" };
const rendered: Event = { type: "rendered" };
const lost = (at: number): Event => ({ type: "sign-in-lost", at });
const timer = (name: (Event & { type: "timer" })["name"]): Event => ({ type: "timer", name });
const probed = (answers: boolean): Event => ({
  type: "probed",
  answers,
  unreachable: { code: "vendor_unreachable" },
  silent: { code: "embed_blocked" },
});
const shown: readonly Event[] = [granted(), heard, signedIn, rendered];

describe("nothing is shown", () => {
  test.each<[string, string, readonly Event[]]>([
    [
      "at an address that is not ThoughtSpot's",
      "vendor_misconfigured",
      [{ type: "granted", grant: grantOf("anna"), isOwnAddress: false }],
    ],
    [
      "when the portal gives no grant",
      "item_forbidden",
      [{ type: "grant-refused", problem: { code: "item_forbidden" } }],
    ],
    [
      "when the frame may not be framed here",
      "embed_blocked",
      [granted(), { type: "frame-refused", problem: { code: "embed_blocked" } }],
    ],
    ["without third-party cookies", "cookies_blocked", [granted(), heard, { type: "cookies-blocked" }]],
    ["when the login step is refused", "cookies_blocked", [granted(), heard, lost(0)]],
    [
      "without access to the item",
      "account_forbidden",
      [granted(), heard, { type: "application-error", code: "FORBIDDEN" }],
    ],
    ["when the item is gone", "item_missing", [granted(), heard, { type: "application-error", code: "NOT_FOUND" }]],
    ["when the application starts and then stays silent", "embed_timeout", [granted(), heard, timer("silence")]],
    ["when the host does not answer", "vendor_unreachable", [granted(), timer("silence"), probed(false)]],
    [
      "when the host answers and the application stays silent",
      "embed_blocked",
      [granted(), timer("silence"), probed(true)],
    ],
  ])("%s: %s", (_name, code, events) => {
    expect(effectsOfLast(...events)).toEqual(failure(code));
  });

  test("by an item without a sign-in", () => {
    expect(effectsOfLast(granted(), heard, rendered)).toEqual([]);
  });
});

describe("interactive", () => {
  test("takes the application's sign-in and the item on the screen, and ends every wait", () => {
    expect(effectsOfLast(...shown)).toEqual([
      { type: "clear-timers" },
      { type: "report", report: { state: "interactive" } },
    ]);
  });

  test("is not taken back by an error inside, a late report of the frame or a late probe", () => {
    expect(effectsOfLast(...shown, { type: "application-error", code: "FORBIDDEN" })).toEqual([]);
    expect(effectsOfLast(...shown, { type: "frame-refused", problem: { code: "embed_blocked" } })).toEqual([]);
    expect(effectsOfLast(...shown, probed(true))).toEqual([]);
  });
});

test("the token of a login step counts as good once the application has signed in", () => {
  expect(effectsOfLast(granted(), heard, signedIn)).toEqual([{ type: "accept-token" }]);
});

describe("silence", () => {
  test("is waited for from the frame's load, until the application speaks", () => {
    const wait = { type: "set-timer", name: "silence-after-load", ms: waits.silenceAfterLoad };
    expect(effectsOfLast(granted(), { type: "frame-loaded" })).toEqual([wait]);
    expect(effectsOfLast(granted(), heard, { type: "frame-loaded" })).toEqual([]);
    expect(effectsOfLast(granted(), heard, timer("silence-after-load"))).toEqual([]);
  });

  test("is looked into early, and told only at the end", () => {
    expect(effectsOfLast(granted(), timer("probe-delay"))).toEqual([{ type: "probe", tell: false }]);
    expect(effectsOfLast(granted(), timer("silence-after-load"))).toEqual([{ type: "probe", tell: true }]);
    expect(effectsOfLast(granted(), timer("silence"))).toEqual([{ type: "probe", tell: true }]);
  });
});

describe("a session that ends", () => {
  test("is renewed in the same frame", () => {
    expect(effectsOfLast(...shown, lost(0))).toEqual([
      { type: "report", report: { state: "renewing" } },
      { type: "set-timer", name: "renewal", ms: waits.silence },
      { type: "renew" },
    ]);
    expect(effectsOfLast(...shown, lost(0), granted())).toEqual([{ type: "navigate", grant: grantOf("anna") }]);
    expect(effectsOfLast(...shown, lost(0), granted(), signedIn, timer("renewal"))).toEqual([]);
  });

  test("is not renewed for another user", () => {
    expect(effectsOfLast(...shown, lost(0), granted("bert"))).toEqual(failure("unauthenticated"));
  });

  test.each<[string, readonly Event[]]>([
    ["ends within a minute again", [lost(0), granted(), signedIn, lost(waits.signInAgain - 1)]],
    ["is not renewed in time", [lost(0), granted(), timer("renewal")]],
    ["is refused while it is renewed", [lost(0), granted(), lost(1)]],
    ["the user ends inside", [{ type: "signed-out" }]],
  ])("fails when it %s", (_name, events) => {
    expect(effectsOfLast(...shown, ...events)).toEqual(failure("embed_session_lost"));
  });

  test("is renewed again after a minute", () => {
    const effects = effectsOfLast(...shown, lost(0), granted(), signedIn, rendered, lost(waits.signInAgain));
    expect(effects).toContainEqual({ type: "renew" });
  });
});
