/** Numbers for people, in the language the portal asked for. */
import type { Column, Unit } from "./data";

/** A locale that `Intl` knows, from whatever the URL says. */
export function safeLocale(locale: string | undefined): string {
  try {
    return Intl.getCanonicalLocales(locale ?? "en")[0] ?? "en";
  } catch {
    return "en";
  }
}

/** `1,284`, `412k`, `92.6%`: as wide as a tile allows. */
export function number(value: number, unit: Unit | undefined, locale: string): string {
  const of = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options).format(value);
  switch (unit) {
    case "%":
      return `${of({ maximumFractionDigits: 1, minimumFractionDigits: 1 })}%`;
    case "k€":
      return value >= 1000
        ? `€${new Intl.NumberFormat(locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(value / 1000)}M`
        : `€${of({ maximumFractionDigits: 0 })}k`;
    case "index":
    case "days":
      return of({ maximumFractionDigits: value < 10 ? 1 : 0 });
    default:
      return of({ maximumFractionDigits: 0 });
  }
}

const unitText: Record<Unit, string> = {
  count: "",
  "k€": "", // the figure says it: €3.7M
  "%": "per cent",
  index: "index",
  days: "days",
};

/** What a column measures, for the small line under a title. */
export const unitOf = (column: Column | undefined): string => (column?.unit ? unitText[column.unit] : "");
