/** Figures and dates for people, in the reader's locale: the same on servers and in browsers. */

/** What a figure counts. `k€` is thousands of euro. */
export type Unit = "count" | "k€" | "€" | "%" | "index" | "days" | "×";

/** A locale that `Intl` knows, from whatever an address or a header says. */
export function safeLocale(locale: string | undefined): string {
  try {
    return Intl.getCanonicalLocales(locale ?? "en")[0] ?? "en";
  } catch {
    return "en";
  }
}

/** The first language of an `Accept-Language` header; browsers send the reader's first one first. */
export const acceptedLocale = (header: string | undefined): string =>
  safeLocale(header?.split(",")[0]?.split(";")[0]?.trim() || undefined);

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    // What rounds to zero has no sign, unless the sign is asked for.
    format = new Intl.NumberFormat(locale, { signDisplay: "negative", ...options });
    formats.set(key, format);
  }
  return format;
}

/** A true minus sign, as wide as a plus. */
const withMinus = (text: string) => text.replace("-", "\u2212");

const digits = (count: number): Intl.NumberFormatOptions => ({
  minimumFractionDigits: count,
  maximumFractionDigits: count,
});

const euros = (value: number, locale: string, options: Intl.NumberFormatOptions) =>
  formatOf(locale, { style: "currency", currency: "EUR", ...options }).format(value);

/** Millions with one digit (`€441.2M`), thousands and less without (`€412K`): as wide as a tile allows. */
function shortEuros(value: number, locale: string): string {
  const size = Math.abs(value);
  if (size >= 999_500) return euros(value, locale, { notation: "compact", ...digits(1) });
  return euros(value, locale, { ...(size >= 1000 ? { notation: "compact" } : {}), ...digits(0) });
}

/**
 * A figure as a tile or a sentence shows it: `€441.2M`, `1.92M`, `28.4%`, `438,5 Mio. €`.
 *
 * @param value in the unit: 28.4 for 28.4 %, thousands for `k€`
 */
export function figure(value: number, unit: Unit, locale: string): string {
  switch (unit) {
    case "k€":
      return withMinus(shortEuros(value * 1000, locale));
    case "€":
      return withMinus(euros(value, locale, digits(0)));
    case "%":
      return withMinus(formatOf(locale, { style: "percent", ...digits(1) }).format(value / 100));
    case "×":
      return withMinus(`${formatOf(locale, digits(1)).format(value)}×`);
    case "index":
    case "days":
      return withMinus(formatOf(locale, { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 }).format(value));
    default:
      if (Math.abs(value) >= 999_500)
        return withMinus(formatOf(locale, { notation: "compact", ...digits(2) }).format(value));
      if (Math.abs(value) >= 99_950)
        return withMinus(formatOf(locale, { notation: "compact", ...digits(0) }).format(value));
      return whole(value, locale);
  }
}

/** The same for an axis: round steps need no more digits than they have. */
export function tick(value: number, unit: Unit, locale: string): string {
  const short: Intl.NumberFormatOptions = { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 1 };
  switch (unit) {
    case "k€":
      return withMinus(euros(value * 1000, locale, short));
    case "€":
      return withMinus(euros(value, locale, short));
    case "%":
      return withMinus(formatOf(locale, { style: "percent", maximumFractionDigits: 1 }).format(value / 100));
    default:
      return withMinus(formatOf(locale, short).format(value));
  }
}

/** A whole number in full: `1,284`. */
export const whole = (value: number, locale: string): string =>
  withMinus(formatOf(locale, { maximumFractionDigits: 0 }).format(value));

/** A change with its sign: `+4.1%`, `−0.6 pt`, `+3`; nothing but `0` when it rounds to nothing. */
export function change(value: number, kind: "%" | "pt" | "number", locale: string): string {
  const sign = { signDisplay: "exceptZero" } as const;
  if (kind === "%") return withMinus(formatOf(locale, { style: "percent", ...sign, ...digits(1) }).format(value / 100));
  const text = formatOf(locale, { ...sign, ...digits(kind === "pt" ? 1 : 0) }).format(value);
  return withMinus(kind === "pt" ? `${text} pt` : text);
}

/** Whether a change is too small to be shown: what rounds to zero has no colour. */
export const isNoChange = (value: number, kind: "%" | "pt" | "number"): boolean =>
  Math.abs(value) < (kind === "number" ? 0.5 : 0.05);

const dates = (locale: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });

/** The names of the twelve months, January first. */
export function monthNames(locale: string, length: "short" | "long"): string[] {
  const format = dates(locale, { month: length });
  return Array.from({ length: 12 }, (_, month) => format.format(Date.UTC(2023, month, 15)));
}

/** `October 2026`. @param at milliseconds, read in UTC */
export const monthAndYear = (at: number, locale: string): string =>
  dates(locale, { month: "long", year: "numeric" }).format(at);

/** `12 Dec` or `12. Dez.`; in UTC. */
export const shortDate = (at: number, locale: string): string =>
  dates(locale, { day: "numeric", month: "short" }).format(at);

/** A year without the separator of thousands, in the reader's digits. */
export const yearText = (year: number, locale: string): string => formatOf(locale, { useGrouping: false }).format(year);
