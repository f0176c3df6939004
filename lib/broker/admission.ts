import "server-only";
/** Who may use the admin pages and what they can do: asked by every page and handler of theirs, not by a layout. */
import type { ProblemCode } from "@/lib/problem/codes";
import { audit } from "./audit";
import { isAdmin, isDisabled } from "./policy";
import type { PortalSession } from "./user";

/**
 * Whether this user may be here.
 *
 * @param place the path asked for, for the audit of a refusal
 * @returns null, or why not: to others an admin page is one more thing that is not shared with them
 */
export async function refusalOfAdmin(
  session: PortalSession,
  place: string,
  requestId: string,
): Promise<ProblemCode | null> {
  if (isAdmin(session.user)) return null;
  const code = isDisabled(session.user) ? "user_disabled" : "item_forbidden";
  await audit({ requestId, userId: session.user.id, action: "request", outcome: "denied", code, item: place });
  return code;
}
