"use client";
/** The portal's own notices to one user, and what of the inbox has been read, kept in this browser. */
import { useSyncExternalStore } from "react";

export interface PortalNotice {
  /** The same thing told twice is one notice. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly href: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface Kept {
  /** Newest first. */
  readonly notices: readonly PortalNotice[];
  /** Keys of entries that were read, the latest first. */
  readonly read: readonly string[];
  /** The pages of the items that the user could open last time; null before the first time. */
  readonly items: readonly string[] | null;
}

const max = { notices: 30, read: 200 } as const;
const empty: Kept = { notices: [], read: [], items: null };
const listeners = new Set<() => void>();
let snapshot: { readonly key: string; readonly text: string | null; readonly kept: Kept } | undefined;

const keyOf = (userId: string) => `portal-inbox:${userId}`;
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];

const isNotice = (value: unknown): value is PortalNotice => {
  const { id, title, text, href, at } = (value ?? {}) as Partial<PortalNotice>;
  return (
    [id, title, text].every((one) => typeof one === "string") && /^\/(?!\/)/.test(href ?? "") && Number.isFinite(at)
  );
};

function parse(text: string | null): Kept {
  try {
    const value = JSON.parse(text ?? "{}") as Partial<Kept>;
    return {
      notices: Array.isArray(value.notices) ? value.notices.filter(isNotice) : [],
      read: texts(value.read),
      items: Array.isArray(value.items) ? texts(value.items) : null,
    };
  } catch {
    return empty;
  }
}

/** Storage may be blocked: then nothing is remembered, and nothing fails. */
function read(userId: string): Kept {
  const key = keyOf(userId);
  let text: string | null = null;
  try {
    text = window.localStorage.getItem(key);
  } catch {}
  if (snapshot?.key !== key || snapshot.text !== text) snapshot = { key, text, kept: parse(text) };
  return snapshot.kept;
}

function write(userId: string, kept: Kept): void {
  try {
    window.localStorage.setItem(keyOf(userId), JSON.stringify(kept));
  } catch {}
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

export function useKept(userId: string): Pick<Kept, "notices" | "read"> {
  return useSyncExternalStore(
    subscribe,
    () => read(userId),
    () => empty,
  );
}

/** Tells the user something, in the inbox of this browser. */
export function tellUser(userId: string, notice: Omit<PortalNotice, "at">, at = Date.now()): void {
  const kept = read(userId);
  const others = kept.notices.filter(({ id }) => id !== notice.id);
  const unread = kept.read.filter((key) => key !== notice.id);
  write(userId, { ...kept, notices: [{ ...notice, at }, ...others].slice(0, max.notices), read: unread });
}

export function markRead(userId: string, keys: readonly string[]): void {
  const kept = read(userId);
  const others = kept.read.filter((key) => !keys.includes(key));
  write(userId, { ...kept, read: [...keys, ...others].slice(0, max.read) });
}

/**
 * Compares the items that the user may open with those of the last time, and tells of each that is new. Nothing is told
 * the first time, and no more than the first three one by one.
 */
export function noteItems(userId: string, items: readonly { readonly href: string; readonly title: string }[]): void {
  const { items: before } = read(userId);
  const now = items.map(({ href }) => href);
  if (before && before.length === now.length && before.every((href) => now.includes(href))) return;
  const granted = before ? items.filter(({ href }) => !before.includes(href)) : [];
  write(userId, { ...read(userId), items: now });
  const title = "Access granted";
  if (granted.length > 3)
    tellUser(userId, {
      id: `access:${granted.length}:${now.length}`,
      title,
      text: `${granted.length} items were shared with you`,
      href: "/",
    });
  else
    for (const { href, title: name } of granted)
      tellUser(userId, { id: `access:${href}`, title, text: `${name} was shared with you`, href });
}
