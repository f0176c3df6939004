import "server-only";
/** Creates the portal's view for the signed-in user: the single data source of pages and shell. */
import { after } from "next/server";
import { cache } from "react";
import { vendorStatuses } from "@/lib/accounts/status";
import { isAdmin, isDisabled, itemsFor } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
import { readiness } from "@/lib/health/readiness";
import { mayInspect } from "@/lib/inspector/access";
import { configuredVendor } from "@/lib/vendors/configured";
import portal from "@/portal.config";
import type { ItemView, PortalView, SectionView, ShareView } from "./portal-view";

/** The view of one session; computed once per request. */
export const portalView = cache(async (session: PortalSession): Promise<PortalView> => {
  const { user } = session;
  const statuses = await vendorStatuses(session);
  // An outage ends when the vendor answers a call. Without user traffic, the portal itself has to make one.
  if (statuses.some(({ since }) => since)) after(readiness);
  const sections = statuses.map((status): SectionView => {
    const { vendor, config } = configuredVendor(status.id) ?? {};
    return {
      id: status.id,
      name: status.name,
      section: status.section,
      route: status.route,
      kind: vendor?.kinds[0] ?? "",
      state: status.state,
      account: status.account,
      since: status.since,
      code: status.code,
      openedAt: status.openedAt,
      sandboxed: status.sandboxed,
      linked: status.linked,
      linkable: vendor?.credentialNeeded?.(config) ?? false,
    };
  });
  const items = sections.flatMap((section) =>
    itemsFor(user, section.id).map((item, drawing) => viewItem(section, item, drawing)),
  );
  const hasItems = ({ id }: SectionView) => items.some(({ vendor }) => vendor === id);
  return {
    name: portal.name,
    user: { id: user.id, name: user.name, email: user.email },
    admin: isAdmin(user),
    disabled: isDisabled(user),
    sandbox: sections.some(({ sandboxed }) => sandboxed),
    inspector: mayInspect(user),
    endsAt: session.expiresAt.toISOString(),
    sections,
    items: items.map((item) => ({ ...item, discuss: items.find(isDiscussionOf(item))?.href })),
    discuss: sections.find((section) => hasItems(section) && configuredVendor(section.id)?.vendor.discuss)?.id ?? null,
    share: shareView(sections.find((section) => hasItems(section) && configuredVendor(section.id)?.vendor.share)),
  };
});

/** In the catalog a room is named by its slug, which is unique within its vendor alone. */
const isDiscussionOf =
  ({ vendor, slug }: ItemView) =>
  (room: ItemView): boolean => {
    const wanted = portal.items.find((item) => item.vendor === vendor && item.slug === slug)?.discuss;
    return room.slug === wanted && room.vendor !== vendor && room.place !== undefined;
  };

function shareView(section: SectionView | undefined): ShareView | null {
  if (!section?.account) return null;
  const { id, name, account } = section;
  return { name, account, roomsEndpoint: `/api/${id}/rooms`, messageEndpoint: `/api/${id}/message` };
}

function viewItem(section: SectionView, item: ReturnType<typeof itemsFor>[number], drawing: number): ItemView {
  const { slug, vendor, kind, title, description, tags } = item;
  const href = `${section.route}/${slug}`;
  const { vendor: known, config } = configuredVendor(vendor) ?? {};
  const tabHref = (known?.prefersNewTab && known.openAddress?.(item, config)) || href;
  const place = known?.discuss?.placeOf(item, false);
  return { slug, vendor, section: section.section, kind, title, description, tags, href, tabHref, drawing, place };
}
