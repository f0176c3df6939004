import "client-only";
/**
 * How one embed of the redirect login comes up, stays up and ends. A pure reducer: `redirect-frame.ts` runs its effects.
 *
 * **Interactive takes two proofs**: the application's own sign-in, and the item on the screen.
 *
 * **A session that ends is renewed** once a minute at most: the same frame goes through the login step with a new token.
 */
import type { Step } from "../../driver";
import type { EmbedProblem, EmbedReport } from "../../embed-host";
import type { Grant } from "../protocol";

/** How long to wait for what, milliseconds. The frame around gives up after ten seconds; these know the cause. */
export const waits = {
  /** From the start, or from a renewal, to the application's sign-in. */
  silence: 9_000,
  /** From the frame's `load` to the application's first message. */
  silenceAfterLoad: 4_500,
  /** When nothing has come by then, the portal asks whether the host answers at all. */
  probeDelay: 5_500,
  /** The application may lose its sign-in once in this time. */
  signInAgain: 60_000,
} as const;

export interface State {
  /** The application has sent a message. */
  readonly hasSpoken: boolean;
  readonly isSignedIn: boolean;
  /** The item is on the screen. Errors after that belong to what the user does inside. */
  readonly isShown: boolean;
  /** The account of the first grant. */
  readonly account: string | undefined;
  /** By the clock of the events, milliseconds. */
  readonly signedInAgainAt: number;
}

export const initialState: State = {
  hasSpoken: false,
  isSignedIn: false,
  isShown: false,
  account: undefined,
  signedInAgainAt: Number.NEGATIVE_INFINITY,
};

export type TimerName = "probe-delay" | "silence" | "silence-after-load" | "renewal";

/** What happened. */
export type Event =
  /** `isOwnAddress`: the grant's login address is ThoughtSpot's. */
  | { readonly type: "granted"; readonly grant: Grant; readonly isOwnAddress: boolean }
  | { readonly type: "grant-refused"; readonly problem: EmbedProblem }
  | { readonly type: "frame-loaded" }
  | { readonly type: "frame-refused"; readonly problem: EmbedProblem }
  // The application's messages; `heard` comes before each of them
  | { readonly type: "heard" }
  | { readonly type: "signed-in" }
  | { readonly type: "cookies-blocked" }
  | { readonly type: "signed-out" }
  | { readonly type: "sign-in-lost"; readonly at: number }
  | { readonly type: "application-error"; readonly code: string }
  | { readonly type: "rendered" }
  // Time
  | { readonly type: "timer"; readonly name: TimerName }
  | {
      readonly type: "probed";
      readonly answers: boolean;
      readonly unreachable: EmbedProblem;
      readonly silent: EmbedProblem;
    };

/** What to do in the world. */
export type Effect =
  | { readonly type: "report"; readonly report: EmbedReport }
  | { readonly type: "stop" }
  /** Sends the frame to the login step of this grant. */
  | { readonly type: "navigate"; readonly grant: Grant }
  /** The token of the last login step was good. */
  | { readonly type: "accept-token" }
  | { readonly type: "renew" }
  /** Asks once whether the host answers. `tell`: the answer is wanted as an event. */
  | { readonly type: "probe"; readonly tell: boolean }
  | { readonly type: "set-timer"; readonly name: TimerName; readonly ms: number }
  | { readonly type: "clear-timers" };

type Result = Step<State, Effect>;

const stay = (state: State, ...effects: Effect[]): Result => ({ state, effects });
const report = (embedReport: EmbedReport): Effect => ({ type: "report", report: embedReport });
const fail = (state: State, problem: EmbedProblem): Result =>
  stay(state, report({ state: "failed", problem }), { type: "stop" });

/** The timers that run from the start. */
export const startTimers: readonly Effect[] = [
  { type: "set-timer", name: "probe-delay", ms: waits.probeDelay },
  { type: "set-timer", name: "silence", ms: waits.silence },
];

export function reduce(state: State, event: Event): Result {
  switch (event.type) {
    case "granted":
      return onGranted(state, event);
    case "grant-refused":
      return fail(state, event.problem);
    case "frame-loaded":
      if (state.hasSpoken) return stay(state);
      return stay(state, { type: "set-timer", name: "silence-after-load", ms: waits.silenceAfterLoad });
    case "frame-refused":
      return state.hasSpoken ? stay(state) : fail(state, event.problem);
    case "heard":
      return stay({ ...state, hasSpoken: true });
    case "signed-in":
      return stay({ ...state, isSignedIn: true }, { type: "accept-token" });
    case "cookies-blocked":
      return fail(state, { code: "cookies_blocked" });
    case "signed-out":
      return fail(state, { code: "embed_session_lost" });
    case "sign-in-lost":
      return onSignInLost(state, event.at);
    case "application-error":
      return onError(state, event.code);
    case "rendered":
      if (!state.isSignedIn) return stay(state);
      return stay({ ...state, isShown: true }, { type: "clear-timers" }, report({ state: "interactive" }));
    case "timer":
      return onTimer(state, event.name);
    case "probed":
      return onProbed(state, event);
  }
}

function onGranted(state: State, { grant, isOwnAddress }: Event & { type: "granted" }): Result {
  if (!isOwnAddress) return fail(state, { code: "vendor_misconfigured" });
  if (state.account === undefined)
    return stay(
      { ...state, account: grant.username },
      report({ state: "loading", waitingFor: "ThoughtSpot to sign you in" }),
      { type: "navigate", grant },
    );
  // Another user has signed in to the portal in another tab: this page is the former user's.
  if (state.account !== grant.username) return fail(state, { code: "unauthenticated" });
  return stay(state, { type: "navigate", grant });
}

function onSignInLost(state: State, at: number): Result {
  // The login step itself was refused, most often because the browser kept no cookie.
  if (!state.isSignedIn) return fail(state, { code: state.isShown ? "embed_session_lost" : "cookies_blocked" });
  if (at - state.signedInAgainAt < waits.signInAgain) return fail(state, { code: "embed_session_lost" });
  return stay(
    { ...state, isSignedIn: false, signedInAgainAt: at },
    report({ state: "renewing" }),
    { type: "set-timer", name: "renewal", ms: waits.silence },
    { type: "renew" },
  );
}

function onError(state: State, code: string): Result {
  if (state.isShown) return stay(state);
  if (code === "FORBIDDEN") return fail(state, { code: "account_forbidden" });
  return code === "NOT_FOUND" ? fail(state, { code: "item_missing" }) : stay(state);
}

function onTimer(state: State, name: TimerName): Result {
  if (name === "renewal") return state.isSignedIn ? stay(state) : fail(state, { code: "embed_session_lost" });
  if (name === "silence" && state.hasSpoken) return fail(state, { code: "embed_timeout" });
  return state.hasSpoken ? stay(state) : stay(state, { type: "probe", tell: name !== "probe-delay" });
}

function onProbed(state: State, { answers, unreachable, silent }: Event & { type: "probed" }): Result {
  if (!answers) return fail(state, unreachable);
  return state.hasSpoken ? stay(state) : fail(state, silent);
}
