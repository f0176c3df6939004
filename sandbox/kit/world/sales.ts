/**
 * The world's retailer: 214 stores in six regions sell seven categories. Whatever an emulator shows of sales, plan,
 * margin, orders and returns is a sum of the cells made here, one per month, region and category.
 *
 * The story, told from the last closed month backwards: the Islands slip (goods arrive late, freight eats the margin),
 * West carries the year, and the range "Ridgeline" lifts Outdoor since its launch four months before.
 */
import {
  type Calendar,
  dayMs,
  daysOf,
  type Month,
  monthIn,
  numberInYear,
  type Week,
  weeksBefore,
  yearOf,
} from "./calendar";
import { noise } from "./noise";

export interface Region {
  readonly name: string;
  readonly stores: number;
  readonly depots: number;
  /** Who leads it. */
  readonly lead: string;
  /** Part of all revenue. */
  readonly share: number;
  /** Points of margin above or below the company's. */
  readonly margin: number;
  /** The margin it is to reach, per cent. */
  readonly target: number;
}

export const regions: readonly Region[] = [
  { name: "West", stores: 41, depots: 3, lead: "Anna Analyst", share: 0.235, margin: 2.6, target: 30 },
  { name: "North", stores: 38, depots: 3, lead: "Ben Berger", share: 0.19, margin: 1.3, target: 29 },
  { name: "Central", stores: 52, depots: 4, lead: "Chloe Costa", share: 0.215, margin: -0.4, target: 28 },
  { name: "South", stores: 36, depots: 2, lead: "Dev Das", share: 0.15, margin: -1.6, target: 27 },
  { name: "East", stores: 33, depots: 2, lead: "Ben Berger", share: 0.135, margin: -2.7, target: 26 },
  { name: "Islands", stores: 14, depots: 1, lead: "Dev Das", share: 0.075, margin: -2.2, target: 26 },
];

/** The region that slips, and the one that carries the year. */
export const slipping = regions.findIndex(({ name }) => name === "Islands");
export const leading = regions.findIndex(({ name }) => name === "West");

interface Category {
  readonly name: string;
  readonly share: number;
  readonly margin: number;
  /** An order's value, euro. */
  readonly order: number;
  /** Of a hundred orders so many come back. */
  readonly returned: number;
  /** Per cent off the list price. */
  readonly discount: number;
  /** How much faster than the company it grows in a year. */
  readonly trend: number;
}

export const categories: readonly Category[] = [
  { name: "Outdoor", share: 0.22, margin: 1.8, order: 480, returned: 3.2, discount: 8, trend: 0.015 },
  { name: "Footwear", share: 0.19, margin: 0.4, order: 216, returned: 6.4, discount: 12, trend: 0.0 },
  { name: "Apparel", share: 0.17, margin: -1.2, order: 176, returned: 7.1, discount: 17, trend: -0.055 },
  { name: "Home", share: 0.13, margin: -0.9, order: 342, returned: 3.4, discount: 10, trend: -0.02 },
  { name: "Equipment", share: 0.12, margin: 1.1, order: 622, returned: 2.9, discount: 7, trend: 0.03 },
  { name: "Gifts", share: 0.09, margin: -2.4, order: 99, returned: 2.2, discount: 15, trend: -0.065 },
  { name: "Services", share: 0.08, margin: 0.6, order: 145, returned: 0.6, discount: 4, trend: 0.01 },
];

/** The launch of the year. */
export const launch = { name: "Ridgeline", category: categories.findIndex(({ name }) => name === "Outdoor"), ago: 4 };

/** Revenue and plan of a year by month, million euro. */
const season = [38.2, 36.9, 41.5, 43.1, 44.8, 47.2, 45.6, 43.9, 48.7, 51.3, 52.6, 58.1];
const planSeason = [38.0, 37.5, 40.9, 42.6, 44.4, 46.3, 45.8, 45.0, 47.9, 50.2, 53.0, 57.0];
const growth = 1.05;

const within = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));

/** How far the slip has come, 0 before it and 1 at the last closed month. */
export const slipAt = (closed: Month, month: Month): number => within(0, (month - closed + 8) / 8, 1);

const launchCurve = [0.06, 0.1, 0.12, 0.13, 0.14];
const liftAt = (closed: Month, month: Month) =>
  month < closed - launch.ago ? 0 : (launchCurve[within(0, month - closed + launch.ago, 4)] ?? 0);

/** What a month was in one region and category. Thousand euro, and whole orders. */
export interface Cell {
  readonly revenue: number;
  readonly grossMargin: number;
  readonly orders: number;
  /** Orders that came back. */
  readonly returned: number;
  readonly units: number;
  /** Revenue at list prices. */
  readonly list: number;
}

const cents = (value: number) => Math.round(value * 1000) / 1000;

/** What was planned, thousand euro: the plan knows nothing of the story. */
export function planOf(closed: Month, month: Month, region: number, category: number): number {
  const { share } = regions[region] as Region;
  const { share: part, trend } = categories[category] as Category;
  const level = (growth + trend) ** (yearOf(month) - yearOf(closed));
  const shape = 1 + 0.012 * noise(region, category, 11);
  return cents((planSeason[numberInYear(month)] ?? 0) * 1000 * level * share * part * shape);
}

let cells: { readonly closed: Month; readonly known: Map<number, Cell> } | undefined;

/** What was sold, for any month; whether it is closed already is for the caller to know. */
export function cellOf(closed: Month, month: Month, region: number, category: number): Cell {
  if (cells?.closed !== closed) cells = { closed, known: new Map() };
  const key = (month * regions.length + region) * categories.length + category;
  const known = cells.known.get(key) ?? makeCell(closed, month, region, category);
  cells.known.set(key, known);
  return known;
}

function makeCell(closed: Month, month: Month, region: number, category: number): Cell {
  const place = regions[region] as Region;
  const kind = categories[category] as Category;
  const years = yearOf(month) - yearOf(closed);
  const slip = slipAt(closed, month);
  const isSlipping = region === slipping;
  const story =
    (isSlipping ? 1 - 0.17 * slip : region === leading ? 1 + 0.04 * slip : 1 + 0.008 * slip) *
    (category === launch.category ? 1 + liftAt(closed, month) : 1) *
    (kind.name === "Apparel" ? 1 - 0.03 * slip : 1);
  const chance =
    1 + 0.02 * noise(month, region, category, 1) + 0.018 * noise(month, category, 2) + 0.008 * noise(month, 3);
  const base = (season[numberInYear(month)] ?? 0) * 1000 * place.share * kind.share;
  const revenue = cents(base * (growth + kind.trend) ** years * story * chance * 0.994);
  const rate =
    28.3 +
    place.margin +
    kind.margin +
    0.45 * years +
    0.6 * noise(month, region, category, 5) -
    (isSlipping ? 6.5 * slip : 0);
  const orders = Math.round((revenue * 1000) / (kind.order * 1.02 ** years * (1 + 0.03 * noise(month, category, 7))));
  const back = kind.returned - 0.25 * years + 0.25 * noise(month, region, category, 8) + (isSlipping ? 2.6 * slip : 0);
  const discount = kind.discount + 0.6 * noise(month, region, category, 9) + (isSlipping ? 2 * slip : 0);
  return {
    revenue,
    grossMargin: cents((revenue * rate) / 100),
    orders,
    returned: Math.round((orders * Math.max(0.2, back)) / 100),
    units: Math.round(orders * (2.3 + 0.2 * noise(region, category, 10))),
    list: cents(revenue / (1 - discount / 100)),
  };
}

export interface Totals extends Cell {
  readonly plan: number;
}

/** What to add up; what is not named is all of it. */
export interface Selection {
  readonly months: readonly Month[];
  readonly regions?: readonly number[];
  readonly categories?: readonly number[];
}

const all = (list: readonly unknown[]) => list.map((_, index) => index);

/** The sum of the cells. */
export function totals(closed: Month, selection: Selection): Totals {
  const sum = { revenue: 0, grossMargin: 0, orders: 0, returned: 0, units: 0, list: 0, plan: 0 };
  for (const month of selection.months)
    for (const region of selection.regions ?? all(regions))
      for (const category of selection.categories ?? all(categories)) {
        const cell = cellOf(closed, month, region, category);
        sum.revenue += cell.revenue;
        sum.grossMargin += cell.grossMargin;
        sum.orders += cell.orders;
        sum.returned += cell.returned;
        sum.units += cell.units;
        sum.list += cell.list;
        sum.plan += planOf(closed, month, region, category);
      }
  return sum;
}

/** The closed months of the year, oldest first. */
export const yearToDate = ({ closed, monthsClosed }: Calendar): Month[] =>
  Array.from({ length: monthsClosed }, (_, index) => closed - monthsClosed + 1 + index);

/** The last twelve closed months, oldest first. */
export const lastTwelve = ({ closed }: Calendar): Month[] =>
  Array.from({ length: 12 }, (_, index) => closed - 11 + index);

// ------------------------------------------------------------------ weeks

/** How a week's days sell, Sunday first. */
const weekdays = [0.62, 0.9, 0.92, 0.95, 1.02, 1.24, 1.35];
const weightOf = (day: number, region: number) =>
  (weekdays[new Date(day).getUTCDay()] ?? 1) * (1 + 0.09 * noise(day / dayMs, region, 22));

const monthWeights = new Map<string, number>();

/** A day's part of its month in a region; the days of a month add up to one. */
export function partOfMonth(day: number, region: number): number {
  const date = new Date(day);
  const month = monthIn(date.getUTCFullYear(), date.getUTCMonth());
  const key = `${month} ${region}`;
  const all = monthWeights.get(key) ?? daysOf(month).reduce((sum, one) => sum + weightOf(one, region), 0);
  monthWeights.set(key, all);
  return weightOf(day, region) / all;
}

export interface WeekOfSales extends Week {
  /** Orders by region. */
  readonly orders: readonly number[];
  /** Thousand euro. */
  readonly revenue: number;
  readonly returned: number;
}

/** The last complete weeks, newest first: each day is its part of its month. */
export function weeksOfSales({ today, closed }: Calendar, count: number): WeekOfSales[] {
  const months = new Map<string, Totals>();
  const regional = (month: Month, region: number) => {
    const key = `${month} ${region}`;
    const known = months.get(key) ?? totals(closed, { months: [month], regions: [region] });
    months.set(key, known);
    return known;
  };
  return weeksBefore(today, count).map((week) => {
    const orders = regions.map(() => 0);
    let revenue = 0;
    let returned = 0;
    for (let index = 0; index < 7; index++) {
      const day = week.start + index * dayMs;
      const date = new Date(day);
      for (const region of all(regions)) {
        const part = partOfMonth(day, region);
        const sum = regional(monthIn(date.getUTCFullYear(), date.getUTCMonth()), region);
        orders[region] = (orders[region] ?? 0) + sum.orders * part;
        revenue += sum.revenue * part;
        returned += sum.returned * part;
      }
    }
    return { ...week, orders: orders.map(Math.round), revenue, returned: Math.round(returned) };
  });
}

// ------------------------------------------------------------------ stores and depots

export interface Place {
  readonly name: string;
  readonly region: number;
  /** Part of its region's size; the places of a region add up to one. */
  readonly share: number;
}

const known: Readonly<Record<string, readonly string[]>> = {
  West: ["Old Market", "Airport West", "Riverside", "Mill Lane", "Westfield Corner", "Orchard"],
  North: ["Station North", "Hill Street", "Park Lane", "Castle Yard"],
  Central: ["Lakeside", "Central Arcade", "University", "Foundry", "Tramway"],
  South: ["Cathedral Square", "Southgate", "Garden Court", "Queens Gate", "Bridge End"],
  East: ["Harbour East", "Docklands", "New Town"],
  Islands: ["Pier Head", "Lighthouse Quay", "Ferry Landing"],
};
const firstWords =
  "Abbey Alder Ash Beacon Birch Bishop Brook Chapel Clover Copper Elm Forge Grove Hazel Heron Kings Linden Maple Meadow Minster Oak Pine Priory Rose Sadler Stone Tanner Temple Tower Vine Weaver Willow Wool".split(
    " ",
  );
const secondWords = "Gate Lane Square Arcade Park Corner Row Yard Hill Cross".split(" ");
/** Steps through all pairs of words before one comes again: it has no divisor in common with their number. */
const stride = 37;

function makeStores(): Place[] {
  let made = 0;
  const nextName = () => {
    const at = (made++ * stride) % (firstWords.length * secondWords.length);
    return `${firstWords[at % firstWords.length]} ${secondWords[Math.floor(at / firstWords.length)]}`;
  };
  return regions.flatMap(({ name, stores }, region) => {
    const weights = Array.from({ length: stores }, (_, rank) => (1 + 0.08 * noise(region, rank, 21)) / (rank + 7));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight, rank) => ({ name: known[name]?.[rank] ?? nextName(), region, share: weight / sum }));
  });
}

export const stores: readonly Place[] = makeStores();

const depotNames =
  "Kingsferry|Longmead|Redbridge|Northgate|Cold Harbour|Fellside|Midway|Crossways|Tollhouse|Ironbridge|Sunfield|Marsh End|Eastwharf|Levels|Sound".split(
    "|",
  );
export const depots: readonly Place[] = regions.flatMap(({ depots: count }, region) => {
  const before = regions.slice(0, region).reduce((sum, one) => sum + one.depots, 0);
  return Array.from({ length: count }, (_, index) => ({
    name: `${depotNames[before + index]} depot`,
    region,
    share: count === 1 ? 1 : (2 / count) * ((count - index) / (count + 1)),
  }));
});
