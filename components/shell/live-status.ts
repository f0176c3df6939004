"use client";
/**
 * What this page has observed of the vendors since it was loaded. The server's status is a moment old; an embed that
 * has just connected or failed is more recent.
 */
import { useSyncExternalStore } from "react";
import type { VendorState } from "./portal-view";

export interface VendorObservation {
  readonly state: Extract<VendorState, "connected" | "unavailable">;
  /** ISO 8601. */
  readonly at: string;
}

let observations: Readonly<Record<string, VendorObservation>> = {};
const listeners = new Set<() => void>();

/** Records that a vendor showed its product, or did not answer. The first of several failures dates the outage. */
export function noteVendor(vendorId: string, state: VendorObservation["state"]): void {
  if (observations[vendorId]?.state === state) return;
  observations = { ...observations, [vendorId]: { state, at: new Date().toISOString() } };
  for (const listener of listeners) listener();
}

/** Clears the failures of this page: the server has just rendered it again and its status is newer. */
export function forgetOutages(): void {
  const kept = Object.entries(observations).filter(([, { state }]) => state !== "unavailable");
  if (kept.length === Object.keys(observations).length) return;
  observations = Object.fromEntries(kept);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const nothing: typeof observations = {};

export function useVendorObservations(): Readonly<Record<string, VendorObservation>> {
  return useSyncExternalStore(
    subscribe,
    () => observations,
    () => nothing,
  );
}
