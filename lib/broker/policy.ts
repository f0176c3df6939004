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

/** The first of an item's groups that lets this user open it. */
const openingGroup = (user: PortalUser, item: Item) =>
  item.open.find((group) => group === everyone || user.groups.includes(group));

const mayOpen = (user: PortalUser, item: Item) => openingGroup(user, item) !== undefined;

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

/** Why a user may open an item, in words: what "How this opened" shows. */
export function policyRule(user: PortalUser, item: Item): string {
  const group = openingGroup(user, item);
  if (group === everyone) return `${item.slug} is open to everyone`;
  return `${item.slug} is open to the group ${group}, which the user is in`;
}

/** By which rule of portal.config.ts a user's account is theirs, in words. */
export const mappingRule = (user: PortalUser, vendorId: string): string =>
  portal.accounts[vendorId]?.rule?.(user) ?? "portal.config.ts";

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
  const item = permittedItem(user, vendorId, slug);
  if (typeof item === "string") return item;
  const account = accountFor(user, vendorId);
  return account ? { item, account } : "account_unmapped";
}

/** The first half of {@link admit}: the item, or why the user may not open it. */
export function permittedItem(user: PortalUser, vendorId: string, slug: string | undefined): Item | ProblemCode {
  if (isDisabled(user)) return "user_disabled";
  const item = slug === undefined ? itemsFor(user, vendorId)[0] : itemFor(user, vendorId, slug);
  return item ?? "item_forbidden";
}
