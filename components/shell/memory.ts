"use client";
/** Pinned and recently opened items of one user, kept in this browser. */
import { useSyncExternalStore } from "react";

export interface Visit {
  /** The item's page, e.g. `/dashboards/sales-performance`. */
  readonly href: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Memory {
  /** Pages of the pinned items, in the order of pinning. */
  readonly pins: readonly string[];
  /** Newest first. */
  readonly visits: readonly Visit[];
}

const keptVisits = 12;
const empty: Memory = { pins: [], visits: [] };
const listeners = new Set<() => void>();
let snapshot: { key: string; text: string | null; memory: Memory } | undefined;

const keyOf = (userId: string) => `portal-memory:${userId}`;

function parse(text: string | null): Memory {
  try {
    const value = JSON.parse(text ?? "{}") as Partial<Memory>;
    return {
      pins: Array.isArray(value.pins) ? value.pins.filter((pin) => typeof pin === "string") : [],
      visits: Array.isArray(value.visits)
        ? value.visits.filter((visit) => typeof visit?.href === "string" && Number.isFinite(visit.at))
        : [],
    };
  } catch {
    return empty;
  }
}

/** Storage may be blocked: then nothing is remembered, and nothing fails. */
function read(userId: string): Memory {
  const key = keyOf(userId);
  let text: string | null = null;
  try {
    text = window.localStorage.getItem(key);
  } catch {}
  if (snapshot?.key !== key || snapshot.text !== text) snapshot = { key, text, memory: parse(text) };
  return snapshot.memory;
}

function write(userId: string, memory: Memory): void {
  try {
    window.localStorage.setItem(keyOf(userId), JSON.stringify(memory));
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

/** This user's memory; empty on the server. */
export function useMemory(userId: string): Memory {
  return useSyncExternalStore(
    subscribe,
    () => read(userId),
    () => empty,
  );
}

export function rememberVisit(userId: string, href: string): void {
  const memory = read(userId);
  const others = memory.visits.filter((visit) => visit.href !== href);
  write(userId, { ...memory, visits: [{ href, at: Date.now() }, ...others].slice(0, keptVisits) });
}

/** Pins or unpins an item. @returns whether it is pinned now */
export function togglePin(userId: string, href: string): boolean {
  const memory = read(userId);
  const pinned = !memory.pins.includes(href);
  write(userId, { ...memory, pins: pinned ? [...memory.pins, href] : memory.pins.filter((pin) => pin !== href) });
  return pinned;
}
