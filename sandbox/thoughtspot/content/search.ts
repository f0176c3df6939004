/**
 * Turns words into a query: `[Renewal value] [Industry]`, `renewal value by industry region = EMEA top 3`, or a whole
 * question. No language model, only the column names and values of the three tables; enough to feel like a search.
 */

import { figure } from "../../kit/format";
import { type Answer, type Filter, findTable, monthCount, type Query, type Table, tables, valuesOf } from "./data";

export interface Understood {
  readonly query: Query;
  /** The words that were understood, as the search bar shows them. */
  readonly tokens: readonly { readonly text: string; readonly kind: "measure" | "attribute" | "filter" | "phrase" }[];
}

const words = (text: string) =>
  text
    .toLowerCase()
    .replace(/[[\]?!,;"']/g, " ")
    .replace(/\s+/g, " ")
    .trim();

const synonyms: Record<string, string> = {
  renewals: "renewal value",
  revenue: "renewal value",
  usage: "weekly use",
  churn: "lost accounts",
  pipeline: "open value",
  risk: "at risk",
  monthly: "month",
  "over time": "month",
  trend: "month",
};

/** More groups than this make no chart. */
const mostGroups = 12;

/** Reads a search in one table; nothing when no measure is named in it. */
function readIn(table: Table, text: string, now: number): Understood | undefined {
  let rest = ` ${words(text)} `;
  for (const [word, meaning] of Object.entries(synonyms)) {
    const known = table.columns.some((column) => column.name.toLowerCase() === meaning);
    if (known && !rest.includes(` ${meaning} `)) rest = rest.replace(` ${word} `, ` ${meaning} `);
  }
  // "Accounts" is what is counted when nothing else is asked for: "at risk accounts" asks for something else.
  const measured = table.columns.some(
    (column) => column.kind === "measure" && rest.includes(` ${column.name.toLowerCase()} `),
  );
  if (!measured) rest = rest.replace(/ (accounts|customers) /, " active accounts ");
  const tokens: { text: string; kind: Understood["tokens"][number]["kind"] }[] = [];
  const found: string[] = [];
  const columns = table.columns
    .filter(({ isHidden }) => !isHidden)
    .sort((left, right) => right.name.length - left.name.length);
  for (const column of columns) {
    const name = column.name.toLowerCase();
    for (const form of [name, `${name}s`]) {
      if (!rest.includes(` ${form} `)) continue;
      found.push(column.name);
      rest = rest.replace(` ${form} `, " · ");
      break;
    }
  }
  const inOrder = (kind: string) =>
    table.columns.filter(
      (column) =>
        found.includes(column.name) && column.kind !== "date" && (kind === "measure") === (column.kind === "measure"),
    );
  const measures = inOrder("measure").map((column) => column.name);
  if (measures.length === 0) return undefined;

  const filters: Filter[] = [];
  for (const column of table.columns.filter((entry) => entry.kind === "attribute")) {
    const values = valuesOf(table, column.name, now).filter((value) =>
      ` ${words(text)} `.includes(` ${value.toLowerCase()} `),
    );
    if (values.length > 0) filters.push({ column: column.name, operator: "IN", values });
  }
  const filtered = new Set(filters.map((filter) => filter.column));
  // Of several attributes the one that is named first groups: "which region has the most accounts".
  const place = (name: string) => ` ${words(text)} `.indexOf(` ${name.toLowerCase()}`);
  const attributes = inOrder("attribute")
    .map((column) => column.name)
    .sort((left, right) => place(left) - place(right));
  const by =
    attributes.find((name) => !filtered.has(name)) ??
    attributes.find((name) => new RegExp(`(by|per|each) ${name}`, "i").test(text));
  const top = /\btop (\d{1,2})\b/.exec(rest)?.[1];
  const last =
    /\blast (\d{1,2}) months?\b/.exec(words(text))?.[1] ?? (/\blast quarter\b/.test(words(text)) ? "3" : undefined);

  for (const name of measures) tokens.push({ text: name.toLowerCase(), kind: "measure" });
  if (by) tokens.push({ text: `by ${by.toLowerCase()}`, kind: "attribute" });
  for (const filter of filters)
    tokens.push({ text: `${filter.column.toLowerCase()} = ${filter.values.join(", ")}`, kind: "filter" });
  if (top) tokens.push({ text: `top ${top}`, kind: "phrase" });
  if (last) tokens.push({ text: `last ${last} months`, kind: "phrase" });
  return {
    tokens,
    query: {
      table: table.name,
      measures,
      filters,
      ...(by ? { by } : {}),
      top: top ? Number(top) : mostGroups,
      ...(last ? { lastMonths: Math.min(monthCount, Math.max(1, Number(last))) } : {}),
    },
  };
}

/**
 * Reads a search.
 *
 * @param source id or name of the data source; without one the table that knows most of the words
 */
export function understand(text: string, source: string | undefined, now: number): Understood | undefined {
  const chosen = source ? findTable(source) : undefined;
  if (source && !chosen) return undefined;
  const candidates = (chosen ? [chosen] : tables).flatMap((table) => readIn(table, text, now) ?? []);
  return candidates.sort((left, right) => right.tokens.length - left.tokens.length)[0];
}

/**
 * An answer in one sentence, as Spotter would say it.
 *
 * @param whole the first measure over all rows that the user may see
 */
export function sentence(result: Answer, whole: number, locale: string, labelOf: (label: string) => string): string {
  const [measure] = result.measures;
  if (!measure) return "There is no measure in this question.";
  const [first, second] = result.groups;
  if (!first) return "No rows match.";
  if (!result.by) return `${measure.name}: ${figure(first.values[0] ?? 0, measure.unit ?? "count", locale)}.`;
  if (result.by.kind === "month") {
    const last = result.groups.at(-1);
    const before = result.groups.at(-2);
    const change = (last?.values[0] ?? 0) - (before?.values[0] ?? 0);
    const direction = change > 0 ? "more than" : change < 0 ? "less than" : "the same as";
    return `${measure.name} was ${figure(last?.values[0] ?? 0, measure.unit ?? "count", locale)} in ${labelOf(last?.label ?? "")}, ${direction} the month before.`;
  }
  if (result.by.order) {
    const parts = result.groups.map(
      ({ label, values }) => `${label} ${figure(values[0] ?? 0, measure.unit ?? "count", locale)}`,
    );
    return `${measure.name} by ${result.by.name.toLowerCase()}: ${parts.join(", ")}.`;
  }
  const share = measure.aggregate === "sum" && whole > 0 ? (first.values[0] ?? 0) / whole : 0;
  const rest = second
    ? `, before ${second.label} with ${figure(second.values[0] ?? 0, measure.unit ?? "count", locale)}`
    : "";
  const part = share > 0 && share < 1 ? `, ${figure(share * 100, "%", locale)} of all` : "";
  return `${first.label} leads with ${figure(first.values[0] ?? 0, measure.unit ?? "count", locale)}${part}${rest}.`;
}
