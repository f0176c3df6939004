/**
 * Rooms, subscriptions and messages over REST, as embedders and bots use them. Shapes by the vendor's OpenAPI documents
 * (rooms, channels, subscriptions, chat).
 */
import type { User } from "./accounts";
import type { Call, Route } from "./api";
import { BusinessError, success } from "./envelope";
import { paged, pageOf, pageProperties } from "./pagination";
import { iso, messageView, roomView, subscriptionView } from "./room-view";
import type { Message, Room } from "./rooms";
import type { ParameterSchema } from "./schema";
import type { Workspace } from "./workspace";

const roomByIdOrName: ParameterSchema = {
  anyOf: [
    { required: ["roomId"], properties: { roomId: "text" }, open: true },
    { required: ["roomName"], properties: { roomName: "text" }, open: true },
  ],
};

const readWhich: ParameterSchema = {
  anyOf: [
    { required: ["rid"], properties: { rid: "text", readThreads: "boolean?" } },
    { required: ["roomId"], properties: { roomId: "text", readThreads: "boolean?" } },
  ],
};

const postWhere: ParameterSchema = {
  anyOf: [
    { required: ["roomId"], properties: { roomId: "text", text: "string?" }, open: true },
    { required: ["channel"], properties: { channel: "text", text: "string?" }, open: true },
  ],
};

const roomOnly = { required: ["roomId"], properties: { roomId: "text" }, open: true } as const;

const notFound = () =>
  new BusinessError(
    'The required "roomId" or "roomName" param provided does not match any channel',
    "error-room-not-found",
  );

/** A room that the user may see: their own, or a channel that is open to every user. */
const visibleTo = (user: User) => (room: Room) =>
  room.members.has(user._id) || (room.t === "c" && room.groups === "default");

function roomNamed({ workspace, user }: Call, id: unknown, name: unknown): Room {
  const found = workspace.rooms.all().find((room) => (id === undefined ? room.name === name : room._id === id));
  if (!found || !visibleTo(user)(found)) throw notFound();
  return found;
}

/** `updatedSince` in milliseconds; 0 when it is absent. */
function since(query: Readonly<Record<string, string>>): number {
  if (query.updatedSince === undefined) return 0;
  const at = Date.parse(query.updatedSince);
  if (Number.isNaN(at))
    throw new BusinessError(
      'The "updatedSince" query parameter must be a valid date.',
      "error-updatedSince-param-invalid",
    );
  return at;
}

const lastChange = (room: Room) => room.messages.at(-1)?.ts ?? 0;

const messagesOf = (messages: readonly Message[]) => messages.map((message) => messageView(message, iso));

/** Newest first, between two times. */
function history(call: Call): readonly Message[] {
  const { query, workspace } = call;
  const room = roomNamed(call, query.roomId, query.roomName);
  const latest = query.latest ? Date.parse(query.latest) : Number.POSITIVE_INFINITY;
  const oldest = query.oldest ? Date.parse(query.oldest) : 0;
  const { count } = pageOf(workspace, { count: query.count ?? 20 });
  const within = room.messages.filter(({ ts }) => ts > oldest && ts < latest).reverse();
  return count === 0 ? within : within.slice(0, count);
}

/** The room that a message is for, by id, or by `#name` and `@name`. */
function target(call: Call): Room {
  const { workspace, user, body } = call;
  const { roomId, channel } = body;
  const mine = (room: Room | undefined) => {
    if (!room?.members.has(user._id)) throw new BusinessError("The channel is not known", "invalid-channel");
    return room;
  };
  if (typeof roomId === "string") return mine(workspace.rooms.all().find(({ _id }) => _id === roomId));
  const name = typeof channel === "string" ? channel : "";
  if (!name.startsWith("@"))
    return mine(workspace.rooms.all().find((room) => room._id === name || room.name === name.replace(/^#/, "")));
  const other = workspace.accounts.byUsername(name.slice(1));
  if (!other || other === user) throw new BusinessError("The channel is not known", "invalid-channel");
  return workspace.rooms.direct(user, other);
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value.trim() : "";
  if (text === "") throw new BusinessError("Invalid message", "error-invalid-message");
  return text;
}

const isTooLong = ({ settings }: Workspace, text: unknown) =>
  typeof text === "string" && text.length > settings.number("Message_MaxAllowedSize");

/**
 * The room that `chat.sendMessage` names: any that the user may see, member or not. Errors without a code of their own
 * (vendor source: canSendMessage), but for the size, which is looked at first (executeSendMessage).
 */
function roomToSendIn({ workspace, user }: Call, rid: unknown): Room {
  if (!rid) throw new BusinessError("The 'rid' property on the message object is missing.");
  const room = workspace.rooms.all().find(({ _id }) => _id === rid);
  if (!room) throw new BusinessError("error-invalid-room");
  if (!visibleTo(user)(room)) throw new BusinessError("error-not-allowed");
  return room;
}

const subscriptionsOf = (workspace: Workspace, user: User) => workspace.rooms.subscriptions(user._id);

export const roomRoutes: readonly Route[] = [
  {
    methods: ["GET"],
    path: "rooms.get",
    action({ workspace, user, query }) {
      const after = since(query);
      const own = workspace.rooms.all().filter(({ members }) => members.has(user._id));
      return success({
        update: own.filter((room) => after === 0 || lastChange(room) > after).map((room) => roomView(room, iso)),
        remove: [],
      });
    },
  },
  {
    methods: ["GET"],
    path: "rooms.info",
    query: () => roomByIdOrName,
    action: (call) => success({ room: roomView(roomNamed(call, call.query.roomId, call.query.roomName), iso) }),
  },
  {
    methods: ["GET"],
    path: "subscriptions.get",
    action({ workspace, user, query }) {
      const after = since(query);
      const update = subscriptionsOf(workspace, user)
        .filter(({ ls, rid }) => {
          const room = workspace.rooms.roomFor(user._id, rid);
          return after === 0 || Math.max(ls, room ? lastChange(room) : 0) > after;
        })
        .map((subscription) => subscriptionView(subscription, user, iso));
      return success({ update, remove: [] });
    },
  },
  {
    methods: ["GET"],
    path: "subscriptions.getOne",
    query: () => roomOnly,
    action({ workspace, user, query }) {
      const room = workspace.rooms.roomFor(user._id, query.roomId ?? "");
      return success({
        subscription: room ? subscriptionView(workspace.rooms.subscription(user._id, room), user, iso) : null,
      });
    },
  },
  {
    methods: ["POST"],
    path: "subscriptions.read",
    body: () => readWhich,
    action({ workspace, user, body }) {
      const room = workspace.rooms.roomFor(user._id, String(body.rid ?? body.roomId));
      if (!room) throw new BusinessError("error-invalid-subscription", "error-invalid-subscription");
      workspace.rooms.read(user._id, room);
      return success();
    },
  },
  {
    methods: ["GET"],
    path: "channels.list",
    query: () => ({ required: [], properties: { ...pageProperties, _id: "string?" }, open: true }),
    action({ workspace, user, query }) {
      const channels = workspace.rooms.all().filter((room) => room.t === "c" && visibleTo(user)(room));
      return paged(
        workspace,
        query,
        "channels",
        channels.map((room) => roomView(room, iso)),
      );
    },
  },
  {
    methods: ["GET"],
    path: "channels.info",
    query: () => roomByIdOrName,
    action: (call) => success({ channel: roomView(roomNamed(call, call.query.roomId, call.query.roomName), iso) }),
  },
  {
    methods: ["GET"],
    path: "channels.history",
    query: () => roomOnly,
    action: (call) => success({ messages: messagesOf(history(call)) }),
  },
  {
    methods: ["GET"],
    path: "channels.messages",
    query: () => roomByIdOrName,
    action(call) {
      const room = roomNamed(call, call.query.roomId, call.query.roomName);
      return paged(call.workspace, call.query, "messages", messagesOf([...room.messages].reverse()));
    },
  },
  {
    methods: ["POST"],
    path: "chat.postMessage",
    body: () => postWhere,
    action(call) {
      // A plain failure, with a code for its text (vendor source: api/v1/chat).
      if (isTooLong(call.workspace, call.body.text)) throw new BusinessError("error-message-size-exceeded");
      const room = target(call);
      const said = call.workspace.rooms.say(room, call.user, textOf(call.body.text));
      return success({ ts: said.ts, channel: room.name || room._id, message: messageView(said, iso) });
    },
  },
  {
    methods: ["POST"],
    path: "chat.sendMessage",
    body: () => ({ required: ["message"], properties: { message: "object", previewUrls: "array?" } }),
    action(call) {
      const { workspace, user, body } = call;
      const { rid, msg, _id } = body.message as Readonly<Record<string, unknown>>;
      if (isTooLong(workspace, msg))
        throw new BusinessError("Message size exceeds Message_MaxAllowedSize", "error-message-size-exceeded", {
          method: "sendMessage",
        });
      const room = roomToSendIn(call, rid);
      const said = workspace.rooms.say(room, user, textOf(msg), typeof _id === "string" && _id ? _id : undefined);
      return success({ message: messageView(said, iso) });
    },
  },
];
