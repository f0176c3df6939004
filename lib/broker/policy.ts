import "server-only";
/** Who may open what. Decided again at every grant, from portal.config.ts and the session's user alone. */
import { everyone, type Item } from "@/lib/config/portal";
import type { ProblemCode } from "@/lib/problem/codes";
import portal from "@/portal.config";
import type { PortalUser } from "./user";

/** Whether the user may sign in but open nothing. */
export function isDisabled(user: PortalUser): boolean {
  return portal.disabledUsers.includes(user.id);
}

export function isAdmin(user: PortalUser): boolean {
  return !isDisabled(user) && portal.adminGroups.some((group) => user.groups.includes(group));
}

const mayOpen = (user: PortalUser, item: Item) =>
  item.open.some((group) => group === everyone || user.groups.includes(group));

/** The items this user may open, in the order of the catalog; none for a disabled user. */
export function itemsFor(user: PortalUser, vendorId?: string): readonly Item[] {
  if (isDisabled(user)) return [];
  return portal.items.filter((item) => (!vendorId || item.vendor === vendorId) && mayOpen(user, item));
}

/** The item, if it exists and this user may open it. The answer does not tell the two apart. */
export function itemFor(user: PortalUser, vendorId: string, slug: string): Item | null {
  return itemsFor(user, vendorId).find((item) => item.slug === slug) ?? null;
}

/** The user's account at a vendor, or null when none is mapped. */
export function accountFor(user: PortalUser, vendorId: string): string | null {
  const account = portal.accounts[vendorId]?.(user) ?? null;
  // A mapping reads claims: what is not one plain word must not reach a vendor.
  return account && /^[^\p{Cc}\s]{1,255}$/u.test(account) ? account : null;
}

/** The item a user opens, and the vendor account it is opened with. */
export interface Admitted {
  readonly item: Item;
  readonly account: string;
}

/**
 * Whether a user may open something at a vendor.
 *
 * @param slug the item's; absent for the first one of this user
 * @returns the item and the user's vendor account, or why not
 */
export function admit(user: PortalUser, vendorId: string, slug: string | undefined): Admitted | ProblemCode {
  if (isDisabled(user)) return "user_disabled";
  const item = slug === undefined ? itemsFor(user, vendorId)[0] : itemFor(user, vendorId, slug);
  if (!item) return "item_forbidden";
  const account = accountFor(user, vendorId);
  return account ? { item, account } : "account_unmapped";
}
