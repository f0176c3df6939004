import "server-only";
/** Runs one of the doctor's checks, for the command and for the admin pages. */
import { problemText } from "@/lib/problem/codes";
import { isProblem } from "@/lib/problem/problem";
import type { Check } from "@/lib/vendors/vendor";

/** What one check found. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  /** `waiting`: not run, because the vendor does not answer at all. */
  readonly result: "ok" | "bad" | "waiting";
  readonly detail?: string;
  /** What to do about it; there when the result is bad. */
  readonly fix?: string;
}

const checkMs = 10_000;

/** Runs one check. It never throws: what stops it is its finding. */
export async function runCheck(check: Check, vendorName: string): Promise<Finding> {
  const { id, title } = check;
  try {
    const found = await check.run(AbortSignal.timeout(checkMs));
    return found.ok
      ? { id, title, result: "ok", detail: found.detail }
      : { id, title, result: "bad", detail: found.detail, fix: found.fix };
  } catch (error) {
    const detail = isProblem(error)
      ? (error.options.detail ?? problemText(error.code, vendorName).detail)
      : "The check did not finish.";
    return { id, title, result: "bad", detail, fix: `See that ${vendorName} runs and that the portal reaches it.` };
  }
}
