/** What a person has set in a dashboard, so that a rebuilt embed shows it again: the page and the filters. */
import type { FilterSelection } from "./protocol";

export interface View {
  readonly pageKey?: string;
  readonly filters: readonly FilterSelection[];
}

const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};

/** The view after the event `onPageSwitched`, whose value has `key` (vendor docs: events). */
export function afterPageSwitch(view: View, value: unknown): View {
  const { key } = record(value);
  return typeof key === "string" && key ? { ...view, pageKey: key } : view;
}

/** The view after the event `onFilterUpdated`, whose value has `filterInfo` (vendor docs: events, filters). */
export function afterFilterUpdate(view: View, value: unknown): View {
  const { filterInfo } = record(value);
  if (!Array.isArray(filterInfo)) return view;
  const changed = new Map(view.filters.map((filter) => [filter.key, filter]));
  for (const info of filterInfo) {
    const { filterKey, filterDetail } = record(info);
    const { items } = record(filterDetail);
    if (typeof filterKey !== "string" || !Array.isArray(items)) continue;
    const selections = items.map(record).flatMap(({ name, value: id, selected }) => {
      if (selected !== true || typeof id !== "string") return [];
      return typeof name === "string" ? { id, name } : { id };
    });
    // Everything chosen is no restriction.
    if (selections.length === items.length) changed.delete(filterKey);
    else changed.set(filterKey, { key: filterKey, selections });
  }
  return { ...view, filters: [...changed.values()] };
}

/** The view an item starts with: `pageKey` and `filters` (JSON as the SDK takes it) of its target. */
export function startView(target: Readonly<Record<string, string>>): View {
  const filters = target.filters ? (JSON.parse(target.filters) as FilterSelection[]) : [];
  return target.pageKey ? { pageKey: target.pageKey, filters } : { filters };
}
