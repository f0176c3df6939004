/** Every rule of the state machine, with plain objects. The SDK's order of events: embed.dom.test.tsx and e2e. */
import { type Effect, type Event, initialState, reduce, type State, waits } from "./state";

/** Runs events from the start; returns the last state and every effect. */
function run(login: Parameters<typeof initialState>[0], ...events: readonly Event[]) {
  let state: State = initialState(login);
  const effects: Effect[] = [];
  for (const event of events) {
    const step = reduce(state, event);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects, last: reduceLast(login, events) };
}
/** The effects of the last event alone. */
function reduceLast(login: Parameters<typeof initialState>[0], events: readonly Event[]): readonly Effect[] {
  let state = initialState(login);
  let effects: readonly Effect[] = [];
  for (const event of events) ({ state, effects } = reduce(state, event));
  return effects;
}
const failure = (code: string) => [
  { type: "report", report: { state: "failed", problem: expect.objectContaining({ code }) } },
  { type: "stop" },
];
const reported = (state: string) =>
  expect.objectContaining({ type: "report", report: expect.objectContaining({ state }) });
const kinds = (effects: readonly Effect[]) => effects.map(({ type }) => type);

const granted: Event = { type: "granted", account: "anna" };
const confirmed = (account: string | undefined = "anna"): Event => ({ type: "sdk-confirmed", account });
const rendered: Event = { type: "rendered" };
const up: readonly Event[] = [granted, { type: "frame-loaded" }, { type: "token-requested" }, confirmed(), rendered];
const lost: Event = { type: "sdk-failure", failure: "OTHER", hasFrame: false };
const diagnosed = (after: "sign-in" | "loss", code: "embed_refused" | "vendor_busy", at = 0): Event => ({
  type: "diagnosed",
  after,
  problem: { code },
  at,
});

describe("interactive", () => {
  test.each([
    ["confirmed, then rendered", [confirmed(), rendered]],
    ["rendered, then confirmed", [rendered, confirmed()]],
  ])("takes both proofs: %s", (_, proofs) => {
    const [first, second] = proofs as [Event, Event];
    expect(run("cookieless", granted, first).effects).not.toContainEqual(reported("interactive"));
    expect(run("cookieless", granted, first, second).last).toContainEqual(reported("interactive"));
  });

  test("ends the wait for silence and follows the theme", () => {
    expect(run("cookieless", ...up).last).toEqual([
      { type: "clear-timer", name: "silence" },
      { type: "clear-timer", name: "loss" },
      { type: "clear-timer", name: "probe-delay" },
      reported("interactive"),
      { type: "restyle" },
    ]);
  });

  test("is never reached with another person's session, whatever the letter case of the own", () => {
    expect(run("cookieless", granted, rendered, confirmed("victor")).last).toEqual(failure("embed_refused"));
    expect(run("cookieless", granted, rendered, confirmed("ANNA")).last).toContainEqual(reported("interactive"));
  });
});

describe("expiry", () => {
  test("is told after the SDK has renewed, so it is no failure", () => {
    const expiry: Event = { type: "sdk-failure", failure: "EXPIRY", hasFrame: true };
    expect(run("cookieless", ...up, expiry).last).toEqual([reported("interactive")]);
    expect(run("cookieless", granted, expiry).last).toEqual([]);
  });

  test("shows the renewal, and with the cookie login empties the cache, whose bearer would hide the lost session", () => {
    expect(run("cookieless", ...up, { type: "application-expired" }).last).toEqual([reported("renewing")]);
    expect(kinds(run("cookie", ...up, { type: "application-expired" }).last)).toEqual(["empty-cache", "report"]);
  });

  test("an idle application that keeps its frame is renewing", () => {
    const idle: Event = { type: "sdk-failure", failure: "IDLE_SESSION_TIMEOUT", hasFrame: true };
    expect(run("cookieless", ...up, idle).last).toEqual([reported("renewing")]);
  });
});

describe("a sign-in that failed", () => {
  const failed: Event = { type: "sdk-failure", failure: "SDK", hasFrame: false };

  test("is the portal's own refusal when there was one", () => {
    const refused: Event = { type: "grant-refused", problem: { code: "no_rows" } };
    expect(run("cookieless", refused, failed).last).toEqual(failure("no_rows"));
  });

  test("is diagnosed otherwise, and tried once more with another token", () => {
    expect(run("cookieless", granted, failed).last).toEqual([{ type: "diagnose", after: "sign-in" }]);
    const again = run("cookieless", granted, failed, diagnosed("sign-in", "embed_refused"));
    expect(kinds(again.last)).toEqual(["reject-token", "tear-down", "initialise", "build"]);
    expect(
      run(
        "cookieless",
        granted,
        failed,
        diagnosed("sign-in", "embed_refused"),
        failed,
        diagnosed("sign-in", "embed_refused"),
      ).last,
    ).toEqual(failure("embed_refused"));
  });

  test("with a known cause is told at once", () => {
    expect(run("cookieless", granted, failed, diagnosed("sign-in", "vendor_busy")).last).toEqual(
      failure("vendor_busy"),
    );
  });
});

describe("an application that lost its sign-in", () => {
  test("is rebuilt with a new token, and stays renewing if it was interactive", () => {
    const { last, state } = run("cookieless", ...up, lost, diagnosed("loss", "embed_refused", 5));
    expect(kinds(last)).toEqual([
      "reject-token",
      "empty-cache",
      "tear-down",
      "report",
      "clear-timer",
      "set-timer",
      "build",
    ]);
    expect(last).toContainEqual(reported("renewing"));
    expect(state).toMatchObject({ isInteractive: true, proofs: { isConfirmed: false, isRendered: false } });
  });

  test("signs in again with the cookie login", () => {
    const { last } = run("cookie", ...up, lost, diagnosed("loss", "embed_refused"));
    expect(kinds(last).slice(-3)).toEqual(["forget-sign-in", "initialise", "build"]);
  });

  test("twice in a minute is told; later it is rebuilt again", () => {
    const twice = (at: number) =>
      run(
        "cookieless",
        ...up,
        lost,
        diagnosed("loss", "embed_refused", 0),
        ...up,
        lost,
        diagnosed("loss", "embed_refused", at),
      ).last;
    expect(twice(waits.rebuild - 1)).toEqual(failure("embed_session_lost"));
    expect(kinds(twice(waits.rebuild))).toContain("build");
  });

  test("because ThoughtSpot is busy is told as busy, and not rebuilt", () => {
    expect(run("cookieless", ...up, lost, diagnosed("loss", "vendor_busy")).last).toEqual(failure("vendor_busy"));
  });

  test("that does not come back is told", () => {
    expect(run("cookieless", ...up, { type: "timer", name: "loss" }).last).toEqual(failure("embed_session_lost"));
  });

  test("means blocked cookies when it never was interactive by cookie", () => {
    expect(run("cookie", granted, lost).last).toEqual(failure("cookies_blocked"));
  });

  test("by a sign-out inside ThoughtSpot is told", () => {
    expect(run("cookieless", ...up, { type: "sdk-signed-out" }).last).toEqual(failure("embed_session_lost"));
  });
});

describe("a token of an earlier item", () => {
  test("is replaced before anything is shown", () => {
    const signedIn: Event = { type: "application-signed-in", isForeign: true, at: 1 };
    expect(kinds(run("cookieless", granted, signedIn).last)).toContain("reject-token");
    expect(run("cookieless", granted, { ...signedIn, isForeign: false }).last).toEqual([]);
  });
});

describe("errors of the application", () => {
  const error = (code: string, more: object = {}): Event => ({
    type: "application-error",
    errorType: "API",
    code,
    isForeign: false,
    at: 0,
    ...more,
  });

  test.each([
    ["FORBIDDEN", "account_forbidden"],
    ["NOT_FOUND", "item_missing"],
  ])("%s is %s", (code, problem) => expect(run("cookieless", error(code)).last).toEqual(failure(problem)));

  test("of the network, of a login, and once the item is shown, are the application's own", () => {
    expect(run("cookieless", error("X", { errorType: "NETWORK" })).last).toEqual([]);
    expect(run("cookieless", error("LOGIN_FAILED")).last).toEqual([]);
    expect(run("cookieless", ...up, error("FORBIDDEN")).last).toEqual([]);
  });

  test("another one is the reason, if the item does not appear", () => {
    const { last } = run("cookieless", error("X"), { type: "timer", name: "silence" });
    expect(last.slice(1)).toEqual(failure("embed_failed"));
  });
});

describe("silence", () => {
  const silence: Event = { type: "timer", name: "silence" };
  const probed = (answers: boolean): Event => ({
    type: "probed",
    answers,
    unreachable: { code: "vendor_unreachable" },
    silent: { code: "embed_blocked" },
  });

  test("asks whether the host answers before it says why", () => {
    expect(run("cookieless", silence).last).toEqual([{ type: "forget-sign-in" }, { type: "probe", tell: true }]);
    expect(run("cookieless", silence, probed(false)).last).toEqual(failure("vendor_unreachable"));
    expect(run("cookieless", silence, probed(true)).last).toEqual(failure("embed_timeout"));
    expect(run("cookieless", { type: "frame-loaded" }, silence, probed(true)).last).toEqual(failure("embed_blocked"));
  });

  test("of an application that has spoken is its own", () => {
    expect(run("cookieless", { type: "token-requested" }, silence).last.slice(1)).toEqual(failure("embed_timeout"));
    expect(run("cookieless", silence, { type: "token-requested" }, probed(true)).last).toEqual([]);
  });

  test("after the frame has loaded is noticed sooner, unless the application speaks", () => {
    expect(run("cookieless", { type: "frame-loaded" }).last).toEqual([
      { type: "set-timer", name: "silence-after-load", ms: waits.silenceAfterLoad },
    ]);
    expect(run("cookieless", { type: "token-requested" }, { type: "frame-loaded" }).last).toEqual([]);
    expect(run("cookieless", { type: "frame-loaded" }, { type: "token-requested" }).last).toContainEqual({
      type: "clear-timer",
      name: "silence-after-load",
    });
  });

  test("a frame that the browser refused is told, unless the application speaks", () => {
    const refused: Event = { type: "frame-refused", problem: { code: "embed_blocked" } };
    expect(run("cookieless", refused).last).toEqual(failure("embed_blocked"));
    expect(run("cookieless", { type: "token-requested" }, refused).last).toEqual([]);
  });
});

test("blocked cookies are told", () => {
  const blocked: Event = { type: "sdk-failure", failure: "NO_COOKIE_ACCESS", hasFrame: true };
  expect(run("cookieless", ...up, blocked).last).toEqual(failure("cookies_blocked"));
});
