/**
 * What a logged-in client knows: subscriptions, the open room, its messages; kept up to date by streams, or by asking
 * now and then where there is no socket.
 */
import { config } from "./config";
import { fire } from "./events";
import { type ClientUser, session } from "./session";
import { CallFailed, quietly, transport } from "./transport";

const pollMs = 2_500;

export interface Card {
  readonly title: string;
  readonly text: string;
  readonly kind: "chart" | "file";
}

/** A message as the server sends it; dates are milliseconds. */
export interface ChatMessage {
  readonly _id: string;
  readonly rid: string;
  readonly msg: string;
  readonly ts: number;
  readonly u: { readonly _id: string; readonly name: string };
  readonly card?: Card;
}

export interface ChatSubscription {
  readonly _id: string;
  readonly rid: string;
  readonly t: "c" | "d";
  readonly name: string;
  readonly fname: string;
  readonly unread: number;
  readonly userMentions: number;
  readonly alert: boolean;
  readonly ls: number;
}

export interface Member {
  readonly _id: string;
  readonly name: string;
  readonly status: string;
}

interface ServerNotification {
  readonly payload: { readonly rid: string };
}

/** What `unread-changed-by-subscription` tells (vendor source: useUnread; the fields that embedders may count on). */
const told = ({ _id, rid, name, fname, t, unread, userMentions, alert, ls }: ChatSubscription) => ({
  _id,
  rid,
  name,
  fname,
  t,
  unread,
  userMentions,
  alert,
  ls: new Date(ls).toISOString(),
});

class Chat {
  #subscriptions: readonly ChatSubscription[] = [];
  #topics = new Map<string, string>();
  #room: ChatSubscription | null = null;
  #messages: readonly ChatMessage[] = [];
  #members: readonly Member[] = [];
  #typing: string | null = null;
  #firstNewTs: number | null = null;
  #unreadTold: number | null = null;
  #missing = false;
  /** Whose rooms are here; null until all of them are. */
  #owner: string | null = null;
  /** Whether the open room's messages are here: a lost connection may leave them behind. */
  #loaded = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #generation = 0;
  onChange: () => void = () => {};

  get state() {
    return {
      subscriptions: this.#subscriptions,
      room: this.#room,
      messages: this.#messages,
      members: this.#members,
      typing: this.#typing,
      firstNewTs: this.#firstNewTs,
      missing: this.#missing,
    };
  }

  topicOf(room: ChatSubscription): string {
    return this.#topics.get(room.rid) ?? "";
  }

  isOpenFor(userId: string): boolean {
    return this.#owner === userId;
  }

  /** The logged-in area appears: everything is told once, later only what changes. */
  async start(user: ClientUser): Promise<void> {
    const round = ++this.#generation;
    const [found, rooms] = await Promise.all([
      transport.call<ChatSubscription[]>("subscriptions/get"),
      transport.call<{ _id: string; topic: string }[]>("rooms/get"),
    ]);
    if (round !== this.#generation) return;
    this.#owner = user._id;
    this.#subscriptions = found;
    this.#topics = new Map(rooms.map(({ _id, topic }) => [_id, topic]));
    this.#listen(user);
    const opening = this.openRoute();
    for (const subscription of found) fire("unread-changed-by-subscription", told(subscription));
    this.#unreadTold = null;
    this.#tellUnread();
    fire("status-changed", user.status);
    if (!transport.isLive) this.#timer = setInterval(() => this.#refresh().catch(lostOverHttp), pollMs);
    await opening;
  }

  /** The same user after a lost connection: the streams are gone, the view stays. */
  async restart(user: ClientUser): Promise<void> {
    if (!this.isOpenFor(user._id)) return this.start(user);
    this.#generation += 1;
    this.#listen(user);
    if (this.#room && this.#loaded) this.#listenToRoom(this.#room);
    else this.#room = null;
    await this.#refresh();
    await this.openRoute();
  }

  stop(): void {
    this.#generation += 1;
    this.#owner = null;
    clearInterval(this.#timer);
    this.#subscriptions = [];
    this.#room = null;
    this.#messages = [];
    this.#members = [];
    this.#missing = false;
    this.#unreadTold = null;
    document.title = "Chat sandbox";
  }

  async openRoute(): Promise<void> {
    const wanted = this.#roomOfPath(window.location.pathname);
    this.#missing = wanted === "missing";
    if (wanted === null || wanted === "missing") {
      this.#room = null;
      this.#messages = [];
      this.onChange();
      return;
    }
    if (this.#room?.rid === wanted.rid) return;
    this.#room = wanted;
    this.#loaded = false;
    this.#messages = [];
    this.#members = [];
    this.#typing = null;
    this.#firstNewTs = null;
    this.onChange();
    const { messages } = await transport.call<{ messages: ChatMessage[] }>("loadHistory", wanted.rid);
    if (this.#room !== wanted) return;
    this.#loaded = true;
    this.#messages = messages;
    this.#firstNewTs = messages.find(({ ts, u }) => ts > wanted.ls && u._id !== session.userId)?.ts ?? null;
    this.#listenToRoom(wanted);
    const { rid: _id, t, name, fname } = wanted;
    fire("room-opened", { _id, t, name, fname, topic: this.topicOf(wanted) });
    this.onChange();
    await Promise.all([this.markRead(), this.#loadMembers(wanted)]);
  }

  async markRead(): Promise<void> {
    const current = this.#subscriptions.find(({ rid }) => rid === this.#room?.rid);
    if (!current || current.unread === 0) return;
    await transport.call("readMessages", current.rid);
    if (!transport.isLive) await this.#refresh();
  }

  async send(text: string): Promise<void> {
    this.#hearMessage(await transport.call<ChatMessage>("sendMessage", { rid: this.#room?.rid, msg: text }));
  }

  #tellUnread(): void {
    const unread = this.#subscriptions.reduce((sum, one) => sum + one.unread, 0);
    document.title = `${unread ? `(${unread}) ` : ""}${this.#room?.fname ?? "Chat"} · Sandbox`;
    if (unread === this.#unreadTold) return;
    this.#unreadTold = unread;
    fire("unread-changed", unread);
  }

  #take(subscription: ChatSubscription): void {
    const before = this.#subscriptions.find(({ rid }) => rid === subscription.rid);
    if (before && before.unread === subscription.unread && before.ls === subscription.ls) return;
    this.#subscriptions = before
      ? this.#subscriptions.map((one) => (one.rid === subscription.rid ? subscription : one))
      : [...this.#subscriptions, subscription];
    fire("unread-changed-by-subscription", told(subscription));
    this.#tellUnread();
    this.onChange();
  }

  /** Which room a path names: /channel/name, /group/name, /direct/username-or-id. */
  #roomOfPath(pathname: string): ChatSubscription | "missing" | null {
    const [, kind, key] = /^\/(channel|group|direct)\/([^/]+)/.exec(pathname.slice(config.base.length)) ?? [];
    if (!kind || !key) return null;
    const wanted = decodeURIComponent(key);
    const found = this.#subscriptions.find(({ t, name, rid }) =>
      kind === "direct"
        ? t === "d" && (name === wanted || rid === wanted)
        : t === "c" && kind === "channel" && name === wanted,
    );
    return found ?? "missing";
  }

  async #loadMembers(opened: ChatSubscription): Promise<void> {
    const found = await transport.call<Member[]>("getRoomMembers", opened.rid);
    if (this.#room?.rid !== opened.rid) return;
    this.#members = found;
    this.onChange();
  }

  #hearMessage(message: ChatMessage): void {
    if (message.rid !== this.#room?.rid || this.#messages.some(({ _id }) => _id === message._id)) return;
    this.#messages = [...this.#messages, message];
    if (message.u._id === session.userId) this.#firstNewTs = null;
    else if (!document.hasFocus()) this.#firstNewTs ??= message.ts;
    fire("new-message", message);
    this.onChange();
    if (document.hasFocus()) quietly(this.markRead());
  }

  /** Without a socket: asks for what a stream would have brought. */
  async #refresh(): Promise<void> {
    const round = this.#generation;
    const fresh = await transport.call<ChatSubscription[]>("subscriptions/get");
    if (round !== this.#generation) return;
    for (const subscription of fresh) this.#take(subscription);
    if (!this.#room) return;
    const history = await transport.call<{ messages: ChatMessage[] }>("loadHistory", this.#room.rid);
    if (round === this.#generation) for (const message of history.messages) this.#hearMessage(message);
  }

  #listen(user: ClientUser): void {
    transport.listen("stream-notify-user", `${user._id}/subscriptions-changed`, (_action: string, one) =>
      this.#take(one),
    );
    transport.listen("stream-notify-user", `${user._id}/notification`, (notification: ServerNotification) => {
      const fromOpenedRoom = this.#room?.rid === notification.payload.rid;
      fire("notification", { notification, fromOpenedRoom, hasFocus: document.hasFocus() });
    });
    transport.listen("stream-room-messages", "__my_messages__", (message: ChatMessage) => this.#hearMessage(message));
  }

  #listenToRoom(opened: ChatSubscription): void {
    transport.listen("stream-notify-room", `${opened.rid}/user-activity`, (name: string, activities: string[]) => {
      if (this.#room?.rid !== opened.rid) return;
      this.#typing = activities.length > 0 ? name : null;
      this.onChange();
    });
  }
}

/** A socket is cut when its login ends; without one it shows in the next answer. */
function lostOverHttp(error: unknown): void {
  if (error instanceof CallFailed && error.error === 403) void session.loginAgain();
}

export const chat = new Chat();
