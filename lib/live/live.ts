"use client";
/**
 * What open products tell the shell, and what the shell asks of them. A vendor that has something to tell joins from its
 * own `Live` component (vendor.ts), which the portal's layout draws; nobody is named here.
 */
import { useSyncExternalStore } from "react";

/** Something new that the user should hear of where they are now. */
export interface Notice {
  /** Differs from the vendor's one before, even when the words are the same. */
  readonly id: number;
  readonly words: string;
}

/** How the user appears to others, and how to change it. */
export interface PresenceControl {
  readonly now: string | null;
  readonly choices: readonly string[];
  set(choice: string): void;
}

/** What one product tells at this moment. */
export interface LiveNews {
  /** How many unread things it has for this user. */
  readonly unread: number;
  /** Its newest notice, or null. */
  readonly notice: Notice | null;
  /** Null while the product cannot tell or be told. */
  readonly presence: PresenceControl | null;
}

/** One vendor's live half. */
export interface LiveIntegration {
  /** Present where the product has news: calls back at each change, and returns how to stop. */
  readonly subscribe?: (changed: () => void) => () => void;
  readonly news?: () => LiveNews;
  /** The user signs out: clears what the product keeps of them in this browser. The server ends its sessions as well. */
  readonly onSignOut?: () => void;
}

/** The newest notice of all products. */
export interface VendorNotice extends Notice {
  readonly vendor: string;
}

const halves = new Map<string, LiveIntegration>();
const told = new Map<string, LiveNews>();
let newest: VendorNotice | null = null;
const listeners = new Set<() => void>();

function tell(vendorId: string, news: LiveNews | undefined): void {
  const before = told.get(vendorId)?.notice ?? null;
  if (news) told.set(vendorId, news);
  else told.delete(vendorId);
  const notice = news?.notice ?? null;
  if (notice && notice.id !== before?.id) newest = { ...notice, vendor: vendorId };
  if (!notice && newest?.vendor === vendorId) newest = null;
  for (const listener of listeners) listener();
}

/**
 * A vendor joins, for as long as its `Live` component is drawn.
 *
 * @returns how it leaves, for an effect's clean-up
 */
export function joinLive(vendorId: string, half: LiveIntegration): () => void {
  halves.set(vendorId, half);
  const changed = () => tell(vendorId, half.news?.());
  changed();
  const stop = half.subscribe?.(changed);
  return () => {
    stop?.();
    halves.delete(vendorId);
    tell(vendorId, undefined);
  };
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const none = () => 0;
const nothing = () => null;

/** How many unread things a vendor has for this user. */
export function useUnread(vendorId: string): number {
  return useSyncExternalStore(subscribe, () => told.get(vendorId)?.unread ?? 0, none);
}

/** All unread things together. */
export function useAllUnread(): number {
  return useSyncExternalStore(subscribe, () => [...told.values()].reduce((sum, { unread }) => sum + unread, 0), none);
}

/** The newest notice, or null. */
export function useNotice(): VendorNotice | null {
  return useSyncExternalStore(subscribe, () => newest, nothing);
}

/** The presence of the first product that has one; null while no such product is open. */
export function usePresence(): PresenceControl | null {
  return useSyncExternalStore(
    subscribe,
    () => [...told.values()].find(({ presence }) => presence)?.presence ?? null,
    nothing,
  );
}

/** Tells every product that its user leaves; the server ends their sessions as well. */
export function notifySignOut(): void {
  for (const { onSignOut } of halves.values()) onSignOut?.();
}
