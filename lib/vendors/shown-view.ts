"use client";
/**
 * The view that is on the screen: in the page's address, where reloads, Back and links find it, and in words for people.
 * An embed reports it through its host (embed-host.tsx).
 */
import { useSyncExternalStore } from "react";
import { readView, searchWithView, type View } from "./view";

/** A view as the product shows it; labels are what people read there. */
export interface ShownView extends View {
  readonly pageLabel?: string;
  /** By the name of the filter: what people call it, and its values. */
  readonly filterLabels?: Readonly<Record<string, string>>;
}

let shown: { readonly at: string; readonly view: ShownView } | null = null;
const listeners = new Set<() => void>();

const here = () => window.location.pathname + window.location.search;

/**
 * Writes a view into the address of the page, without a navigation.
 *
 * @param href the item's page: a product that is late must not write into the address of another
 */
export function showView(href: string, view: ShownView): void {
  const { pathname, search, hash } = window.location;
  if (pathname !== href) return;
  const next = searchWithView(search, view);
  // Next keeps what it needs of the page in the history's state.
  if (next !== search) window.history.replaceState(window.history.state, "", pathname + next + hash);
  shown = { at: here(), view };
  for (const listener of listeners) listener();
}

/** The view that the page's address asks for. */
export const askedView = (): View => readView(window.location.search);

/** The query of the view on the screen, with `?`; empty for the start of the item. */
export function viewSearch(): string {
  return searchWithView("", askedView());
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const current = () => shown;
const nothing = () => null;

/** What is on the screen, in words that are known: labels from the product, else counts. In the browser only. */
export function useShownView(): ShownView {
  const last = useSyncExternalStore(subscribe, current, nothing);
  return last?.at === here() ? last.view : askedView();
}

/** `2 filters: Region West, Year 2026`, `1 filter`, or nothing. */
export function filterWords({ filters, filterLabels = {} }: ShownView): string {
  if (filters.length === 0) return "";
  const count = filters.length === 1 ? "1 filter" : `${filters.length} filters`;
  const labels = filters.map(({ name }) => filterLabels[name]);
  return labels.every((label) => label) ? `${count}: ${labels.join(", ")}` : count;
}
