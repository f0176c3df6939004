"use client";
/** Calls the portal's account routes from the connections page. */
import { askPortal } from "@/lib/grants/ask-portal";
import type { EmbedProblem } from "@/lib/vendors/embed-host";

export type AccountAction = "link" | "test" | "unlink" | "disconnect";

/**
 * Asks the portal to act on the user's account at one vendor.
 *
 * @returns null when it did, else why it did not
 */
export async function act(action: AccountAction, body: Record<string, string>): Promise<EmbedProblem | null> {
  const answer = await askPortal(`/api/account/${action}`, body);
  return answer.ok ? null : answer.problem;
}
