/**
 * The DDP methods that the client needs. They run over the socket, and over `POST /api/v1/method.call/…` where there is
 * no socket.
 */
import type { User } from "./accounts";
import { LoginRefused, logIn } from "./login";
import { ejson, messageView, roomView, subscriptionView } from "./room-view";
import type { Message, Subscription } from "./rooms";
import type { Workspace } from "./workspace";

/** An error as DDP sends it. */
export interface DdpError {
  readonly isClientSafe: true;
  readonly error: string | number;
  readonly reason: string;
  readonly message: string;
  readonly errorType: "Meteor.Error";
  readonly details?: object;
}

export class MethodError extends Error {
  constructor(
    readonly code: string | number,
    readonly reason: string,
    readonly details?: object,
  ) {
    super(reason);
  }
}

/** Puts an error into its wire form. Anything unexpected becomes Meteor's internal error. */
export function toDdpError(error: unknown): DdpError {
  const known = error instanceof MethodError || error instanceof LoginRefused;
  const code = known ? error.code : 500;
  const reason = known ? error.reason : "Internal server error";
  return {
    isClientSafe: true,
    error: code,
    reason,
    message: `${reason} [${code}]`,
    errorType: "Meteor.Error",
    ...(known && error.details ? { details: error.details } : {}),
  };
}

/** Who calls: a socket, or one HTTP request. */
export interface Caller {
  user: User | undefined;
  /** Clear login token of the caller, for `logout`. */
  loginToken: string | undefined;
  /** Called when the caller logged in or out. */
  changed(): void;
}

/** A message as DDP sends it. */
export const messageOnWire = (message: Message) => messageView(message, ejson);

/** A subscription as DDP sends it. */
export const subscriptionOnWire = (subscription: Subscription, user: User) =>
  subscriptionView(subscription, user, ejson);

/** A collection: everything as a list, or, since a time, what has changed and what is gone. */
const sinceThen = (all: readonly unknown[], since: unknown) =>
  since === undefined || since === null ? all : { update: all, remove: [] };

type Method = (workspace: Workspace, caller: Caller, parameters: readonly unknown[]) => unknown;

function signedIn(caller: Caller): User {
  if (!caller.user) throw new MethodError("error-invalid-user", "Invalid user");
  return caller.user;
}

function roomOf(workspace: Workspace, caller: Caller, rid: unknown) {
  const room = workspace.rooms.roomFor(signedIn(caller)._id, String(rid));
  if (!room) throw new MethodError("error-not-allowed", "Not allowed");
  return room;
}

/** What clients tell of themselves when the user types or goes away; a busy user stays busy. */
const presence = (name: string, status: "online" | "away"): Record<string, Method> => ({
  [name](workspace, caller) {
    const { user } = caller;
    if (user && user.status !== "busy") workspace.accounts.setStatus(user, status);
    return undefined;
  },
});

const methods: Readonly<Record<string, Method>> = {
  login(workspace, caller, [options]) {
    const { user, token, expiresAt, type } = logIn(workspace, options);
    caller.user = user;
    caller.loginToken = token;
    caller.changed();
    if (user.status === "offline") workspace.accounts.setStatus(user, "online");
    return { id: user._id, token, tokenExpires: ejson(expiresAt), type };
  },

  logout(workspace, caller) {
    const { user, loginToken } = caller;
    caller.user = undefined;
    caller.loginToken = undefined;
    caller.changed();
    const found = loginToken === undefined ? null : workspace.accounts.byToken(loginToken);
    if (user && found) workspace.accounts.removeTokens(user, (token) => token === found.token);
    return undefined;
  },

  /** The client's own clean-up after a logout; the server's part is nothing that shows. */
  logoutCleanUp: () => undefined,

  "subscriptions/get"(workspace, caller, [since]) {
    const user = signedIn(caller);
    return sinceThen(
      workspace.rooms.subscriptions(user._id).map((one) => subscriptionOnWire(one, user)),
      since,
    );
  },

  "rooms/get"(workspace, caller, [since]) {
    const { _id } = signedIn(caller);
    const own = workspace.rooms.all().filter(({ members }) => members.has(_id));
    return sinceThen(
      own.map((room) => roomView(room, ejson)),
      since,
    );
  },

  "public-settings/get": (workspace, _caller, [since]) => sinceThen(workspace.settings.publicOnes(), since),

  "permissions/get"(workspace, caller, [since]) {
    signedIn(caller);
    return sinceThen(workspace.accounts.permissions(), since);
  },

  getUserRoles(workspace, caller) {
    signedIn(caller);
    return workspace.accounts
      .all()
      .filter(({ roles }) => roles.some((role) => role !== "user"))
      .map(({ _id, username, roles }) => ({ _id, username, roles }));
  },

  loadMissedMessages(workspace, caller, [rid, start]) {
    const after = Number((start as { $date?: unknown } | null)?.$date ?? start);
    return roomOf(workspace, caller, rid)
      .messages.filter(({ ts }) => ts > after)
      .map(messageOnWire);
  },

  getRoomByTypeAndName(workspace, caller, [type, name]) {
    const { _id } = signedIn(caller);
    const found = workspace.rooms
      .all()
      .find((room) => room.t === type && (room.name === name || room._id === name) && room.members.has(_id));
    if (!found) throw new MethodError("error-invalid-room", "Invalid room", { method: "getRoomByTypeAndName" });
    return roomView(found, ejson);
  },

  getUsersOfRoom(workspace, caller, [rid, showAll, page]) {
    const { limit = 0, skip = 0 } = (page ?? {}) as { limit?: number; skip?: number };
    const members = workspace.rooms
      .members(roomOf(workspace, caller, rid))
      .filter(({ status }) => showAll === true || status !== "offline")
      .map(({ _id, username, name, status }) => ({ _id, username, name, status }));
    return { total: members.length, records: members.slice(skip, limit > 0 ? skip + limit : undefined) };
  },

  loadHistory(workspace, caller, [rid]) {
    const room = roomOf(workspace, caller, rid);
    return { messages: room.messages.slice(-100).map(messageOnWire) };
  },

  getRoomMembers(workspace, caller, [rid]) {
    const room = roomOf(workspace, caller, rid);
    return workspace.rooms
      .members(room)
      .map((user) => ({ _id: user._id, username: user.username, name: user.name, status: user.status }));
  },

  sendMessage(workspace, caller, [message]) {
    const { _id, rid, msg } = (message ?? {}) as { _id?: unknown; rid?: unknown; msg?: unknown };
    const room = roomOf(workspace, caller, rid);
    if (typeof msg !== "string" || !msg.trim()) throw new MethodError("error-invalid-message", "Invalid message");
    if (msg.length > workspace.settings.number("Message_MaxAllowedSize"))
      throw new MethodError("error-message-size-exceeded", "Message size exceeds Message_MaxAllowedSize");
    const ownId = typeof _id === "string" && _id !== "" ? _id : undefined;
    return messageOnWire(workspace.rooms.say(room, signedIn(caller), msg.trim(), ownId));
  },

  // What bots call first: the vendor's SDKs know rooms by name.

  getRoomIdByNameOrId(workspace, caller, [name]) {
    const found = workspace.rooms
      .subscriptions(signedIn(caller)._id)
      .find(({ rid, name: known, t }) => rid === name || (t === "c" && known === name));
    if (!found) throw new MethodError("error-not-allowed", "Not allowed", { method: "getRoomIdByNameOrId" });
    return found.rid;
  },

  getRoomNameById: (workspace, caller, [rid]) => roomOf(workspace, caller, rid).name,

  joinRoom(workspace, caller, [rid]) {
    if (!workspace.rooms.join(signedIn(caller), String(rid)))
      throw new MethodError("error-not-allowed", "Not allowed", { method: "joinRoom" });
    return true;
  },

  createDirectMessage(workspace, caller, [username]) {
    const user = signedIn(caller);
    const other = workspace.accounts.byUsername(String(username));
    if (!other || other === user)
      throw new MethodError("error-invalid-user", "Invalid user", { method: "createDirectMessage" });
    const room = workspace.rooms.direct(user, other);
    return { rid: room._id, t: "d", usernames: [user.username, other.username] };
  },

  readMessages(workspace, caller, [rid]) {
    workspace.rooms.read(signedIn(caller)._id, roomOf(workspace, caller, rid));
    return undefined;
  },

  /** Not the vendor's: what the client shows of its user. */
  "sandbox/me"(_workspace, caller) {
    const { _id, username, name, status, requirePasswordChange } = signedIn(caller);
    return { _id, username, name, status, requirePasswordChange };
  },

  ...presence("UserPresence:online", "online"),
  ...presence("UserPresence:away", "away"),
  "UserPresence:connect": () => undefined,
  "UserPresence:ping": () => undefined,
  "UserPresence:setDefaultStatus"(workspace, caller, [status]) {
    callMethod(workspace, caller, "setUserStatus", [status]);
    return undefined;
  },

  setUserStatus(workspace, caller, [status]) {
    const user = signedIn(caller);
    if (status !== "online" && status !== "away" && status !== "busy" && status !== "offline")
      throw new MethodError("error-invalid-status", "Invalid status");
    workspace.accounts.setStatus(user, status);
    return undefined;
  },
};

/**
 * Runs a method.
 *
 * @throws MethodError, LoginRefused
 */
export function callMethod(
  workspace: Workspace,
  caller: Caller,
  name: string,
  parameters: readonly unknown[],
): unknown {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) throw new MethodError(404, `Method '${name}' not found`);
  return method(workspace, caller, parameters);
}
