import "server-only";
/**
 * Share a view: the link to what is on the screen, posted into one of the user's own rooms, as the user. For every vendor
 * with the capability `share`; which item is shared, and whether the user may open it, the catalog says.
 */
import { z } from "zod";
import { type AuditEvent, audit, outcomeOf } from "@/lib/broker/audit";
import { isDisabled, itemsFor } from "@/lib/broker/policy";
import { countMessage } from "@/lib/broker/rate-limit";
import type { PortalSession } from "@/lib/broker/user";
import { type CallContext, isConnectionLost } from "@/lib/broker/vendor-adapter";
import { getConfig } from "@/lib/config/config";
import type { Item } from "@/lib/config/portal";
import { rebaseToRequestOrigin } from "@/lib/config/request-origin";
import { actionRoute, type RouteHandler } from "@/lib/http/guard";
import { isProblem, Problem } from "@/lib/problem/problem";
import { configuredVendor } from "@/lib/vendors/configured";
import type { Room, Share } from "@/lib/vendors/vendor";
import { isWhole, maxViewLength, readView, searchWithView } from "@/lib/vendors/view";
import { grantFor } from "./grant";
import { maxSentence, messageOf } from "./share-text";

interface Order {
  readonly vendorId: string;
  readonly session: PortalSession;
  readonly request: Request;
  readonly requestId: string;
}

const messageSchema = z.strictObject({
  /** A room's id, or the name of a channel or group. */
  room: z.string().min(1).max(200),
  /** The item's slug; with its vendor in front (`thoughtspot/…`) where two vendors have the same. */
  item: z.string().min(1).max(150),
  /** The query of the view's address. */
  view: z.string().max(3_000).optional(),
  text: z.string().max(2_000).optional(),
});

type Message = z.infer<typeof messageSchema>;

/** `POST {}` → `{rooms}`: where the user may post. */
export const shareRoomsRoute = (vendorId: string): RouteHandler =>
  actionRoute(vendorId, z.strictObject({}), async ({ session, request, requestId }) => {
    const rooms = await withGrant({ vendorId, session, request, requestId }, (share, context, grant) =>
      share.rooms(context, grant),
    );
    return Response.json({ rooms });
  });

/** `POST {room, item, view?, text?}` → `{room}`: the name of the room in which it was posted. Audited as `share`. */
export const shareMessageRoute = (vendorId: string): RouteHandler =>
  actionRoute(vendorId, messageSchema, async ({ session, request, requestId, body }) => {
    const started = performance.now();
    const event: Omit<AuditEvent, "outcome"> = {
      requestId,
      userId: session.user.id,
      vendor: vendorId,
      item: body.item,
      action: "share",
    };
    try {
      const room = await post({ vendorId, session, request, requestId }, body);
      await audit({
        ...event,
        outcome: "ok",
        requestedAccess: { room: room.name, roomId: room.id },
        durationMs: performance.now() - started,
      });
      return Response.json({ room: room.name });
    } catch (error) {
      const problem = isProblem(error) ? error : new Problem("portal_failed", { cause: error });
      await audit({
        ...event,
        outcome: outcomeOf(problem.code),
        code: problem.code,
        reference: problem.options.reference,
        durationMs: performance.now() - started,
      });
      throw error;
    }
  });

async function post(order: Order, { room: wanted, item: named, view: search = "", text = "" }: Message): Promise<Room> {
  const { session, request } = order;
  await countMessage(session.user.id);
  const item = itemOf(session, named);
  const vendorName = configuredVendor(order.vendorId)?.vendor.name;
  const view = readView(search);
  const query = searchWithView("", view);
  // Never cut: what is left would be another view, or another sentence.
  if (!isWhole(search) || query.length > maxViewLength || [...text].length > maxSentence)
    throw new Problem("message_too_long", { vendorName });
  const { route } = configuredVendor(item.vendor)?.vendor ?? {};
  const page = new URL(`${route}/${item.slug}${query}`, getConfig().origin).href;
  const message = messageOf({
    title: item.title,
    view,
    address: rebaseToRequestOrigin(page, request.headers),
    sentence: text,
  });
  return withGrant(order, async (share, context, grant) => {
    const room = roomOf(await share.rooms(context, grant), wanted);
    if (!room) throw new Problem("room_unavailable", { vendorName });
    await share.post(context, grant, { room: room.id, text: message });
    return room;
  });
}

/** The item that is shared: one that this user may open. The answer for any other does not tell whether it exists. */
function itemOf({ user }: PortalSession, named: string): Item {
  if (isDisabled(user)) throw new Problem("user_disabled");
  const found = itemsFor(user).filter(
    ({ vendor, slug }) => (slug === named || `${vendor}/${slug}` === named) && configuredVendor(vendor),
  );
  const [item] = found;
  if (!item || found.length > 1) throw new Problem("item_forbidden");
  return item;
}

/** By its id, or, as people write it, by its name: direct messages have an id alone, since their names are users'. */
function roomOf(rooms: readonly Room[], wanted: string): Room | undefined {
  const chosen = rooms.find(({ id }) => id === wanted);
  if (chosen) return chosen;
  const named = rooms.filter(({ kind, name }) => kind !== "direct" && name === wanted.replace(/^#\s*/, ""));
  // Names of rooms are not unique: another room of the same name must not get what was meant for this one.
  return named.length === 1 ? named[0] : undefined;
}

type Act<Value> = (share: Share<unknown, object>, context: CallContext<unknown>, grant: object) => Promise<Value>;

/**
 * Acts with the user's own grant. One that the vendor no longer accepts is replaced, once.
 *
 * @throws Problem `vendor_unconfigured` where this portal has no such vendor, or it takes no messages
 */
async function withGrant<Value>({ vendorId, session, request, requestId }: Order, act: Act<Value>): Promise<Value> {
  const { vendor, config } = configuredVendor(vendorId) ?? {};
  if (!vendor?.share) throw new Problem("vendor_unconfigured", { vendorName: vendor?.name });
  const { name, share } = vendor;
  const context: CallContext<unknown> = { config, signal: request.signal, requestId };
  const order = { session, vendorId, requestId, headers: request.headers };
  try {
    return await act(share, context, await grantFor(order));
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
  }
  try {
    return await act(share, context, await grantFor({ ...order, renew: true }));
  } catch (error) {
    if (isConnectionLost(error))
      throw new Problem("vendor_failed", { vendorName: name, reference: "grant lost twice" });
    throw error;
  }
}
