import "client-only";
/**
 * How one ThoughtSpot embed comes up, stays up and ends. A pure reducer: `driver.ts` runs its effects.
 *
 * **Interactive takes two proofs**: the SDK's confirmed sign-in, for the right user, and the item on the screen.
 *
 * **Expiry is no failure.** The SDK tells it after it has renewed (SOURCES.md); what could not be renewed comes as a
 * failure of another type.
 *
 * **One new start.** A token that ThoughtSpot forgot is replaced once; an application that lost its sign-in is rebuilt
 * once a minute. What happens more often has a cause, and is told.
 */
import type { Step } from "../../driver";
import type { EmbedProblem, EmbedReport } from "../../embed-host";
import { type Login, sameAccount } from "../protocol";

/** How long to wait for what, milliseconds. The frame around gives up after ten seconds; these know the cause. */
export const waits = {
  /** From the start to both proofs. */
  silence: 9_000,
  /** From the frame's `load` to the application's first message. */
  silenceAfterLoad: 4_500,
  /** When nothing has come by then, the portal asks whether the host answers at all. */
  probeDelay: 5_500,
  /** The application may lose its sign-in once in this time. */
  rebuild: 60_000,
} as const;

/** What the current component has proved. A new component proves it again. */
interface Proofs {
  readonly isLoaded: boolean;
  /** The application has asked for its token (`appInit`). */
  readonly isRequested: boolean;
  readonly isConfirmed: boolean;
  readonly isRendered: boolean;
  /** An error that may belong to one tile: the reason, if the item does not appear. */
  readonly sawError: boolean;
}

const noProofs: Proofs = {
  isLoaded: false,
  isRequested: false,
  isConfirmed: false,
  isRendered: false,
  sawError: false,
};

export interface State {
  readonly login: Login;
  readonly proofs: Proofs;
  /** Both proofs were there once; a rebuild does not take it back. */
  readonly isInteractive: boolean;
  /** The account that the portal's grant names. */
  readonly account: string | undefined;
  /** Why the portal gave no token. */
  readonly refusal: EmbedProblem | undefined;
  readonly hasTriedAgain: boolean;
  /** By the clock of the events, milliseconds. */
  readonly rebuiltAt: number;
}

export const initialState = (login: Login): State => ({
  login,
  proofs: noProofs,
  isInteractive: false,
  account: undefined,
  refusal: undefined,
  hasTriedAgain: false,
  rebuiltAt: Number.NEGATIVE_INFINITY,
});

/** What happened. `isForeign`: the SDK holds a token that was made for an earlier item of this page. */
export type Event =
  | { readonly type: "prepared" }
  | { readonly type: "failed"; readonly problem: EmbedProblem }
  // The portal's tokens
  | { readonly type: "granted"; readonly account: string }
  | { readonly type: "grant-refused"; readonly problem: EmbedProblem }
  | { readonly type: "renewing" }
  | { readonly type: "renewed" }
  // The frame and its application
  | { readonly type: "frame-loaded" }
  | { readonly type: "frame-refused"; readonly problem: EmbedProblem }
  | { readonly type: "token-requested" }
  | { readonly type: "application-signed-in"; readonly isForeign: boolean; readonly at: number }
  | { readonly type: "rendered" }
  | {
      readonly type: "application-error";
      readonly errorType: string;
      readonly code: string;
      readonly isForeign: boolean;
      readonly at: number;
    }
  | { readonly type: "application-expired" }
  // The SDK's sign-in
  | { readonly type: "sdk-signed-in" }
  | { readonly type: "sdk-confirmed"; readonly account: string | undefined }
  | { readonly type: "sdk-signed-out" }
  | { readonly type: "sdk-failure"; readonly failure: string; readonly hasFrame: boolean }
  | {
      readonly type: "diagnosed";
      readonly after: "sign-in" | "loss";
      readonly problem: EmbedProblem;
      readonly at: number;
    }
  // Time
  | { readonly type: "timer"; readonly name: TimerName }
  | {
      readonly type: "probed";
      readonly answers: boolean;
      readonly unreachable: EmbedProblem;
      readonly silent: EmbedProblem;
    };

/** `probe-delay`, `silence` and `silence-after-load` are {@link waits}; `loss` is the silence of a rebuilt component. */
export type TimerName = "probe-delay" | "silence" | "silence-after-load" | "loss";

/** What to do in the world. */
export type Effect =
  | { readonly type: "report"; readonly report: EmbedReport }
  | { readonly type: "stop" }
  | { readonly type: "initialise" }
  | { readonly type: "build" }
  | { readonly type: "tear-down" }
  /** The token in the SDK's hands is not handed out again. */
  | { readonly type: "reject-token" }
  | { readonly type: "empty-cache" }
  /** The next initialisation signs in again. */
  | { readonly type: "forget-sign-in" }
  | { readonly type: "restyle" }
  | { readonly type: "diagnose"; readonly after: "sign-in" | "loss" }
  /** Asks once whether the host answers. `tell`: the answer is wanted as an event. */
  | { readonly type: "probe"; readonly tell: boolean }
  | { readonly type: "set-timer"; readonly name: TimerName; readonly ms: number }
  | { readonly type: "clear-timer"; readonly name: TimerName };

type Result = Step<State, Effect>;

const stay = (state: State, ...effects: Effect[]): Result => ({ state, effects });
const report = (embedReport: EmbedReport): Effect => ({ type: "report", report: embedReport });
const loading = (waitingFor: string): Effect => report({ state: "loading", waitingFor });
const fail = (state: State, problem: EmbedProblem): Result =>
  stay(state, report({ state: "failed", problem }), { type: "stop" });

/** What the SDK says when the application was idle or gave up. */
const lossTypes = new Set(["IDLE_SESSION_TIMEOUT", "OTHER", "UNAUTHENTICATED_FAILURE"]);

/** The timers that run from the start. */
export const startTimers: readonly Effect[] = [
  { type: "set-timer", name: "probe-delay", ms: waits.probeDelay },
  { type: "set-timer", name: "silence", ms: waits.silence },
];

export function reduce(state: State, event: Event): Result {
  const { proofs, isInteractive } = state;
  switch (event.type) {
    case "prepared":
      return stay(state, { type: "initialise" }, loading("ThoughtSpot to sign you in"), { type: "build" });
    case "failed":
      return fail(state, event.problem);
    case "granted":
      return stay({ ...state, account: event.account });
    case "grant-refused":
      return stay({ ...state, refusal: event.problem });
    case "renewing":
      return isInteractive ? stay(state, report({ state: "renewing" })) : stay(state);
    case "renewed":
      return isInteractive ? stay(state, report({ state: "interactive" })) : stay(state);
    case "frame-loaded":
      return onLoaded(state);
    case "frame-refused":
      return proofs.isRequested ? stay(state) : fail(state, event.problem);
    case "token-requested":
      return onRequested(state);
    case "application-signed-in":
      return event.isForeign ? rebuild(state, event.at) : stay(state);
    case "rendered":
      return settle({ ...state, proofs: { ...proofs, isRendered: true } });
    case "application-error":
      return onError(state, event);
    case "application-expired":
      return onExpired(state);
    case "sdk-signed-in":
      return onSdkSignedIn(state);
    case "sdk-confirmed":
      return onConfirmed(state, event.account);
    case "sdk-signed-out":
      return fail(state, { code: "embed_session_lost" });
    case "sdk-failure":
      return onFailure(state, event.failure, event.hasFrame);
    case "diagnosed":
      return onDiagnosed(state, event);
    case "timer":
      return onTimer(state, event.name);
    case "probed":
      return onProbed(state, event);
  }
}

function onLoaded(state: State): Result {
  const next = { ...state, proofs: { ...state.proofs, isLoaded: true } };
  if (state.proofs.isRequested) return stay(next);
  return stay(next, { type: "set-timer", name: "silence-after-load", ms: waits.silenceAfterLoad });
}

function onRequested(state: State): Result {
  const next = { ...state, proofs: { ...state.proofs, isRequested: true } };
  const quiet: Effect = { type: "clear-timer", name: "silence-after-load" };
  return state.isInteractive ? stay(next, quiet) : stay(next, quiet, loading("ThoughtSpot to open this item"));
}

function onError(state: State, { errorType, code, isForeign, at }: Event & { type: "application-error" }): Result {
  // A network warning passes by itself: the SDK reloads the frame when the network is back. Once the item is shown,
  // errors belong to what the user does inside and are told there.
  if (errorType === "NETWORK" || code === "LOGIN_FAILED" || state.isInteractive) return stay(state);
  if (isForeign) return rebuild(state, at);
  if (code === "FORBIDDEN") return fail(state, { code: "account_forbidden" });
  if (code === "NOT_FOUND") return fail(state, { code: "item_missing" });
  return stay({ ...state, proofs: { ...state.proofs, sawError: true } });
}

function onExpired(state: State): Result {
  const effects: Effect[] = [];
  // The SDK is about to ask whether it is signed in, and its cached bearer would say yes although the session is gone.
  if (state.login === "cookie") effects.push({ type: "empty-cache" });
  if (state.isInteractive) effects.push(report({ state: "renewing" }));
  return stay(state, ...effects);
}

function onSdkSignedIn(state: State): Result {
  if (state.isInteractive) return backAgain(state);
  return state.proofs.isLoaded ? stay(state) : stay(state, loading("ThoughtSpot to load"));
}

const backAgain = (state: State): Result =>
  state.isInteractive && state.proofs.isRendered ? stay(state, report({ state: "interactive" })) : stay(state);

function onConfirmed(state: State, account: string | undefined): Result {
  // Another person's session answered: nothing of it may stay on the page.
  if (account !== undefined && state.account !== undefined && !sameAccount(account, state.account))
    return fail(state, {
      code: "embed_refused",
      detail: "ThoughtSpot is signed in as someone else in this browser. Close its other windows and try again.",
    });
  return settle({ ...state, proofs: { ...state.proofs, isConfirmed: true } });
}

/** Interactive on both proofs. */
function settle(state: State): Result {
  if (!state.proofs.isConfirmed || !state.proofs.isRendered) return stay(state);
  return stay(
    { ...state, isInteractive: true },
    { type: "clear-timer", name: "silence" },
    { type: "clear-timer", name: "loss" },
    { type: "clear-timer", name: "probe-delay" },
    report({ state: "interactive" }),
    { type: "restyle" },
  );
}

function onFailure(state: State, failure: string, hasFrame: boolean): Result {
  if (failure === "NO_COOKIE_ACCESS") return fail(state, { code: "cookies_blocked" });
  if (failure === "EXPIRY") return backAgain(state);
  if (failure === "SDK")
    return state.refusal ? fail(state, state.refusal) : stay(state, { type: "diagnose", after: "sign-in" });
  if (!lossTypes.has(failure)) return stay(state);
  // Idle: the SDK keeps the frame and signs in again. Given up: it has removed it.
  if (hasFrame) return state.isInteractive ? stay(state, report({ state: "renewing" })) : stay(state);
  if (state.refusal) return fail(state, state.refusal);
  if (state.login === "cookie" && !state.isInteractive) return fail(state, { code: "cookies_blocked" });
  return stay(state, { type: "diagnose", after: "loss" });
}

function onDiagnosed(state: State, { after, problem, at }: Event & { type: "diagnosed" }): Result {
  // ThoughtSpot says why: a new start would end the same way.
  if (problem.code !== "embed_refused") return fail(state, problem);
  if (after === "loss") return rebuild(state, at);
  if (state.hasTriedAgain) return fail(state, problem);
  // The portal thought that its token was alive; ThoughtSpot has ended it (a restart, an administrator): one new one.
  return stay(
    { ...state, proofs: noProofs, refusal: undefined, hasTriedAgain: true },
    { type: "reject-token" },
    { type: "tear-down" },
    { type: "initialise" },
    { type: "build" },
  );
}

/** A new frame with a new token, in place. Filters come back from the page's address. */
function rebuild(state: State, at: number): Result {
  if (at - state.rebuiltAt < waits.rebuild) return fail(state, { code: "embed_session_lost" });
  const again: Effect[] = state.login === "cookie" ? [{ type: "forget-sign-in" }, { type: "initialise" }] : [];
  return stay(
    { ...state, proofs: noProofs, refusal: undefined, rebuiltAt: at },
    { type: "reject-token" },
    { type: "empty-cache" },
    { type: "tear-down" },
    state.isInteractive ? report({ state: "renewing" }) : loading("ThoughtSpot to sign you in again"),
    { type: "clear-timer", name: "silence" },
    { type: "set-timer", name: "loss", ms: waits.silence },
    ...again,
    { type: "build" },
  );
}

function onTimer(state: State, name: TimerName): Result {
  if (name === "loss") return fail(state, { code: "embed_session_lost" });
  if (name === "probe-delay")
    return state.proofs.isRequested ? stay(state) : stay(state, { type: "probe", tell: false });
  // A sign-in that hangs would hang the next try as well: that one signs in again.
  const forget: Effect = { type: "forget-sign-in" };
  if (!state.proofs.sawError && !state.proofs.isRequested) return stay(state, forget, { type: "probe", tell: true });
  const { effects } = fail(state, { code: state.proofs.sawError ? "embed_failed" : "embed_timeout" });
  return stay(state, forget, ...effects);
}

function onProbed(state: State, { answers, unreachable, silent }: Event & { type: "probed" }): Result {
  if (!answers) return fail(state, unreachable);
  if (state.proofs.isRequested) return stay(state);
  return fail(state, state.proofs.isLoaded ? silent : { code: "embed_timeout" });
}
