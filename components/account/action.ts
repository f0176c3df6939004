"use client";
/** The portal's own account routes, called from the connections page. */
import { isProblemCode } from "@/lib/problem/codes";
import type { EmbedProblem } from "@/lib/vendors/embed-host";

export type AccountAction = "link" | "test" | "unlink" | "disconnect";

/**
 * Asks the portal to act on the user's account at one vendor.
 *
 * @returns null when it did, else why it did not
 */
export async function act(action: AccountAction, body: Record<string, string>): Promise<EmbedProblem | null> {
  let response: Response;
  try {
    response = await fetch(`/api/account/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-portal-request": "1" },
      body: JSON.stringify(body),
      cache: "no-store",
    });
  } catch {
    return { code: "offline" };
  }
  if (response.ok) return null;
  const problem = (await response.json().catch(() => ({}))) as Partial<EmbedProblem>;
  return { ...problem, code: isProblemCode(problem.code) ? problem.code : "portal_failed" };
}
