/**
 * Rooms, messages and who has read how far. Everything lasts for the run.
 */
import { randomBytes } from "node:crypto";
import { type Persona, personas } from "@/lib/config/sandbox";
import { storyAt } from "../kit/world/story";
import type { Accounts, User } from "./accounts";
import { type Card, directGreeting, roomSeeds } from "./conversation";

export interface Message {
  readonly _id: string;
  readonly rid: string;
  readonly msg: string;
  /** Milliseconds. */
  readonly ts: number;
  readonly u: { readonly _id: string; readonly username: string; readonly name: string };
  readonly mentions: readonly { readonly username: string }[];
  readonly card?: Card;
}

export interface Room {
  readonly _id: string;
  /** `c` a channel, `d` a direct message. */
  readonly t: "c" | "d";
  readonly name: string;
  readonly topic: string;
  /** Portal groups whose personas are members; a default channel takes everyone who is created. */
  readonly groups: readonly string[] | "default";
  readonly members: Set<string>;
  readonly messages: Message[];
}

/** What one user has of one room. */
export interface Subscription {
  readonly _id: string;
  readonly rid: string;
  readonly t: Room["t"];
  readonly name: string;
  readonly fname: string;
  readonly unread: number;
  readonly userMentions: number;
  readonly alert: boolean;
  /** Last seen, milliseconds. */
  readonly ls: number;
}

const id = () => randomBytes(13).toString("base64url").replace(/[-_]/g, "x").slice(0, 17);

/** Rooms of the workspace, and what happens in them. */
export class Rooms {
  readonly #accounts: Accounts;
  readonly #now: () => number;
  #rooms = new Map<string, Room>();
  /** `${user} ${room}` → the time up to which the user has read. */
  #seen = new Map<string, number>();
  #subscriptionIds = new Map<string, string>();
  /** Told of each new message, after unread counts are up to date. */
  onMessage: (room: Room, message: Message) => void = () => {};
  /** Told when a user's view of a room changed. */
  onSubscription: (userId: string, subscription: Subscription) => void = () => {};

  constructor(accounts: Accounts, now: () => number) {
    this.#accounts = accounts;
    this.#now = now;
    this.reset();
  }

  reset(): void {
    this.#rooms = new Map();
    this.#seen = new Map();
    this.#subscriptionIds = new Map();
    for (const seed of roomSeeds) {
      const room: Room = {
        _id: `sandbox-${seed.name}`,
        t: "c",
        name: seed.name,
        topic: seed.topic,
        groups: seed.groups,
        members: new Set(),
        messages: [],
      };
      this.#rooms.set(room._id, room);
      for (const line of seed.lines(storyAt(this.#now()))) {
        const author = this.#accounts.byUsername(line.from);
        if (!author) continue;
        room.members.add(author._id);
        room.messages.push(this.#message(room, author, line.text, line.when(this.#now()), line.card));
      }
      room.messages.sort((a, b) => a.ts - b.ts);
    }
  }

  /** Lets a newly created user into the rooms that are theirs, with the seeds' unread messages. */
  welcome(user: User, joinDefaultChannels: boolean): void {
    const persona = personaOf(user.username);
    for (const seed of roomSeeds) {
      const room = this.#rooms.get(`sandbox-${seed.name}`);
      if (!room) continue;
      const groups = room.groups;
      const joins =
        groups === "default" ? joinDefaultChannels : groups.some((group) => persona?.groups.includes(group));
      if (!joins) continue;
      room.members.add(user._id);
      const firstUnread = room.messages[room.messages.length - seed.unread];
      this.#seen.set(`${user._id} ${room._id}`, (firstUnread?.ts ?? this.#now() + 1) - 1);
    }
    const colleague = this.#accounts.byUsername("data.engineer");
    if (!colleague) return;
    const direct = this.direct(user, colleague);
    direct.messages.push(this.#message(direct, colleague, directGreeting(user.name), this.#now() - 40 * 60_000));
    this.#seen.set(`${user._id} ${direct._id}`, this.#now());
  }

  /** The room of two users, made when they have none. */
  direct(user: User, other: User): Room {
    const _id = [user._id, other._id].sort().join("");
    const known = this.#rooms.get(_id);
    if (known) return known;
    const members = new Set([user._id, other._id]);
    const room: Room = { _id, t: "d", name: "", topic: "", groups: [], members, messages: [] };
    this.#rooms.set(_id, room);
    return room;
  }

  /** Makes the user a member; false where only others may be one. */
  join(user: User, rid: string): boolean {
    const room = this.#rooms.get(rid);
    if (!room || (room.groups !== "default" && !room.members.has(user._id))) return false;
    room.members.add(user._id);
    return true;
  }

  all(): Room[] {
    return [...this.#rooms.values()];
  }

  /** The room with this id, if the user is a member. */
  roomFor(userId: string, rid: string): Room | undefined {
    const room = this.#rooms.get(rid);
    return room?.members.has(userId) ? room : undefined;
  }

  subscriptions(userId: string): Subscription[] {
    return this.all()
      .filter((room) => room.members.has(userId))
      .map((room) => this.subscription(userId, room));
  }

  subscription(userId: string, room: Room): Subscription {
    const key = `${userId} ${room._id}`;
    const ls = this.#seen.get(key) ?? 0;
    const news = room.messages.filter((message) => message.ts > ls && message.u._id !== userId);
    const username = this.#accounts.byId(userId)?.username;
    const other = [...room.members].find((member) => member !== userId);
    const partner = room.t === "d" && other ? this.#accounts.byId(other) : undefined;
    let subscriptionId = this.#subscriptionIds.get(key);
    if (!subscriptionId) {
      subscriptionId = id();
      this.#subscriptionIds.set(key, subscriptionId);
    }
    return {
      _id: subscriptionId,
      rid: room._id,
      t: room.t,
      name: partner?.username ?? room.name,
      fname: partner?.name ?? room.name,
      unread: news.length,
      userMentions: news.filter((message) => message.mentions.some((mention) => mention.username === username)).length,
      alert: news.length > 0,
      ls,
    };
  }

  /**
   * Posts a message and tells every user that it concerns.
   *
   * @param ownId the id that the client has given it already
   */
  say(room: Room, author: User, text: string, ownId?: string): Message {
    const last = room.messages.at(-1)?.ts ?? 0;
    const made = this.#message(room, author, text, Math.max(this.#now(), last + 1));
    const message = ownId === undefined ? made : { ...made, _id: ownId };
    room.messages.push(message);
    this.#seen.set(`${author._id} ${room._id}`, message.ts);
    for (const member of room.members) this.onSubscription(member, this.subscription(member, room));
    this.onMessage(room, message);
    return message;
  }

  /** Marks everything in the room as read. */
  read(userId: string, room: Room): void {
    this.#seen.set(`${userId} ${room._id}`, Math.max(this.#now(), room.messages.at(-1)?.ts ?? 0));
    this.onSubscription(userId, this.subscription(userId, room));
  }

  /** The users in a room, for its details panel. */
  members(room: Room): User[] {
    return [...room.members].flatMap((member) => this.#accounts.byId(member) ?? []);
  }

  #message(room: Room, author: User, msg: string, ts: number, card?: Card): Message {
    const mentions = [...msg.matchAll(/(?<![\w.@-])@([0-9a-zA-Z\-_.]*[0-9a-zA-Z\-_])/g)].flatMap(([, username]) =>
      username ? [{ username }] : [],
    );
    const u = { _id: author._id, username: author.username, name: author.name };
    return { _id: id(), rid: room._id, msg, ts, u, mentions, ...(card ? { card } : {}) };
  }
}

/** The portal passes nothing about groups, so that the rooms of the personas are decided by their account. */
function personaOf(username: string): Persona | undefined {
  return personas.find((persona) => persona.accounts.rocketchat === username.toLowerCase());
}
