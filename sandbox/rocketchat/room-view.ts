/** What the API tells about rooms, subscriptions and messages; REST has ISO dates where DDP has EJSON's. */
import type { User } from "./accounts";
import type { Message, Room, Subscription } from "./rooms";

/** Puts a time on the wire. */
export type OnWire = (ms: number) => unknown;

export const iso: OnWire = (ms) => new Date(ms).toISOString();
/** EJSON. */
export const ejson: OnWire = (ms) => ({ $date: ms });

export const messageView = (message: Message, date: OnWire) => ({
  ...message,
  ts: date(message.ts),
  _updatedAt: date(message.ts),
});

/** A subscription belongs to one user: it names them, and no other user has its id. */
export const subscriptionView = (subscription: Subscription, { _id, username, name }: User, date: OnWire) => ({
  ...subscription,
  open: true,
  u: { _id, username, name },
  ls: date(subscription.ls),
  _updatedAt: date(subscription.ls),
});

export const roomView = (room: Room, date: OnWire) => {
  const last = room.messages.at(-1);
  return {
    _id: room._id,
    t: room.t,
    ...(room.t === "d" ? { uids: [...room.members] } : { name: room.name, fname: room.name, topic: room.topic }),
    msgs: room.messages.length,
    usersCount: room.members.size,
    ro: false,
    _updatedAt: date(last?.ts ?? 0),
    ...(last ? { lm: date(last.ts), lastMessage: messageView(last, date) } : {}),
  };
};
