"use client";
/** What the drawer is about: the item of the page, or a request that an audit event or an error card names. */
import { useSyncExternalStore } from "react";

let request: string | null = null;
const listeners = new Set<() => void>();

/** @param id null for the page's own item */
export function inspect(id: string | null): void {
  request = id;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useInspectedRequest = () =>
  useSyncExternalStore(
    subscribe,
    () => request,
    () => null,
  );

/** The panel's id in the shell. */
export const inspectorPanel = "inspector";
