"use client";
/**
 * Live updates from open products to the shell. A vendor joins from its own `Live` component (vendor.ts), which the
 * portal's layout renders; no vendor is named here.
 */
import { useSyncExternalStore } from "react";
import type { InboxEntry } from "@/lib/vendors/vendor";

/** Something new to show the user, wherever they are in the portal. */
export interface Notice {
  /** Differs from the vendor's previous notice, even when the text is the same. */
  readonly id: number;
  readonly words: string;
}

/** The user's presence, and how to change it. */
export interface PresenceControl {
  readonly now: string | null;
  readonly choices: readonly string[];
  set(choice: string): void;
}

/** The current live data of one product. */
export interface LiveNews {
  /** Number of unread things for this user. */
  readonly unread: number;
  /** Its newest notice, or null. */
  readonly notice: Notice | null;
  /** Null while the product's presence is unknown or cannot be set. */
  readonly presence: PresenceControl | null;
  /** What waits for the user, newest first. */
  readonly inbox?: readonly InboxEntry[];
  /** The title of what the product shows now, e.g. a room's name; absent while that is unknown. */
  readonly place?: string | null;
}

/** What one vendor contributes. */
export interface LiveIntegration {
  /** Present when the product has live data: calls back at each change; returns the unsubscribe function. */
  readonly subscribe?: (changed: () => void) => () => void;
  readonly news?: () => LiveNews;
  /** Called at sign-out: removes what the product keeps of the user in this browser. The server ends its sessions as well. */
  readonly onSignOut?: () => void;
  /** Shows a place in the open frame. Takes what the vendor itself has told, and refuses everything else. */
  readonly open?: (place: string) => void;
}

/** The newest notice of all products. */
export interface VendorNotice extends Notice {
  readonly vendor: string;
}

export interface VendorInboxEntry extends InboxEntry {
  readonly vendor: string;
}

const integrations = new Map<string, LiveIntegration>();
const told = new Map<string, LiveNews>();
let newest: VendorNotice | null = null;
let inbox: readonly VendorInboxEntry[] = [];
const listeners = new Set<() => void>();

function tell(vendorId: string, news: LiveNews | undefined): void {
  const before = told.get(vendorId)?.notice ?? null;
  if (news) told.set(vendorId, news);
  else told.delete(vendorId);
  const notice = news?.notice ?? null;
  if (notice && notice.id !== before?.id) newest = { ...notice, vendor: vendorId };
  if (!notice && newest?.vendor === vendorId) newest = null;
  const entries = [...told].flatMap(([vendor, { inbox: own = [] }]) => own.map((entry) => ({ ...entry, vendor })));
  if (entries.length > 0 || inbox.length > 0) inbox = entries;
  for (const listener of listeners) listener();
}

/**
 * A vendor joins, for as long as its `Live` component is drawn.
 *
 * @returns the clean-up function of an effect
 */
export function joinLive(vendorId: string, integration: LiveIntegration): () => void {
  integrations.set(vendorId, integration);
  const changed = () => tell(vendorId, integration.news?.());
  changed();
  const stop = integration.subscribe?.(changed);
  return () => {
    stop?.();
    integrations.delete(vendorId);
    tell(vendorId, undefined);
  };
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const none = () => 0;
const nothing = () => null;

/** A vendor's number of unread things. */
export function useUnread(vendorId: string): number {
  return useSyncExternalStore(subscribe, () => told.get(vendorId)?.unread ?? 0, none);
}

/** The sum over all vendors. */
export function useAllUnread(): number {
  return useSyncExternalStore(subscribe, () => [...told.values()].reduce((sum, { unread }) => sum + unread, 0), none);
}

/** The newest notice, or null. */
export function useNotice(): VendorNotice | null {
  return useSyncExternalStore(subscribe, () => newest, nothing);
}

/** The presence control of the first product that has one; null while none is open. */
export function usePresence(): PresenceControl | null {
  return useSyncExternalStore(
    subscribe,
    () => [...told.values()].find(({ presence }) => presence)?.presence ?? null,
    nothing,
  );
}

const noEntries: readonly VendorInboxEntry[] = [];

/** What waits for the user at all products. */
export function useLiveInbox(): readonly VendorInboxEntry[] {
  return useSyncExternalStore(
    subscribe,
    () => inbox,
    () => noEntries,
  );
}

/** The title of what a vendor's product shows now; null while it is not known. */
export function usePlace(vendorId: string): string | null {
  return useSyncExternalStore(subscribe, () => told.get(vendorId)?.place ?? null, nothing);
}

/** Shows a place in a vendor's open frame. @returns false when no frame of it can */
export function openInLive(vendorId: string, place: string): boolean {
  const { open } = integrations.get(vendorId) ?? {};
  open?.(place);
  return open !== undefined && told.has(vendorId);
}

/** Calls every vendor's `onSignOut`; the server ends their sessions as well. */
export function notifySignOut(): void {
  for (const { onSignOut } of integrations.values()) onSignOut?.();
}
