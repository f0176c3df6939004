/**
 * The sandbox's data: three small tables, the same in every process, and a query over them. Everything that the app
 * shows (tiles, search answers, Spotter's sentences) is one such query.
 */

import type { RowRule } from "../row-security";

export type Row = Readonly<Record<string, string | number>>;
export type Unit = "count" | "k€" | "%" | "index" | "days";

export interface Column {
  readonly name: string;
  readonly kind: "attribute" | "measure" | "month";
  readonly unit?: Unit;
  readonly aggregate?: "sum" | "average";
  /** A stock, not a flow: over several months its value is that of the last one. */
  readonly snapshot?: boolean;
}

export interface Table {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Row security: a row is shown when every rule holds. */
  readonly rules?: readonly RowRule[];
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
}

export interface Answer {
  readonly table: Table;
  readonly by: Column | undefined;
  readonly measures: readonly Column[];
  /** One entry per group: its label and one value per measure. */
  readonly groups: readonly { readonly label: string; readonly values: readonly number[] }[];
  readonly rows: number;
}

export const monthCount = 12;

/** A small generator of even pseudo-random numbers, so that every start shows the same data. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const regions = ["EMEA", "Americas", "APAC", "DACH", "Nordics"];
const industries = ["Manufacturing", "Health", "Retail", "Finance", "Public", "Transport"];
const plans = ["Enterprise", "Team", "Starter"];
const owners = ["Anna Analyst", "Ben Berger", "Chloe Costa", "Dev Das"];
const first = [
  "Northwind",
  "Alder",
  "Granite",
  "Juniper",
  "Mosaic",
  "Harbor",
  "Cedar",
  "Lumen",
  "Quarry",
  "Summit",
  "Tidal",
  "Vale",
];
const second = ["Foods", "Logistics", "Insurance", "Clinics", "Print", "Energy", "Bank", "Stores", "Rail", "Works"];

const pick = <T>(list: readonly T[], at: number): T => list[Math.floor(at * list.length) % list.length] as T;

function customers(): Table {
  const next = random(7);
  const rows: Row[] = [];
  for (let index = 0; index < 120; index++) {
    const account = `${first[index % first.length]} ${second[Math.floor(index / first.length) % second.length]}`;
    const facts = {
      Region: pick(regions, next()),
      Industry: pick(industries, next() ** 1.4),
      Plan: pick(plans, next() ** 1.3),
      Owner: pick(owners, next()),
    };
    let score = 34 + next() * 62;
    const drift = (next() - 0.4) * 2.2;
    const due = Math.floor(next() * monthCount);
    const value = Math.round(
      (facts.Plan === "Enterprise" ? 180 : facts.Plan === "Team" ? 60 : 14) * (0.6 + next() * 1.4),
    );
    for (let month = 0; month < monthCount; month++) {
      score = Math.max(8, Math.min(98, score + drift + (next() - 0.5) * 7));
      rows.push({
        Account: account,
        ...facts,
        Month: month,
        "Health score": Math.round(score),
        "Active accounts": 1,
        Healthy: score > 70 ? 1 : 0,
        Watch: score <= 70 && score >= 40 ? 1 : 0,
        "At risk": score < 40 ? 1 : 0,
        "Weekly use": Math.round(62 + score * 0.55 + month * 1.8 + next() * 8),
        Satisfaction: Math.round(70 + score * 0.32 + next() * 6),
        "Answered in a day": Math.round(82 + next() * 16),
        "Renewal value": month === due ? value : 0,
      });
    }
  }
  return {
    id: "c1a5f0d4-6b2e-4f19-9d37-80e4b1c2a6f5",
    name: "Customer 360",
    columns: [
      { name: "Account", kind: "attribute" },
      { name: "Region", kind: "attribute" },
      { name: "Industry", kind: "attribute" },
      { name: "Plan", kind: "attribute" },
      { name: "Owner", kind: "attribute" },
      { name: "Month", kind: "month" },
      { name: "Active accounts", kind: "measure", unit: "count", aggregate: "sum", snapshot: true },
      { name: "Healthy", kind: "measure", unit: "count", aggregate: "sum", snapshot: true },
      { name: "Watch", kind: "measure", unit: "count", aggregate: "sum", snapshot: true },
      { name: "At risk", kind: "measure", unit: "count", aggregate: "sum", snapshot: true },
      { name: "Health score", kind: "measure", unit: "index", aggregate: "average", snapshot: true },
      { name: "Weekly use", kind: "measure", unit: "index", aggregate: "average", snapshot: true },
      { name: "Satisfaction", kind: "measure", unit: "index", aggregate: "average", snapshot: true },
      { name: "Answered in a day", kind: "measure", unit: "%", aggregate: "average" },
      { name: "Renewal value", kind: "measure", unit: "k€", aggregate: "sum" },
    ],
    rows,
  };
}

const stages = ["Qualified", "Demo", "Proposal", "Negotiation", "Won", "Lost"];
const reasons = ["Price", "Missing feature", "Merger", "Support", "No longer needed"];

function pipeline(): Table {
  const next = random(23);
  const rows: Row[] = [];
  for (let index = 0; index < 260; index++) {
    const month = Math.floor(next() * monthCount);
    const plan = pick(plans, next());
    const stage = pick(stages, next());
    const lost = stage === "Lost";
    rows.push({
      Deal: `${first[Math.floor(next() * first.length)]} ${second[Math.floor(next() * second.length)]}`,
      Stage: stage,
      Region: pick(regions, next()),
      Industry: pick(industries, next()),
      Plan: plan,
      Owner: pick(owners, next()),
      Month: month,
      Deals: 1,
      "Open value": stage === "Won" || lost ? 0 : Math.round((plan === "Enterprise" ? 140 : 40) * (0.5 + next() * 1.5)),
      "Won value": stage === "Won" ? Math.round((plan === "Enterprise" ? 150 : 42) * (0.6 + next())) : 0,
      "Age in days": Math.round(8 + next() * 80),
    });
  }
  return {
    id: "e72b9c10-3d84-4a6f-b5e1-9f0d26c8a743",
    name: "Pipeline",
    columns: [
      { name: "Deal", kind: "attribute" },
      { name: "Stage", kind: "attribute" },
      { name: "Region", kind: "attribute" },
      { name: "Industry", kind: "attribute" },
      { name: "Plan", kind: "attribute" },
      { name: "Owner", kind: "attribute" },
      { name: "Month", kind: "month" },
      { name: "Deals", kind: "measure", unit: "count", aggregate: "sum" },
      { name: "Open value", kind: "measure", unit: "k€", aggregate: "sum" },
      { name: "Won value", kind: "measure", unit: "k€", aggregate: "sum" },
      { name: "Age in days", kind: "measure", unit: "days", aggregate: "average" },
    ],
    rows,
  };
}

function territories(): Table {
  const next = random(61);
  const rows: Row[] = [];
  for (let month = 0; month < monthCount; month++) {
    for (const region of regions) {
      for (const industry of industries) {
        const size = (region === "EMEA" || region === "Americas" ? 120 : 60) * (industry === "Finance" ? 1.5 : 1);
        const revenue = Math.round(size * (0.7 + next() * 0.5 + month * 0.02));
        const orderValue = 3 + next() * 2;
        rows.push({
          Region: region,
          Industry: industry,
          Owner: pick(owners, next()),
          Month: month,
          Revenue: revenue,
          Plan: Math.round(size * (0.95 + month * 0.02)),
          Orders: Math.round(revenue / orderValue),
          "Order value": Math.round(orderValue * 10) / 10,
        });
      }
    }
  }
  return {
    id: "a94e17d3-58c2-4b60-9f2d-6c03e8b5147a",
    name: "Territories",
    columns: [
      { name: "Region", kind: "attribute" },
      { name: "Industry", kind: "attribute" },
      { name: "Owner", kind: "attribute" },
      { name: "Month", kind: "month" },
      { name: "Revenue", kind: "measure", unit: "k€", aggregate: "sum" },
      { name: "Plan", kind: "measure", unit: "k€", aggregate: "sum" },
      { name: "Orders", kind: "measure", unit: "count", aggregate: "sum" },
      { name: "Order value", kind: "measure", unit: "k€", aggregate: "average", snapshot: true },
    ],
    rows,
    rules: [{ column: "Region", variable: "region_var" }],
  };
}

const channels = ["Search", "Events", "Partners", "E-mail", "Webinars", "Social"];

function growth(): Table {
  const next = random(41);
  const rows: Row[] = [];
  for (let month = 0; month < monthCount; month++) {
    for (const region of regions) {
      for (const plan of plans) {
        const base = plan === "Enterprise" ? 2 : plan === "Team" ? 7 : 16;
        const lost = Math.round(base * (0.2 + next() * 0.8));
        const channel = pick(channels, next());
        const spend = Math.round(6 + next() * 22);
        rows.push({
          Region: region,
          Plan: plan,
          Month: month,
          Reason: pick(reasons, next() ** 1.5),
          Channel: channel,
          "Lost accounts": lost,
          "Lost revenue": lost * (plan === "Enterprise" ? 38 : plan === "Team" ? 9 : 2),
          "Churn rate": Math.round((lost / (base * 24)) * 1000) / 10,
          Spend: spend,
          "New business": Math.round(
            spend * (channel === "Partners" ? 4.4 : channel === "Events" ? 1.6 : 2.7) * (0.7 + next() * 0.6),
          ),
        });
      }
    }
  }
  return {
    id: "4f6d8e23-a1b7-4c05-8e92-d3705bfa1c68",
    name: "Growth",
    columns: [
      { name: "Region", kind: "attribute" },
      { name: "Plan", kind: "attribute" },
      { name: "Reason", kind: "attribute" },
      { name: "Channel", kind: "attribute" },
      { name: "Month", kind: "month" },
      { name: "Lost accounts", kind: "measure", unit: "count", aggregate: "sum" },
      { name: "Lost revenue", kind: "measure", unit: "k€", aggregate: "sum" },
      { name: "Churn rate", kind: "measure", unit: "%", aggregate: "average" },
      { name: "Spend", kind: "measure", unit: "k€", aggregate: "sum" },
      { name: "New business", kind: "measure", unit: "k€", aggregate: "sum" },
    ],
    rows,
  };
}

export const tables: readonly Table[] = [customers(), pipeline(), growth(), territories()];

/** By id or by name, whatever the letter case. */
export function findTable(key: string): Table | undefined {
  const wanted = key.toLowerCase();
  return tables.find((table) => table.id === wanted || table.name.toLowerCase() === wanted);
}

/** Labels of the twelve months, oldest first, ending with the last full month before `now`. */
export function monthLabels(now: number, locale: string): string[] {
  const format = new Intl.DateTimeFormat(locale, { month: "short", timeZone: "UTC" });
  const end = new Date(now);
  return Array.from({ length: monthCount }, (_, index) =>
    format.format(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - monthCount + index, 15)),
  );
}

/** Operators as the vendor's page "Runtime filter operators" names them. */
function matches(row: Row, filter: Filter): boolean {
  const value = row[filter.column];
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
  const last = column.snapshot ? Math.max(...rows.map((row) => Number(row.Month))) : undefined;
  const used = last === undefined ? rows : rows.filter((row) => row.Month === last);
  const sum = used.reduce((total, row) => total + Number(row[column.name] ?? 0), 0);
  return column.aggregate === "average" ? (used.length ? sum / used.length : 0) : sum;
}

/** Answers a query. Unknown columns are ignored: search words come from people. */
export function answer(query: Query): Answer | undefined {
  const table = findTable(query.table);
  if (!table) return undefined;
  const column = (name: string) => table.columns.find((entry) => entry.name === name);
  const measures = query.measures.flatMap((name) => column(name) ?? []).filter((entry) => entry.kind === "measure");
  const by = query.by === undefined ? undefined : column(query.by);
  const from = monthCount - (query.lastMonths ?? monthCount);
  const rows = table.rows.filter(
    (row) => Number(row.Month) >= from && (query.filters ?? []).every((filter) => matches(row, filter)),
  );
  const grouped = new Map<string, Row[]>();
  if (by?.kind === "month") for (let month = from; month < monthCount; month++) grouped.set(String(month), []);
  for (const row of rows) {
    const key = by ? String(row[by.name]) : "";
    const bucket = grouped.get(key);
    if (bucket) bucket.push(row);
    else grouped.set(key, [row]);
  }
  if (!by && grouped.size === 0) grouped.set("", []);
  let groups = [...grouped].map(([label, bucket]) => ({
    label,
    values: measures.map((measure) => (bucket.length ? aggregate(bucket, measure) : 0)),
  }));
  if (by && by.kind !== "month") groups.sort((left, right) => (right.values[0] ?? 0) - (left.values[0] ?? 0));
  if (query.top && by?.kind !== "month") groups = groups.slice(0, query.top);
  return { table, by, measures, groups, rows: rows.length };
}

/** The values that a column has, sorted, for filter menus. */
export function valuesOf(table: Table, column: string): string[] {
  return [...new Set(table.rows.map((row) => String(row[column])))].sort();
}
