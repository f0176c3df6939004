/** What a rule of the kit is, and the few words that rules are written in. */
import { isConnectionLost } from "@/lib/broker/vendor-adapter";
import type { ProblemCode } from "@/lib/problem/codes";
import { isProblem, type Problem, problemBody } from "@/lib/problem/problem";
import type { Bench } from "./bench";
import type { Subject } from "./subject";

export interface Rule {
  /** Short and stable: `vendor.id`. */
  readonly id: string;
  /** What a vendor must do, in one sentence. It is what a broken vendor is told. */
  readonly sentence: string;
  /** Whether the rule makes sense for this vendor; for all unless told. */
  applies?(subject: Subject): boolean;
  /** Throws when the rule is broken; the message says what was found. */
  run(bench: Bench): Promise<void> | void;
}

/** @throws Error with what was found, unless the condition holds */
export function hold(condition: unknown, found: string): asserts condition {
  if (!condition) throw new Error(found);
}

/** What came of a call: its value, the Problem, a lost connection, or another error. */
export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "lost" }
  | { readonly kind: "error"; readonly error: unknown };

export async function outcomeOf(run: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { kind: "value", value: await run() };
  } catch (error) {
    if (isProblem(error)) return { kind: "problem", problem: error };
    return isConnectionLost(error) ? { kind: "lost" } : { kind: "error", error };
  }
}

/** An outcome in a few words. */
export function words(outcome: Outcome): string {
  switch (outcome.kind) {
    case "value":
      return "it succeeded";
    case "problem":
      return `it threw the Problem ${outcome.problem.code}`;
    case "lost":
      return "it threw ConnectionLost";
    case "error":
      return `it threw ${outcome.error instanceof Error ? outcome.error.name : typeof outcome.error}, which is no Problem`;
  }
}

/** @throws Error unless the outcome is a Problem with one of these codes; any code when none is named */
export function holdProblem(outcome: Outcome, ...codes: ProblemCode[]): Problem {
  hold(outcome.kind === "problem", words(outcome));
  hold(codes.length === 0 || codes.includes(outcome.problem.code), words(outcome));
  return outcome.problem;
}

/** Everything that a person, a log or the audit could read of a problem. */
export const readable = (problem: Problem) =>
  JSON.stringify([problemBody(problem, "conformance"), problem.message, problem.options.reference ?? ""]);
