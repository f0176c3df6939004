/**
 * One DDP 1 conversation, without the socket under it (protocol: connect, ping, method, sub, unsub).
 */
import { randomBytes } from "node:crypto";
import { hashToken, type User } from "./accounts";
import { type Caller, callMethod, MethodError, toDdpError } from "./methods";
import type { Workspace } from "./workspace";

/** The socket under a conversation. */
export interface Wire {
  send(message: object): void;
  close(): void;
}

/** What Meteor calls a message whose parts are not what they must be. */
const malformed: Readonly<Record<string, string>> = {
  method: "Malformed method invocation",
  sub: "Malformed subscription",
};

const isParameters = (value: unknown): value is unknown[] | undefined => value === undefined || Array.isArray(value);

type Incoming = Readonly<Record<string, unknown>>;

export class DdpSession implements Caller {
  user: Caller["user"];
  loginToken: string | undefined;
  readonly #workspace: Workspace;
  readonly #wire: Wire;
  /** Subscription id → `stream key`. */
  readonly #subscriptions = new Map<string, string>();
  #connected = false;
  #ended = false;
  #publishedUser: string | undefined;
  /** Methods and subscriptions of one conversation run one after the other, as Meteor's do. */
  #queue: Promise<void> = Promise.resolve();

  constructor(workspace: Workspace, wire: Wire) {
    this.#workspace = workspace;
    this.#wire = wire;
    wire.send({ server_id: "0" });
  }

  /** Takes one text frame. */
  receive(text: string): void {
    let message: Incoming;
    try {
      const parsed: unknown = JSON.parse(text);
      if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new Error("no object");
      message = parsed as Incoming;
    } catch {
      this.#wire.send({ msg: "error", reason: "Parse error" });
      return;
    }
    if (message.msg === "connect") this.#connect(message);
    else if (!this.#connected)
      this.#wire.send({ msg: "error", reason: "Must connect first", offendingMessage: message });
    else this.#dispatch(message);
  }

  #connect(message: Incoming): void {
    if (this.#connected) {
      this.#wire.send({ msg: "error", reason: "Already connected", offendingMessage: message });
      return;
    }
    // A client must also claim to support what it proposes (vendor source: Meteor's livedata_server).
    if (message.version !== "1" || !Array.isArray(message.support) || !message.support.includes("1")) {
      this.#wire.send({ msg: "failed", version: "1" });
      this.#wire.close();
      return;
    }
    this.#connected = true;
    this.#wire.send({ msg: "connected", session: randomBytes(12).toString("base64url") });
  }

  #dispatch(message: Incoming): void {
    const id = typeof message.id === "string" ? message.id : undefined;
    switch (message.msg) {
      case "ping":
        this.#wire.send({ msg: "pong", ...(id === undefined ? {} : { id }) });
        return;
      case "pong":
        return;
      case "method":
        if (id !== undefined && typeof message.method === "string" && isParameters(message.params)) {
          const { method, params = [] } = message;
          this.#inTurn(() => this.#call(id, method as string, params));
          return;
        }
        break;
      case "sub":
        if (id !== undefined && typeof message.name === "string" && isParameters(message.params)) {
          const { name, params = [] } = message;
          this.#inTurn(async () => this.#subscribe(id, name as string, params));
          return;
        }
        break;
      case "unsub":
        if (id !== undefined) {
          this.#subscriptions.delete(id);
          this.#wire.send({ msg: "nosub", id });
          return;
        }
        break;
    }
    this.#wire.send({
      msg: "error",
      reason: malformed[String(message.msg)] ?? "Bad request",
      offendingMessage: message,
    });
  }

  #inTurn(act: () => Promise<void>): void {
    this.#queue = this.#queue.then(() => (this.#ended ? undefined : act()));
  }

  /** The connection is gone: what still waits for its turn is not done any more. */
  end(): void {
    this.#ended = true;
    this.user = undefined;
    this.loginToken = undefined;
  }

  async #call(id: string, method: string, parameters: unknown[]): Promise<void> {
    const fault = await this.#workspace.control.strike("ddp", method);
    if (this.#ended) return;
    if (fault?.hangUp) return this.#wire.close();
    const wasLoggedIn = this.user !== undefined;
    try {
      if (fault) throw new MethodError(fault.status, fault.body || "The sandbox was told to fail here");
      const result = callMethod(this.#workspace, this, method, parameters);
      this.#wire.send({ msg: "result", id, ...(result === undefined ? {} : { result }) });
    } catch (error) {
      this.#wire.send({ msg: "result", id, error: toDdpError(error) });
    }
    this.#wire.send({ msg: "updated", methods: [id] });
    // A logout ends the conversation: the client starts a new, anonymous one.
    if (method === "logout" && wasLoggedIn && !this.user) this.#wire.close();
  }

  #subscribe(id: string, name: string, [key]: unknown[]): void {
    if (!name.startsWith("stream-")) {
      this.#wire.send({
        msg: "nosub",
        id,
        error: toDdpError(new MethodError(404, `Subscription '${name}' not found`)),
      });
      return;
    }
    if (!this.#mayRead(name, String(key))) {
      this.#wire.send({ msg: "nosub", id, error: toDdpError(new MethodError("not-allowed", "Not allowed")) });
      return;
    }
    this.#subscriptions.set(id, `${name} ${key}`);
    this.#wire.send({ msg: "ready", subs: [id] });
  }

  #mayRead(stream: string, key: string): boolean {
    // Settings and the like: nothing is ever sent over these two, but clients wait until they may listen.
    if (stream === "stream-notify-all") return true;
    const userId = this.user?._id;
    if (!userId) return false;
    if (stream === "stream-notify-logged") return true;
    const [owner = ""] = key.split("/");
    if (stream === "stream-notify-user") return owner === userId;
    if (stream === "stream-room-messages")
      return key === "__my_messages__" || this.#workspace.rooms.roomFor(userId, key) !== undefined;
    return stream === "stream-notify-room" && this.#workspace.rooms.roomFor(userId, owner) !== undefined;
  }

  /** Sends an event to the client if it listens to this stream and key. */
  publish(stream: string, key: string, args: readonly unknown[]): void {
    const wanted = `${stream} ${key}`;
    for (const subscription of this.#subscriptions.values())
      if (subscription === wanted) {
        this.#wire.send({ msg: "changed", collection: stream, id: "id", fields: { eventName: key, args } });
        return;
      }
  }

  /** Publishes the signed-in user, as the server does after a login, and takes it back after a logout. */
  changed(): void {
    if (this.#publishedUser && this.#publishedUser !== this.user?._id) {
      this.#wire.send({ msg: "removed", collection: "users", id: this.#publishedUser });
      this.#publishedUser = undefined;
      this.#subscriptions.clear();
    }
    if (!this.user || this.#publishedUser) return;
    const { _id, username, name, emails, roles, status, requirePasswordChange } = this.user;
    this.#publishedUser = _id;
    this.#wire.send({
      msg: "added",
      collection: "users",
      id: _id,
      fields: { username, name, emails, roles, status, active: true, requirePasswordChange },
    });
  }

  /** Publishes the signed-in user's presence, wherever it was changed. */
  statusChanged(user: User): void {
    if (this.#publishedUser !== user._id) return;
    this.#wire.send({ msg: "changed", collection: "users", id: user._id, fields: { status: user.status } });
  }

  /** Ends the conversation when its login token is among those removed. */
  tokensRemoved(hashes: readonly string[]): void {
    if (this.loginToken === undefined || !hashes.includes(hashToken(this.loginToken))) return;
    this.user = undefined;
    this.loginToken = undefined;
    this.#wire.close();
  }
}
