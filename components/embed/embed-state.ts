/**
 * The states of an embed frame and its transitions: a pure reducer, testable without a page. `data-state` and `data-code`
 * of the frame's section show them.
 */
import { problemText, recoveryOf } from "@/lib/problem/codes";
import type { ProblemText } from "@/lib/problem/text";
import type { EmbedProblem, EmbedReport } from "@/lib/vendors/embed-host";

export type EmbedStateName = "authorizing" | "loading" | "interactive" | "renewing" | "expired" | "failed";

export interface EmbedState {
  readonly name: EmbedStateName;
  /** Counts the attempts to show an item: reports of an earlier attempt are ignored. */
  readonly attempt: number;
  /** Counts the mounts of the vendor's embed: one per attempt, except for another item in an open frame. */
  readonly mount: number;
  /** Whether the vendor has proved, in this attempt and for this item, that the product is shown. */
  readonly proven: boolean;
  /** What the embed is waiting for, e.g. "the first page of the dashboard". */
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

/** Whether the product or its skeleton is on the page, rather than an error card. */
export const isAlive = (state: EmbedState) => state.name !== "failed" && state.name !== "expired";

/** Whether the product is not shown yet; a renewal before that is part of starting. */
export const isStarting = (state: EmbedState) => isAlive(state) && !state.proven;

function fail(state: EmbedState, problem: EmbedProblem): EmbedState {
  // The portal session has ended: only signing in helps, and the product is removed from the page until then.
  const name = problem.code === "unauthenticated" ? "expired" : "failed";
  return { ...keep(state), name, proven: false, problem };
}

const keep = ({ attempt, mount }: EmbedState) => ({ attempt, mount });

/** The next attempt; the vendor's embed stays mounted or is mounted again. */
const nextTry = ({ attempt, mount }: EmbedState, goesOn: boolean): EmbedState => ({
  ...firstState,
  attempt: attempt + 1,
  mount: goesOn ? mount : mount + 1,
});

export function nextState(state: EmbedState, event: EmbedEvent): EmbedState {
  if (event.type === "retry") return nextTry(state, false);
  // Only an interactive frame can navigate to the next item.
  if (event.type === "item") return nextTry(state, state.name === "interactive");
  if (event.type === "session-ended") return fail(state, { code: "unauthenticated" });
  // Events of an earlier attempt, or after a failure, change nothing.
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
    case "failed":
      return fail(state, report.problem);
  }
}

/** The text of the polite live region. Failures are announced in the assertive one. */
export function stateText(state: EmbedState, title: string, vendorName: string): string {
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

/** Shown after four seconds: what the frame is still waiting for. */
export function waitingText(state: EmbedState, vendorName: string, kind: string): string {
  if (state.slow) return state.slow;
  if (state.name !== "loading") return `Still loading: waiting for ${vendorName} to sign you in.`;
  if (state.waitingFor) return `Still loading: waiting for ${state.waitingFor}.`;
  return `Still loading: ${vendorName} is opening the ${kind}.`;
}

/** Seconds until the frame retries automatically, or null when waiting does not help. */
export function retriesAfter(problem: EmbedProblem): number | null {
  return recoveryOf(problem.code) === "transient" ? Math.max(problem.retryAfter ?? 0, 30) : null;
}

/** The card's sentences. */
export function failureText(problem: EmbedProblem, vendorName: string): ProblemText {
  const text = problemText(problem.code, vendorName);
  return { ...text, detail: problem.detail ?? text.detail };
}
