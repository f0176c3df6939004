/**
 * The view of an item, as the page's address has it: `?page=<key>&filter.<name>=<value>`. What the keys and values are is
 * the vendor's; the portal keeps them in the address, so that a reload, Back and a shared link open the same view. A
 * view only narrows what the user's own grant shows. Safe on both sides.
 */

/** One filter: its name at the vendor, and the chosen values. */
export interface ViewFilter {
  readonly name: string;
  readonly values: readonly string[];
}

export interface View {
  /** The page, chapter or tab, by the vendor's own key. */
  readonly page?: string;
  readonly filters: readonly ViewFilter[];
}

const pageParameter = "page";
const filterPrefix = "filter.";

/** Whoever writes an address by hand does not get to fill the portal's memory, or the vendor's. */
const max = { filters: 20, values: 50, name: 100, value: 200 } as const;

/** The longest query of a view that is shared, in characters: a longer one is refused, and never cut. */
export const maxViewLength = 1_600;

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are the ones to refuse
const unprintable = /[\u0000-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

const isOfView = (key: string) => key === pageParameter || key.startsWith(filterPrefix);

const fits = (text: string, longest: number) => text.length > 0 && text.length <= longest && !unprintable.test(text);

/**
 * Reads a view. Everything else in the query is ignored, and so is what is too long.
 *
 * @param search a page's query, with or without `?`, e.g. `location.search`
 */
export function readView(search: string): View {
  const asked = new URLSearchParams(search);
  const page = asked.get(pageParameter) ?? "";
  const names = [...new Set(asked.keys())].filter((key) => key.startsWith(filterPrefix));
  const filters = names.slice(0, max.filters).flatMap((key): ViewFilter[] => {
    const name = key.slice(filterPrefix.length);
    const values = [...new Set(asked.getAll(key))].filter((value) => fits(value, max.value)).slice(0, max.values);
    return fits(name, max.name) && values.length > 0 ? [{ name, values }] : [];
  });
  return fits(page, max.value) ? { page, filters } : { filters };
}

/** Whether {@link readView} takes everything that a query says of a view: only then is what it reads the view meant. */
export function isWhole(search: string): boolean {
  const said = new Set(
    [...new URLSearchParams(search)].flatMap(([key, value]) => (isOfView(key) ? [`${key}=${value}`] : [])),
  );
  const { page, filters } = readView(search);
  return said.size === filters.reduce((sum, { values }) => sum + values.length, page === undefined ? 0 : 1);
}

export const isStart = ({ page, filters }: View): boolean => page === undefined && filters.length === 0;

/**
 * Writes a view into a query, other parameters kept.
 *
 * @returns a query that starts with `?`, or nothing when there is nothing to say
 */
export function searchWithView(search: string, { page, filters }: View): string {
  const next = new URLSearchParams(search);
  for (const key of new Set(next.keys())) if (isOfView(key)) next.delete(key);
  if (page !== undefined) next.set(pageParameter, page);
  for (const { name, values } of filters) for (const value of values) next.append(filterPrefix + name, value);
  const text = next.toString();
  return text ? `?${text}` : "";
}
