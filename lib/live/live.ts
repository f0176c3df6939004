"use client";
/**
 * Live updates from open products to the shell. A vendor joins from its own `Live` component (vendor.ts), which the
 * portal's layout renders; no vendor is named here.
 */
import { useSyncExternalStore } from "react";

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
}

/** What one vendor contributes. */
export interface LiveIntegration {
  /** Present when the product has live data: calls back at each change; returns the unsubscribe function. */
  readonly subscribe?: (changed: () => void) => () => void;
  readonly news?: () => LiveNews;
  /** Called at sign-out: removes what the product keeps of the user in this browser. The server ends its sessions as well. */
  readonly onSignOut?: () => void;
}

/** The newest notice of all products. */
export interface VendorNotice extends Notice {
  readonly vendor: string;
}

const integrations = new Map<string, LiveIntegration>();
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

/** Calls every vendor's `onSignOut`; the server ends their sessions as well. */
export function notifySignOut(): void {
  for (const { onSignOut } of integrations.values()) onSignOut?.();
}
