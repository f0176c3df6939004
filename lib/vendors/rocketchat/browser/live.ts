"use client";
import type { InboxEntry } from "../../vendor";
/**
 * What the chat tells the rest of the portal: unread count, presence, the open room, the latest notification. Fed by
 * the embed that is mounted, passed on to the shell by live-integration.tsx.
 */
import { roomPath } from "../deep-link";
import type { ChatEvent, Command, Presence } from "../protocol";
import { command, entryOf } from "../protocol";

export interface ChatNotification {
  /** Counts up, so that two equal notifications can be told apart. */
  readonly id: number;
  readonly title: string;
  readonly text: string;
  /** Where it happened, as a path in Rocket.Chat. */
  readonly path: string | null;
}

export interface ChatLive {
  /** False until the framed chat is proved to be the user's. */
  readonly connected: boolean;
  readonly unread: number;
  readonly status: Presence | null;
  readonly room: { readonly path: string; readonly title: string } | null;
  readonly notification: ChatNotification | null;
  /** Direct messages and mentions, newest first. */
  readonly inbox: readonly InboxEntry[];
}

const disconnected: ChatLive = {
  connected: false,
  unread: 0,
  status: null,
  room: null,
  notification: null,
  inbox: [],
};

let state: ChatLive = disconnected;
/** The embed that is logged in. */
export interface ConnectedChat {
  send(message: Command): void;
  /** Shows a room. */
  open(path: string): void;
  /** Logs the framed client out, and not in again. */
  leave(): void;
}

let chat: ConnectedChat | null = null;
let unreadByRoom = new Map<string, number>();
let totalKnown = false;
const listeners = new Set<() => void>();

function set(next: ChatLive): void {
  state = next;
  for (const listener of listeners) listener();
}

/** Takes an event of a logged-in client. Rocket.Chat's own total counts; until it comes, the rooms are added up. */
export function recordEvent(event: ChatEvent): void {
  switch (event.name) {
    case "unread":
      totalKnown = true;
      set({ ...state, unread: event.count });
      return;
    case "subscription": {
      unreadByRoom.set(event.rid, event.unread);
      hearEntry(event);
      if (totalKnown) return;
      const unread = [...unreadByRoom.values()].reduce((sum, count) => sum + count, 0);
      set({ ...state, unread });
      return;
    }
    case "status":
      set({ ...state, status: event.status });
      return;
    case "room":
      set({ ...state, room: { path: event.path, title: event.title } });
      return;
    case "notification": {
      const { title, text, path } = event;
      hearEntry(event);
      set({ ...state, notification: { id: (state.notification?.id ?? 0) + 1, title, text, path } });
      return;
    }
  }
}

const maxEntries = 50;

function putEntry(entry: InboxEntry): void {
  const others = state.inbox.filter(({ id }) => id !== entry.id);
  set({ ...state, inbox: [entry, ...others].sort((a, b) => b.at - a.at).slice(0, maxEntries) });
}

/** A conversation has unread messages, or has been read; a notification says what is in one. */
function hearEntry(event: ChatEvent): void {
  const entry = entryOf(event);
  if (!entry) return;
  const known = state.inbox.find(({ id }) => id === entry.id);
  if (event.name === "notification") {
    const unread = Math.max(1, known?.unread ?? 0);
    putEntry({ ...entry, title: known?.title ?? entry.title, unread, at: Date.now() });
    return;
  }
  if (entry.unread === (known?.unread ?? 0)) return;
  // Once read it stays where it was. What a notification has told is better than a count.
  const same = known && (entry.unread === 0 || known.unread > 0) ? known : undefined;
  putEntry({ ...entry, text: same?.text ?? entry.text, at: entry.unread === 0 && known ? known.at : Date.now() });
}

/** Shows a room in the open chat, if it is one. */
export function openPlace(place: string): void {
  const path = roomPath(place);
  if (path) chat?.open(path);
}

/** The embed is logged in: from now on commands reach it. */
export function chatConnected(connected: ConnectedChat): void {
  chat = connected;
  if (!state.connected) set({ ...state, connected: true });
}

/** The embed is gone or logged out: nothing of its user stays. */
export function chatGone(): void {
  chat = null;
  unreadByRoom = new Map();
  totalKnown = false;
  if (state !== disconnected) set(disconnected);
}

/** Calls back at each change. @returns how to stop */
export function watchChat(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

/** What the chat tells at this moment, outside React. */
export function currentChat(): ChatLive {
  return state;
}

/** Sets the user's presence in Rocket.Chat; false while no chat is connected. */
export function setPresence(status: Presence): boolean {
  chat?.send(command.setStatus(status));
  return chat !== null;
}

/**
 * Logs the framed client out, for the moment of signing out: the server ends the token as well, this clears the
 * browser's copy.
 */
export function logOutOfChat(): void {
  chat?.leave();
  chatGone();
}
