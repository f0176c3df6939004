import "client-only";
/** Keeps the filters in the page's address: reloads, renewals and links open with them. */
import { type Filter, searchWithFilters } from "../protocol";

export function rememberFilters(filters: readonly Filter[] | undefined): void {
  if (!filters) return;
  const next = searchWithFilters(location.search, filters);
  if (next !== location.search)
    window.history.replaceState(window.history.state, "", `${location.pathname}${next}${location.hash}`);
}
