/**
 * The one error class of the server, and its wire form (RFC 9457 `application/problem+json`).
 */
import { hasBrand } from "@/lib/brand";
import { type ProblemCode, problemText } from "./codes";

export interface ProblemOptions {
  /** The product's name for the sentences, e.g. `Rocket.Chat`. */
  readonly vendorName?: string;
  /** Replaces the table's detail: a sentence a person can act on. Never a vendor's body, never a secret. */
  readonly detail?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** For logs and the audit: a vendor's own reference (ticket id, incident id) or error code. Never sent to the browser. */
  readonly reference?: string;
  readonly cause?: unknown;
  /** The origin that did not answer. For the doctor; never sent to the browser. */
  readonly address?: string;
}

const problemBrand = Symbol.for("portico.Problem");

/** A failure with a name from the closed list. Throw it anywhere below a guarded route. */
export class Problem extends Error {
  readonly [problemBrand] = true;
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(code, { cause: options.cause });
    this.name = "Problem";
    this.code = code;
    this.options = options;
  }
}

export const isProblem = (value: unknown): value is Problem => hasBrand(value, problemBrand);

/** What the browser receives of a {@link Problem}. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly requestId: string;
  readonly retryAfter?: number;
}

/**
 * Puts a problem into its wire form.
 *
 * @param vendorName used when the problem itself does not name the product
 */
export function problemBody(problem: Problem, requestId: string, vendorName?: string): ProblemBody {
  const row = problemText(problem.code, problem.options.vendorName ?? vendorName);
  return {
    type: `/problems#${problem.code.replaceAll("_", "-")}`,
    title: row.title,
    status: row.status,
    detail: problem.options.detail ?? row.detail,
    code: problem.code,
    requestId,
    ...(problem.options.retryAfter === undefined ? {} : { retryAfter: problem.options.retryAfter }),
  };
}
