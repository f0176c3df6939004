import "client-only";
/** What a person has set in a dashboard, so that a rebuilt embed shows it again: the page and the filters. */
import type { FilterSelection } from "../protocol";

export interface View {
  readonly pageKey?: string;
  readonly filters: readonly FilterSelection[];
}

const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};

/** The chapter of each page, by key. */
export type Chapters = ReadonlyMap<string, string>;

/**
 * The chapters of a dashboard: as its page lists them in the event `onDossierConsumptionPageLoaded` (`key`, `pages`), or
 * as the SDK does (`nodeKey`, `children`) (measured).
 */
export function chaptersIn(listed: unknown): Chapters {
  const found = new Map<string, string>();
  const keyOf = ({ key, nodeKey }: Record<string, unknown>) => key ?? nodeKey;
  for (const chapter of Array.isArray(listed) ? listed.map(record) : []) {
    const pages = chapter.pages ?? chapter.children;
    for (const page of Array.isArray(pages) ? pages.map(record) : []) {
      const [chapterKey, pageKey] = [keyOf(chapter), keyOf(page)];
      if (typeof chapterKey === "string" && typeof pageKey === "string") found.set(pageKey, chapterKey);
    }
  }
  return found;
}

/**
 * The view after the event `onPageSwitched`, whose value has the page's `key` (SOURCES.md: events). The address of a page
 * wants its chapter too: `K36--K53` (SOURCES.md: properties).
 */
export function afterPageSwitch(view: View, value: unknown, chapters: Chapters): View {
  const { key } = record(value);
  if (typeof key !== "string" || !key) return view;
  const chapter = chapters.get(key);
  return { ...view, pageKey: chapter ? `${chapter}--${key}` : key };
}

/** The view after the event `onFilterUpdated`, whose value has `filterInfo` (SOURCES.md: events, filters). */
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
