import "server-only";
/**
 * The doctor's engine: runs checks and turns them into findings, for the command, the admin page and the tests alike.
 * One cause is told once: what depends on a check that failed is not checked.
 */
import { variableWithOrigin } from "@/lib/config/environment";
import { problemText } from "@/lib/problem/codes";
import { isProblem, type Problem } from "@/lib/problem/problem";
import { obstacleOf, obstacleText } from "@/lib/unreachable";
import type { Check, CheckResult } from "./vendor";

/** What one check found. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly result: CheckResult["result"];
  readonly detail?: string;
  /** The screen, setting or variable to change; there for every warning and failure. */
  readonly where?: string;
  /** What to do there; there for every warning and failure. */
  readonly fix?: string;
  /** The vendor's own page for that setting. */
  readonly href?: string;
  /** Not checked, because no examination without a user can judge it. */
  readonly beyond?: boolean;
}

/** Whom the checks are about, for the words of what stops a check. */
export interface Subject {
  /** The product's name, e.g. `Rocket.Chat`, or `The portal`. */
  readonly name: string;
  /** How its variables begin, e.g. `ROCKETCHAT_`. */
  readonly prefix: string;
  /** True when the sandbox serves it: no variable holds its address. */
  readonly sandboxed?: boolean;
}

const checkMs = 10_000;

/**
 * Runs checks, each as soon as those it needs have passed.
 *
 * @returns one finding a check, in their order; it never throws
 */
export async function examine(checks: readonly Check[], subject: Subject): Promise<readonly Finding[]> {
  const first = checks[0]?.id;
  const running = new Map<string, Promise<Finding>>();
  for (const check of checks) {
    const needs = check.needs ?? (check.id === first || first === undefined ? [] : [first]);
    const needed = needs.map((id) => {
      const earlier = running.get(id);
      if (!earlier) throw new Error(`The check ${check.id} needs ${id}, which does not run before it`);
      return earlier;
    });
    running.set(
      check.id,
      Promise.all(needed).then((findings) => {
        // A warning works: what needs it can be judged.
        const missing = findings.find(({ result }) => result === "failed" || result === "not checked");
        return missing ? waitsFor(check, missing) : runCheck(check, subject);
      }),
    );
  }
  return Promise.all(running.values());
}

const waitsFor = ({ id, title }: Check, missing: Finding): Finding => ({
  id,
  title,
  result: "not checked",
  detail: missing.result === "failed" ? `Waits for: ${missing.title}.` : (missing.detail ?? missing.title),
  beyond: missing.beyond,
});

/** Runs one check. It never throws: what stops it is its finding. */
export async function runCheck(check: Check, subject: Subject): Promise<Finding> {
  const { id, title } = check;
  try {
    return { id, title, ...(await check.run(AbortSignal.timeout(checkMs))) };
  } catch (error) {
    return { id, title, ...stoppedBy(error, subject) };
  }
}

/** What a check that threw means. Nothing of an unexpected error is told: its message may quote a secret. */
function stoppedBy(error: unknown, subject: Subject): CheckResult {
  if (!isProblem(error))
    return { result: "not checked", detail: "The check did not finish: the portal's log says more." };
  const { address } = error.options;
  if (address !== undefined) return notReached(error, address, subject);
  const { detail } = problemText(error.code, subject.name);
  return {
    result: "failed",
    detail: error.options.detail ?? detail,
    where: subject.name,
    fix: `See the log of ${subject.name} for the time of this check, then check again.`,
  };
}

function notReached(problem: Problem, address: string, { name, prefix, sandboxed }: Subject): CheckResult {
  const obstacle = problem.code === "vendor_timeout" ? "timeout" : obstacleOf(problem.options.cause);
  if (sandboxed)
    return {
      result: "failed",
      ...obstacleText(obstacle, address, "SANDBOX_PORT"),
      where: "SANDBOX_PORT",
      fix: `Start the sandbox: npm run demo starts it with the portal, on the ports from SANDBOX_PORT on.`,
    };
  const variable = variableWithOrigin(process.env, address, prefix) ?? `the address of ${name}`;
  return { result: "failed", ...obstacleText(obstacle, address, variable), where: variable };
}

/** How often each result occurs. */
export function countResults(findings: Iterable<Finding>): Readonly<Record<CheckResult["result"], number>> {
  const counts = { ok: 0, warning: 0, failed: 0, "not checked": 0 };
  for (const { result } of findings) counts[result] += 1;
  return counts;
}

/** One finding with its fix, as text: for the terminal, the clipboard and a ticket. */
export function findingText({ result, title, detail, where, fix, href }: Finding): string {
  return [
    `${result.padEnd("not checked".length)}  ${title}${detail ? `: ${detail}` : ""}`,
    ...(where ? [`             Where: ${where}${href ? ` (${href})` : ""}`] : []),
    ...(fix ? [`             Fix:   ${fix.replaceAll("\n", "\n                    ")}`] : []),
  ].join("\n");
}
