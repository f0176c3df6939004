import "server-only";
import { audit } from "@/lib/broker/audit";
import { type Admitted, admit, isAdmin, isDisabled } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
/**
 * Who is let in, with an audit event for whoever is not: asked by every page of an item, and by every page and handler of
 * the admin's, not by a layout.
 */
import type { ProblemCode } from "@/lib/problem/codes";

/**
 * Whether this user may be here.
 *
 * @param path the requested page, for the audit of a refusal
 * @returns null, or the code of the refusal: for others an admin page is an item that is not shared with them
 */
export async function authorizeAdmin(
  session: PortalSession,
  path: string,
  requestId: string,
): Promise<ProblemCode | null> {
  if (isAdmin(session.user)) return null;
  const code = isDisabled(session.user) ? "user_disabled" : "item_forbidden";
  await audit({ requestId, userId: session.user.id, action: "request", outcome: "denied", code, item: path });
  return code;
}

/**
 * Whether this user may see an item's page. The broker decides again when the page asks for a grant.
 *
 * @param slug the item's; absent for the first one of this user
 * @returns the item and the user's vendor account, or why not
 */
export async function authorizeItem(
  session: PortalSession,
  vendorId: string,
  slug: string | undefined,
  requestId: string,
): Promise<Admitted | ProblemCode> {
  const admitted = admit(session.user, vendorId, slug);
  if (typeof admitted === "string")
    await audit({
      requestId,
      userId: session.user.id,
      action: "request",
      outcome: "denied",
      code: admitted,
      vendor: vendorId,
      item: slug,
    });
  return admitted;
}
