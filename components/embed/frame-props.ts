import "server-only";
import { itemsFor } from "@/lib/broker/policy";
import type { PortalSession } from "@/lib/broker/user";
import type { Item } from "@/lib/config/portal";
import { rebaseRecordToRequestOrigin, rebaseToRequestOrigin } from "@/lib/config/request-origin";
import { mayInspect } from "@/lib/inspector/access";
import type { ConfiguredVendor } from "@/lib/vendors/configured";
import type { StepPattern } from "@/lib/vendors/steps";
import type { EmbedFrameProps } from "./embed-frame";

/** The part of an item that the browser may know. */
const shownItem = ({ slug, vendor, kind, title, description, target }: Item) => ({
  slug,
  vendor,
  kind,
  title,
  description,
  target,
});

/** The part of a step that the browser needs to notice it. */
const patternOf = ({ id, begins, ends, optional }: StepPattern): StepPattern => ({ id, begins, ends, optional });

/** What the browser gets of one item: no secret, and no grant. */
export function framePropsOf(
  { vendor, config }: ConfiguredVendor,
  item: Item,
  session: PortalSession,
  href: string,
  asked: Headers,
): EmbedFrameProps {
  const openAddress = vendor.openAddress?.(item, config);
  return {
    vendor: {
      id: vendor.id,
      name: vendor.name,
      endpoint: vendor.endpoint,
      // A frame that is kept alive has one grant for all of its items.
      oneGrant: vendor.keepAlive,
      keepAlive: vendor.keepAlive,
      reusable: vendor.renewal === "connection",
      steps: mayInspect(session.user) ? vendor.hops?.steps.map(patternOf) : undefined,
    },
    item: shownItem(item),
    browser: rebaseRecordToRequestOrigin(vendor.browser(config), asked),
    items: vendor.keepAlive ? itemsFor(session.user, vendor.id).map(shownItem) : undefined,
    Embed: vendor.Embed as EmbedFrameProps["Embed"],
    userId: session.user.id,
    href,
    openAddress: openAddress && rebaseToRequestOrigin(openAddress, asked),
  };
}
