/**
 * The DDP methods that the client needs. They run over the socket, and over `POST /api/v1/method.call/…` where there is
 * no socket.
 */
import type { User } from "./accounts";
import { LoginRefused, logIn } from "./login";
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

/** The value in DDP's EJSON for dates. */
const date = (ms: number) => ({ $date: ms });

/** A message as DDP sends it. */
export const messageOnWire = (message: Message) => ({
  ...message,
  ts: date(message.ts),
  _updatedAt: date(message.ts),
});

/** A subscription as DDP sends it. */
export const subscriptionOnWire = (subscription: Subscription) => ({ ...subscription, ls: date(subscription.ls) });

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

const methods: Readonly<Record<string, Method>> = {
  login(workspace, caller, [options]) {
    const { user, token, expiresAt, type } = logIn(workspace, options);
    caller.user = user;
    caller.loginToken = token;
    caller.changed();
    if (user.status === "offline") workspace.accounts.setStatus(user, "online");
    return { id: user._id, token, tokenExpires: date(expiresAt), type };
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

  "subscriptions/get": (workspace, caller) =>
    workspace.rooms.subscriptions(signedIn(caller)._id).map(subscriptionOnWire),

  "rooms/get": (workspace, caller) =>
    workspace.rooms
      .subscriptions(signedIn(caller)._id)
      .flatMap(({ rid }) => workspace.rooms.roomFor(signedIn(caller)._id, rid) ?? [])
      .map((room) => ({ _id: room._id, t: room.t, name: room.name, topic: room.topic, usersCount: room.members.size })),

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
    if (msg.length > 5_000) throw new MethodError("error-message-size-exceeded", "Message size exceeds the limit");
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
