/**
 * The states of an embed frame (design: page contract) and how the embed's reports lead from one to the next. Pure, so
 * that the rules can be read and tested apart from the page.
 */
import { type ProblemCode, type ProblemText, problemText } from "@/lib/problem/codes";
import type { EmbedProblem, EmbedReport } from "@/lib/vendors/embed-host";

export type EmbedStateName = "idle" | "authorizing" | "loading" | "interactive" | "renewing" | "expired" | "failed";

export interface EmbedState {
  readonly name: EmbedStateName;
  /** Counts the tries to show an item: what an earlier one reports is old news. */
  readonly attempt: number;
  /** Counts the mounts of the vendor's embed: a fresh one for every try, except for another item in an open frame. */
  readonly mount: number;
  /** Whether the vendor has proved, in this try and for this item, that the product is there. */
  readonly proven: boolean;
  /** What the embed says it waits for, e.g. "the first page of the dashboard". */
  readonly waitingFor?: string;
  /** What the embed says about a product that takes longer than usual, but comes. */
  readonly slow?: string;
  readonly problem?: EmbedProblem;
}

export type EmbedEvent =
  | { readonly type: "report"; readonly attempt: number; readonly report: EmbedReport }
  | { readonly type: "granted"; readonly attempt: number }
  | { readonly type: "refused"; readonly attempt: number; readonly problem: EmbedProblem }
  | { readonly type: "overdue"; readonly attempt: number }
  | { readonly type: "session-ended" }
  | { readonly type: "item" }
  | { readonly type: "retry" };

export const firstState: EmbedState = { name: "authorizing", attempt: 1, mount: 1, proven: false };

/** Whether the product (or the promise of it) is on the page, rather than an error card. */
export const isAlive = (state: EmbedState) => state.name !== "failed" && state.name !== "expired";

/** Whether the product has yet to show itself; a renewal before that counts as a part of starting. */
export const isStarting = (state: EmbedState) => isAlive(state) && !state.proven;

/** The portal's own session is over: only signing in helps, and the product is taken off the page until then. */
const sessionOver: ReadonlySet<ProblemCode> = new Set(["unauthenticated"]);

function fail(state: EmbedState, problem: EmbedProblem): EmbedState {
  const name = sessionOver.has(problem.code) ? "expired" : "failed";
  return { ...keep(state), name, proven: false, problem };
}

const keep = ({ attempt, mount }: EmbedState) => ({ attempt, mount });

/** The next try; the vendor's embed goes on in its mount, or is mounted afresh. */
const nextTry = ({ attempt, mount }: EmbedState, goesOn: boolean): EmbedState => ({
  ...firstState,
  attempt: attempt + 1,
  mount: goesOn ? mount : mount + 1,
});

export function nextState(state: EmbedState, event: EmbedEvent): EmbedState {
  if (event.type === "retry") return nextTry(state, false);
  // Only what is there for certain can take the next item in.
  if (event.type === "item") return nextTry(state, state.name === "interactive");
  if (event.type === "session-ended") return fail(state, { code: "unauthenticated" });
  // What an earlier try still has to say, or what comes after the end, changes nothing.
  if (event.attempt !== state.attempt || !isAlive(state)) return state;
  switch (event.type) {
    case "granted":
      return state.name === "authorizing" ? { ...state, name: "loading" } : state;
    case "refused":
      return fail(state, event.problem);
    case "overdue":
      return isStarting(state) && !state.slow ? fail(state, { code: "embed_timeout" }) : state;
    case "report":
      return afterReport(state, event.report);
  }
}

function afterReport(state: EmbedState, report: EmbedReport): EmbedState {
  switch (report.state) {
    case "loading":
      return { ...keep(state), name: "loading", proven: false, waitingFor: report.waitingFor, slow: report.slow };
    case "interactive":
      return state.name === "interactive" ? state : { ...keep(state), name: "interactive", proven: true };
    case "renewing":
      return { ...state, name: "renewing" };
    case "expired":
      return { ...keep(state), name: "expired", proven: false, problem: { code: "embed_session_lost" } };
    case "failed":
      return fail(state, report.problem);
  }
}

/** What the polite live region says. Failures speak for themselves, in the assertive one. */
export function stateWords(state: EmbedState, title: string, vendorName: string): string {
  switch (state.name) {
    case "authorizing":
      return `Signing in to ${vendorName}`;
    case "loading":
      return `${title} is loading`;
    case "interactive":
      return `${title} is ready`;
    case "renewing":
      return `Renewing the ${vendorName} session`;
    default:
      return "";
  }
}

/** After four seconds: what it still waits for. */
export function waitingWords(state: EmbedState, vendorName: string, kind: string): string {
  if (state.slow) return state.slow;
  if (state.name !== "loading") return `Still loading: waiting for ${vendorName} to sign you in.`;
  if (state.waitingFor) return `Still loading: waiting for ${state.waitingFor}.`;
  return `Still loading: ${vendorName} is opening the ${kind}.`;
}

const healsByItself: ReadonlySet<ProblemCode> = new Set([
  "vendor_unreachable",
  "vendor_timeout",
  "vendor_busy",
  "vendor_failed",
]);

/** Seconds until the frame tries again by itself, or null when only a person can help. */
export function retriesAfter(problem: EmbedProblem): number | null {
  return healsByItself.has(problem.code) ? Math.max(problem.retryAfter ?? 0, 30) : null;
}

/** The card's sentences. */
export function failureText(problem: EmbedProblem, vendorName: string): ProblemText {
  const text = problemText(problem.code, vendorName);
  return { ...text, detail: problem.detail ?? text.detail };
}
