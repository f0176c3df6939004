import "client-only";
/** What a person has set in a dashboard, so that a rebuilt embed shows it again: the page and the filters. */
import type { ShownView } from "../../shown-view";
import type { View as AskedView } from "../../view";
import type { FilterSelection } from "../protocol";

export interface View {
  readonly pageKey?: string;
  readonly filters: readonly FilterSelection[];
  /** What people call the filters, by key. */
  readonly filterNames?: Readonly<Record<string, string>>;
}

const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};

/** The chapter of each page, by key. */
export type Chapters = ReadonlyMap<string, string>;

const childrenOf = ({ pages, children }: Record<string, unknown>) => {
  const listed = pages ?? children;
  return Array.isArray(listed) ? listed.map(record) : [];
};

/** What the pages are called, by key; from the same lists as {@link chaptersIn}. */
export function pageNamesIn(listed: unknown): ReadonlyMap<string, string> {
  const pages = (Array.isArray(listed) ? listed.map(record) : []).flatMap(childrenOf);
  return new Map(
    pages.flatMap(({ key, nodeKey, name }) => {
      const pageKey = key ?? nodeKey;
      return typeof pageKey === "string" && typeof name === "string" ? [[pageKey, name]] : [];
    }),
  );
}

/** The page of a key such as `K36--K53`, whose first part is the chapter. */
const pageOf = (pageKey: string): string => pageKey.split("--").at(-1) ?? pageKey;

/** Whether a dashboard has no page of this key. Unknown while it has not listed its pages. */
export const isPageGone = (pageKey: string | undefined, chapters: Chapters): boolean =>
  pageKey !== undefined && chapters.size > 0 && !chapters.has(pageOf(pageKey));

/**
 * Whether something of the asked filters is not in a dashboard's list of filters (SOURCES.md: filters), which names each
 * with its elements.
 */
export function areFiltersGone(asked: readonly FilterSelection[], listed: unknown): boolean {
  if (!Array.isArray(listed)) return false;
  const elements = new Map(
    listed.map(record).flatMap(({ filterKey, filterDetail }) => {
      const { items } = record(filterDetail);
      const ids = Array.isArray(items) ? items.map((item) => record(item).value) : null;
      return typeof filterKey === "string" ? [[filterKey, ids] as const] : [];
    }),
  );
  // A filter that does not list its elements, such as a search or a range, is known by its key alone.
  return asked.some(({ key, selections }) => {
    const ids = elements.get(key);
    return ids === undefined || (ids?.length && selections.some(({ id }) => !ids.includes(id)));
  });
}

/** The view as the portal's address has it. */
export function shownView({ pageKey, filters, filterNames }: View, names: ReadonlyMap<string, string>): ShownView {
  const pageLabel = pageKey === undefined ? undefined : names.get(pageOf(pageKey));
  const labels = filters.flatMap(({ key, selections }) => {
    const chosen = selections.flatMap(({ name }) => name ?? []);
    const name = filterNames?.[key];
    return name && chosen.length > 0 ? [[key, `${name} ${chosen.join(", ")}`] as const] : [];
  });
  return {
    ...(pageKey === undefined ? {} : { page: pageKey }),
    ...(pageLabel === undefined ? {} : { pageLabel }),
    filters: filters.flatMap(({ key, selections }) => {
      const values = selections.flatMap(({ id }) => id ?? []);
      return values.length > 0 ? [{ name: key, values }] : [];
    }),
    filterLabels: Object.fromEntries(labels),
  };
}

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
  const names: Record<string, string> = { ...view.filterNames };
  const changed = new Map(view.filters.map((filter) => [filter.key, filter]));
  for (const info of filterInfo) {
    const { filterKey, filterName, filterDetail } = record(info);
    const { items } = record(filterDetail);
    if (typeof filterKey !== "string" || !Array.isArray(items)) continue;
    if (typeof filterName === "string") names[filterKey] = filterName;
    const selections = items.map(record).flatMap(({ name, value: id, selected }) => {
      if (selected !== true || typeof id !== "string") return [];
      return typeof name === "string" ? { id, name } : { id };
    });
    // Everything chosen is no restriction.
    if (selections.length === items.length) changed.delete(filterKey);
    else changed.set(filterKey, { key: filterKey, selections });
  }
  return { ...view, filters: [...changed.values()], filterNames: names };
}

/** A key stands in the address of a frame: it is one step of it, and nothing more. */
const keyPattern = /^[\w-]{1,200}$/;

/**
 * The view an item starts with: what the page's address asks for, else `pageKey` and `filters` (JSON as the SDK takes it)
 * of its target.
 */
export function startView(target: Readonly<Record<string, string>>, asked: AskedView = { filters: [] }): View {
  const own = target.filters ? (JSON.parse(target.filters) as FilterSelection[]) : [];
  const filters = asked.filters.map(({ name, values }) => ({ key: name, selections: values.map((id) => ({ id })) }));
  const pageKey = asked.page !== undefined && keyPattern.test(asked.page) ? asked.page : target.pageKey;
  return { ...(pageKey ? { pageKey } : {}), filters: filters.length > 0 ? filters : own };
}
