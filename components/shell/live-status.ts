"use client";
/**
 * What this page has seen of the vendors since it was loaded. The server's status is a moment old; an embed that just
 * connected or just failed knows better.
 */
import { useSyncExternalStore } from "react";
import type { VendorState } from "./portal-view";

export interface Sighting {
  readonly state: Extract<VendorState, "connected" | "unavailable">;
  /** ISO 8601. */
  readonly at: string;
}

let sightings: Readonly<Record<string, Sighting>> = {};
const listeners = new Set<() => void>();

/** Notes that a vendor showed its product, or did not answer. The first of several failures dates the outage. */
export function noteVendor(vendorId: string, state: Sighting["state"]): void {
  if (sightings[vendorId]?.state === state) return;
  sightings = { ...sightings, [vendorId]: { state, at: new Date().toISOString() } };
  for (const listener of listeners) listener();
}

/** Forgets the failures of this page: the server, which has just drawn it anew, knows of them, and of what came after. */
export function forgetOutages(): void {
  const kept = Object.entries(sightings).filter(([, { state }]) => state !== "unavailable");
  if (kept.length === Object.keys(sightings).length) return;
  sightings = Object.fromEntries(kept);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const nothing: typeof sightings = {};

export function useSightings(): Readonly<Record<string, Sighting>> {
  return useSyncExternalStore(
    subscribe,
    () => sightings,
    () => nothing,
  );
}
