/**
 * The sandbox's data: four tables about its world (../../kit/world), dated from today, and a query over them. Everything
 * that the app shows (tiles, search answers, Spotter's sentences) is one such query.
 */

import type { Unit } from "../../kit/format";
import { type Calendar, calendarAt, numberInYear, startOf } from "../../kit/world/calendar";
import {
  channels,
  customerIn,
  customersAt,
  dealsAt,
  isActiveIn,
  plans,
  spendOf,
  stageIn,
  stages,
} from "../../kit/world/customers";
import { categories, cellOf, lastTwelve, planOf, regions } from "../../kit/world/sales";
import { dueWithinMs, healthyFrom, riskBelow } from "../../kit/world/story";
import type { RowRule } from "../row-security";

export type Row = Readonly<Record<string, string | number>>;

export interface Column {
  readonly name: string;
  /** A date is shown beside an attribute, and neither filtered nor grouped by. */
  readonly kind: "attribute" | "measure" | "month" | "date";
  readonly unit?: Unit;
  readonly aggregate?: "sum" | "average";
  /** In place of an aggregate: one sum over another, times a factor. */
  readonly ratio?: { readonly of: string; readonly per: string; readonly times: number };
  /** A stock, not a flow: over several months its value is that of the last one. */
  readonly snapshot?: boolean;
  /** The values have an order of their own, as stages have. */
  readonly order?: readonly string[];
  /** Only what ratios are made of: no one searches for it. */
  readonly isHidden?: boolean;
}

export interface Table {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly Column[];
  /** Row security: a row is shown when every rule holds. */
  readonly rules?: readonly RowRule[];
  readonly makeRows: (calendar: Calendar) => Row[];
}

/** A filter as ThoughtSpot's runtime filters name it. */
export interface Filter {
  readonly column: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface Query {
  readonly table: string;
  readonly measures: readonly string[];
  /** Column to group by; none gives one total. */
  readonly by?: string;
  readonly filters?: readonly Filter[];
  /** Only the last so many of the twelve months. */
  readonly lastMonths?: number;
  /** Biggest first by the first measure, cut to this many. */
  readonly top?: number;
  /** Attributes and dates of the group's first row, for tables. */
  readonly details?: readonly string[];
}

export interface Answer {
  readonly table: Table;
  readonly by: Column | undefined;
  readonly measures: readonly Column[];
  readonly details: readonly Column[];
  /** One entry per group: its label, one value per measure, and the details. */
  readonly groups: readonly {
    readonly label: string;
    readonly values: readonly number[];
    readonly details: readonly (string | number)[];
  }[];
  readonly rows: number;
}

export const monthCount = 12;

const regionName = (region: number) => regions[region]?.name ?? "";
const attribute = (name: string, order?: readonly string[]): Column => ({
  name,
  kind: "attribute",
  ...(order ? { order } : {}),
});
const sum = (name: string, unit: Unit): Column => ({ name, kind: "measure", unit, aggregate: "sum" });
const stock = (name: string, unit: Unit): Column => ({ ...sum(name, unit), snapshot: true });
const hidden = (name: string): Column => ({ ...sum(name, "count"), isHidden: true });
const average = (name: string, unit: Unit): Column => ({
  name,
  kind: "measure",
  unit,
  aggregate: "average",
  snapshot: true,
});
const ratio = (name: string, unit: Unit, of: string, per: string, times = unit === "%" ? 100 : 1): Column => ({
  name,
  kind: "measure",
  unit,
  ratio: { of, per, times },
});
const month: Column = { name: "Month", kind: "month" };

/** One row per account and month in which it is a customer. */
const customers: Table = {
  id: "c1a5f0d4-6b2e-4f19-9d37-80e4b1c2a6f5",
  name: "Customer 360",
  columns: [
    attribute("Account"),
    attribute("Region"),
    attribute("Industry"),
    attribute("Plan", plans),
    attribute("Owner"),
    month,
    { name: "Renews on", kind: "date" },
    stock("Active accounts", "count"),
    stock("Healthy", "count"),
    stock("Watch", "count"),
    stock("At risk", "count"),
    average("Health score", "index"),
    average("Weekly use", "index"),
    average("Satisfaction", "index"),
    ratio("Answered in a day", "%", "Answered", "Requests"),
    sum("Renewal value", "k€"),
    stock("Due in 90 days", "k€"),
    hidden("Answered"),
    hidden("Requests"),
  ],
  makeRows(calendar) {
    const { closed, today } = calendar;
    return customersAt(calendar).flatMap((customer, index) =>
      lastTwelve(calendar).flatMap((at, position) => {
        if (!isActiveIn(customer, at)) return [];
        const { score, use, satisfaction, requests, answered } = customerIn(customer, index, closed, at);
        const renewsInMonth = at > customer.start && new Date(customer.renews).getUTCMonth() === numberInYear(at);
        return [
          {
            Account: customer.name,
            Region: regionName(customer.region),
            Industry: customer.industry,
            Plan: customer.plan,
            Owner: customer.owner,
            Month: position,
            "Renews on": customer.renews,
            "Active accounts": 1,
            Healthy: score > healthyFrom ? 1 : 0,
            Watch: score <= healthyFrom && score >= riskBelow ? 1 : 0,
            "At risk": score < riskBelow ? 1 : 0,
            "Health score": score,
            "Weekly use": use,
            Satisfaction: satisfaction,
            Answered: answered,
            Requests: requests,
            "Renewal value": renewsInMonth ? customer.value : 0,
            "Due in 90 days": customer.renews <= today + dueWithinMs ? customer.value : 0,
          },
        ];
      }),
    );
  },
};

/** One row per deal and month: in a stage while it is open, then won or lost. */
const pipeline: Table = {
  id: "e72b9c10-3d84-4a6f-b5e1-9f0d26c8a743",
  name: "Pipeline",
  columns: [
    attribute("Deal"),
    attribute("Stage", stages),
    attribute("Region"),
    attribute("Industry"),
    attribute("Plan", plans),
    attribute("Owner"),
    month,
    stock("Deals", "count"),
    stock("Open value", "k€"),
    sum("New deals", "count"),
    sum("Won deals", "count"),
    sum("Won value", "k€"),
    sum("Lost value", "k€"),
    { ...ratio("Age in days", "days", "Days open", "Deals"), snapshot: true },
    { ...hidden("Days open"), snapshot: true },
  ],
  makeRows: (calendar) =>
    dealsAt(calendar.closed).flatMap((deal, index) =>
      lastTwelve(calendar).flatMap((at, position) => {
        const stage = stageIn(deal, at);
        if (!stage) return [];
        const isOpen = stage !== "Won" && stage !== "Lost";
        return [
          {
            Deal: deal.name,
            Stage: stage,
            Region: regionName(deal.region),
            Industry: deal.industry,
            Plan: deal.plan,
            Owner: deal.owner,
            Month: position,
            Deals: isOpen ? 1 : 0,
            "Open value": isOpen ? deal.value : 0,
            "New deals": at === deal.created ? 1 : 0,
            "Won deals": stage === "Won" ? 1 : 0,
            "Won value": stage === "Won" ? deal.value : 0,
            "Lost value": stage === "Lost" ? deal.value : 0,
            "Days open": isOpen ? (at - deal.created) * 30 + 4 + (index % 25) : 0,
          },
        ];
      }),
    ),
};

/** One row per region, category and month: the sums that the dashboards of the retailer show too. */
const territories: Table = {
  id: "a94e17d3-58c2-4b60-9f2d-6c03e8b5147a",
  name: "Territories",
  columns: [
    attribute("Region"),
    attribute("Category"),
    attribute("Owner"),
    month,
    sum("Revenue", "k€"),
    sum("Plan", "k€"),
    sum("Gross margin", "k€"),
    sum("Orders", "count"),
    ratio("Against plan", "%", "Revenue", "Plan"),
    ratio("Margin rate", "%", "Gross margin", "Revenue"),
    ratio("Order value", "€", "Revenue", "Orders", 1000),
  ],
  rules: [{ column: "Region", variable: "region_var" }],
  makeRows: (calendar) =>
    lastTwelve(calendar).flatMap((at, position) =>
      regions.flatMap(({ name, lead }, region) =>
        categories.map((category, kind) => {
          const { revenue, grossMargin, orders } = cellOf(calendar.closed, at, region, kind);
          return {
            Region: name,
            Category: category.name,
            Owner: lead,
            Month: position,
            Revenue: revenue,
            Plan: planOf(calendar.closed, at, region, kind),
            "Gross margin": grossMargin,
            Orders: orders,
          };
        }),
      ),
    ),
};

/** Who left and why, what the channels cost, and what they brought: the deals that were won. */
const growth: Table = {
  id: "4f6d8e23-a1b7-4c05-8e92-d3705bfa1c68",
  name: "Growth",
  columns: [
    attribute("Account"),
    attribute("Region"),
    attribute("Plan", plans),
    attribute("Reason"),
    attribute("Channel"),
    month,
    sum("Lost accounts", "count"),
    sum("Lost revenue", "k€"),
    ratio("Churn rate", "%", "Lost accounts", "Accounts before"),
    sum("Spend", "k€"),
    sum("New business", "k€"),
    ratio("Return", "×", "New business", "Spend"),
    hidden("Accounts before"),
  ],
  makeRows(calendar) {
    const months = lastTwelve(calendar);
    const rows: Row[] = [];
    for (const [position, at] of months.entries()) {
      for (const customer of customersAt(calendar)) {
        const base = { Region: regionName(customer.region), Plan: customer.plan, Channel: customer.channel };
        if (isActiveIn(customer, at - 1)) rows.push({ ...base, Month: position, "Accounts before": 1 });
        if (customer.left === at)
          rows.push({
            ...base,
            Account: customer.name,
            Reason: customer.reason,
            Month: position,
            "Lost accounts": 1,
            "Lost revenue": customer.value,
          });
      }
      for (const deal of dealsAt(calendar.closed))
        if (stageIn(deal, at) === "Won")
          rows.push({
            Region: regionName(deal.region),
            Plan: deal.plan,
            Channel: deal.channel,
            Month: position,
            "New business": deal.value,
          });
      for (const [channel, name] of channels.entries())
        for (const { name: region, share } of regions)
          rows.push({ Region: region, Channel: name, Month: position, Spend: spendOf(channel, at) * share });
    }
    return rows;
  },
};

export const tables: readonly Table[] = [customers, pipeline, growth, territories];

let made: { readonly today: number; readonly rows: Map<string, readonly Row[]> } | undefined;

/** A table's rows as of a day. They are made when they are first asked for. */
export function rowsOf(table: Table, now: number): readonly Row[] {
  const calendar = calendarAt(now);
  if (made?.today !== calendar.today) made = { today: calendar.today, rows: new Map() };
  const rows = made.rows.get(table.id) ?? table.makeRows(calendar);
  made.rows.set(table.id, rows);
  return rows;
}

/** By id or by name, whatever the letter case. */
export function findTable(key: string): Table | undefined {
  const wanted = key.toLowerCase();
  return tables.find((table) => table.id === wanted || table.name.toLowerCase() === wanted);
}

/** Labels of the twelve months, oldest first, ending with the last full month before `now`. */
export function monthLabels(now: number, locale: string, length: "short" | "long" = "short"): string[] {
  const format = new Intl.DateTimeFormat(locale, {
    month: length,
    ...(length === "long" ? { year: "numeric" } : {}),
    timeZone: "UTC",
  });
  return lastTwelve(calendarAt(now)).map((at) => format.format(startOf(at)));
}

/** Operators as the vendor's page "Runtime filter operators" names them. */
function matches(row: Row, filter: Filter): boolean {
  const value = row[filter.column];
  // What a row has nothing to say about does not filter it: a channel's cost is of no plan.
  if (value === undefined) return true;
  const text = String(value).toLowerCase();
  const wanted = filter.values.map((entry) => entry.toLowerCase());
  const number = Number(wanted[0]);
  const upper = Number(wanted[1]);
  switch (filter.operator.toUpperCase()) {
    case "NE":
      return text !== wanted[0];
    case "NOT_IN":
      return !wanted.includes(text);
    case "EQ":
      return text === wanted[0];
    case "LIKE":
      return wanted.some((entry) => new RegExp(`^${likePattern(entry)}$`).test(text));
    case "CONTAINS":
      return wanted.some((entry) => text.includes(entry));
    case "BEGINS_WITH":
      return wanted.some((entry) => text.startsWith(entry));
    case "ENDS_WITH":
      return wanted.some((entry) => text.endsWith(entry));
    case "LT":
      return Number(value) < number;
    case "LE":
      return Number(value) <= number;
    case "GT":
      return Number(value) > number;
    case "GE":
      return Number(value) >= number;
    case "BW":
      return Number(value) > number && Number(value) < upper;
    case "BW_INC":
      return Number(value) >= number && Number(value) <= upper;
    case "BW_INC_MIN":
      return Number(value) >= number && Number(value) < upper;
    case "BW_INC_MAX":
      return Number(value) > number && Number(value) <= upper;
    default:
      return wanted.includes(text);
  }
}

/** `%` stands for any run of characters, `_` for one. */
const likePattern = (text: string) =>
  text
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("%", ".*")
    .replaceAll("_", ".");

function aggregate(rows: readonly Row[], column: Column): number {
  const total = (name: string) => rows.reduce((all, row) => all + Number(row[name] ?? 0), 0);
  if (column.ratio) {
    const { of, per, times } = column.ratio;
    return total(per) ? (total(of) / total(per)) * times : 0;
  }
  if (column.aggregate === "average") return rows.length ? total(column.name) / rows.length : 0;
  return total(column.name);
}

/** A stock of several months is that of the last one, also where the last one has none. */
const lastOf = (query: Query) => (query.by === "Month" ? undefined : monthCount - 1);

/** Answers a query. Unknown columns are ignored: search words come from people. */
export function answer(query: Query, now: number): Answer | undefined {
  const table = findTable(query.table);
  if (!table) return undefined;
  const column = (name: string) => table.columns.find((entry) => entry.name === name);
  const measures = query.measures.flatMap((name) => column(name) ?? []).filter((entry) => entry.kind === "measure");
  const details = (query.details ?? []).flatMap((name) => column(name) ?? []);
  const by = query.by === undefined ? undefined : column(query.by);
  const from = monthCount - (query.lastMonths ?? monthCount);
  const rows = rowsOf(table, now).filter(
    (row) => Number(row.Month) >= from && (query.filters ?? []).every((filter) => matches(row, filter)),
  );
  const grouped = new Map<string, Row[]>();
  if (by?.kind === "month") for (let at = from; at < monthCount; at++) grouped.set(String(at), []);
  for (const row of rows) {
    const key = by ? row[by.name] : "";
    if (key === undefined) continue;
    const bucket = grouped.get(String(key));
    if (bucket) bucket.push(row);
    else grouped.set(String(key), [row]);
  }
  if (!by && grouped.size === 0) grouped.set("", []);
  const last = lastOf(query);
  const valueIn = (bucket: readonly Row[], measure: Column) => {
    const used = measure.snapshot && last !== undefined ? bucket.filter((row) => row.Month === last) : bucket;
    return used.length ? aggregate(used, measure) : 0;
  };
  let groups = [...grouped].map(([label, bucket]) => ({
    label,
    values: measures.map((measure) => valueIn(bucket, measure)),
    details: details.map(({ name }) => bucket.at(-1)?.[name] ?? ""),
  }));
  if (by && by.kind !== "month") {
    groups = groups.filter(({ values }) => values.some((value) => value !== 0));
    groups.sort((left, right) => (right.values[0] ?? 0) - (left.values[0] ?? 0));
    if (query.top) groups = groups.slice(0, query.top);
    const { order } = by;
    if (order) groups.sort((left, right) => order.indexOf(left.label) - order.indexOf(right.label));
  }
  return { table, by, measures, details, groups, rows: rows.length };
}

/** The values that a column has, for filter menus: in their own order, or by name. */
export function valuesOf(table: Table, column: string, now: number): string[] {
  const order = table.columns.find(({ name }) => name === column)?.order;
  const values = new Set(rowsOf(table, now).flatMap((row) => (row[column] === undefined ? [] : [String(row[column])])));
  return order ? order.filter((value) => values.has(value)) : [...values].sort();
}
