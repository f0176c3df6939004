/**
 * What the emulated dashboards, the report, the document and the bot show: sums of the sandbox's world (../kit/world), in
 * the words of each subject. One subject per dashboard of the catalog; any other dashboard shows the first one's figures
 * under its own title.
 */
import { change, figure, monthAndYear, monthNames, shortDate, type Unit, whole } from "../kit/format";
import { calendarAt, monthIn, startOf } from "../kit/world/calendar";
import { noise } from "../kit/world/noise";
import {
  categories,
  cellOf,
  depots,
  planOf,
  regions,
  slipAt,
  slipping,
  stores,
  totals,
  weeksOfSales,
} from "../kit/world/sales";
import { type Performance, type Story, storyAt } from "../kit/world/story";
import type { LibraryObject } from "./content";

/** What one cell of a dashboard holds. Every figure of it is a sum of cells, or one sum over another. */
interface Facts {
  value: number;
  plan: number;
  /** The ratio is `of` over `per`. */
  of: number;
  per: number;
  count: number;
  /** The rate is `rated` over `ratedPer`. */
  rated: number;
  ratedPer: number;
}

interface Measure {
  readonly label: string;
  readonly unit: Unit;
  readonly isLowGood?: boolean;
}

/** Where and when a cell is; a month is a number of ../kit/world/calendar.ts. */
interface At {
  readonly closed: number;
  readonly month: number;
  readonly region: number;
  readonly kind: number;
}

interface Subject {
  readonly measure: Measure;
  readonly ratio: Measure;
  readonly count: Measure;
  readonly rate: Measure;
  /** What the third filter is about. */
  readonly category: string;
  readonly categories: readonly string[];
  readonly place: string;
  readonly places: typeof stores;
  readonly pages: readonly string[];
  /** What each region's ratio is to reach. */
  readonly targets: readonly number[];
  /** What its card on the home page shows, by month or by region. */
  readonly preview: "value" | "ratio" | "rate" | "regions";
  facts(at: At): Facts;
  /** What a reader should notice first, as a sentence. */
  headline(story: Story, locale: string): string;
}

const names = categories.map(({ name }) => name);
const kinds = (list: string) => list.split(", ");
const percent = (locale: string, value: number) => figure(value, "%", locale);
/** How far off plan: 101.3 is `+1.3%`. */
const off = (locale: string, { againstPlan }: Performance) => change(againstPlan - 100, "%", locale);

/** `12.6% under plan`. */
const toPlan = (locale: string, { againstPlan }: Performance) =>
  `${percent(locale, Math.abs(againstPlan - 100))} ${againstPlan < 100 ? "under" : "over"} plan`;

/** Parts of a region's month, e.g. by format: they add up to one in every month. */
function partsOf(weights: readonly number[], seed: number) {
  return ({ month, region, kind }: At) => {
    const sized = weights.map((weight, index) => weight * (1 + 0.05 * noise(seed, month, region, index)));
    return (sized[kind] ?? 0) / sized.reduce((sum, one) => sum + one, 0);
  };
}

/** A region's month over all categories. */
function regionIn({ closed, month, region }: At) {
  const sum = { orders: 0, revenue: 0, plan: 0, planned: 0, returned: 0, units: 0 };
  for (const category of categories.keys()) {
    const cell = cellOf(closed, month, region, category);
    const plan = planOf(closed, month, region, category);
    sum.orders += cell.orders;
    sum.revenue += cell.revenue;
    sum.returned += cell.returned;
    sum.units += cell.units;
    sum.plan += plan;
    sum.planned += (plan * 1000) / (categories[category]?.order ?? 1);
  }
  return sum;
}

const isSlipping = (at: At) => (at.region === slipping ? slipAt(at.closed, at.month) : 0);

const formats = partsOf([0.19, 0.26, 0.22, 0.12, 0.1, 0.06, 0.05], 19);
const formatConversion = [27.5, 24.2, 22.4, 29.8, 19.5, 20.1, 25.5];
const regionConversion = [1.07, 1.02, 0.99, 0.96, 0.95, 1.03];
const suppliers = partsOf([0.21, 0.18, 0.16, 0.14, 0.12, 0.1, 0.09], 43);
const roles = partsOf([0.36, 0.2, 0.16, 0.06, 0.1, 0.05, 0.07], 59);
const services = partsOf([0.34, 0.14, 0.16, 0.13, 0.08, 0.1, 0.05], 71);

const sales: Subject = {
  measure: { label: "Revenue", unit: "k€" },
  ratio: { label: "Gross margin", unit: "%" },
  count: { label: "Orders", unit: "count" },
  rate: { label: "Returns", unit: "%", isLowGood: true },
  category: "Category",
  categories: names,
  place: "Store",
  places: stores,
  pages: ["Overview", "Regions", "Products", "Stores"],
  targets: regions.map(({ target }) => target),
  preview: "value",
  facts({ closed, month, region, kind }) {
    const cell = cellOf(closed, month, region, kind);
    return {
      value: cell.revenue,
      plan: planOf(closed, month, region, kind),
      of: cell.grossMargin,
      per: cell.revenue,
      count: cell.orders,
      rated: cell.returned,
      ratedPer: cell.orders,
    };
  },
  headline: ({ slipping: slip, leading, launch, closedAt }, locale) =>
    `${slip.name} is ${toPlan(locale, slip.month)} in ${monthAndYear(closedAt, locale)}, at ${percent(locale, slip.month.margin)} margin. ${leading.name} is ${toPlan(locale, leading.month)}. ${launch.category} grows by ${percent(locale, launch.growth)} since the launch of ${launch.name}.`,
};

const subjects: Readonly<Record<string, Subject>> = {
  "7C1F4A92B06E4D35A8C3E5170F9B2D61": sales,
  "1B83D6E0F74A4C29957E02CB6DA14F38": {
    measure: { label: "Footfall", unit: "count" },
    ratio: { label: "Conversion", unit: "%" },
    count: { label: "Orders", unit: "count" },
    rate: { label: "Returns", unit: "%", isLowGood: true },
    category: "Format",
    categories: kinds("Flagship, High street, Mall, Outlet, Station, Airport, Retail park"),
    place: "Store",
    places: stores,
    pages: ["Overview", "Regions", "Formats", "Stores"],
    targets: [25, 24.5, 24.5, 24, 24, 24.5],
    preview: "regions",
    facts(at) {
      const sum = regionIn(at);
      const part = formats(at);
      const usual =
        ((formatConversion[at.kind] ?? 24) *
          (regionConversion[at.region] ?? 1) *
          (1 + 0.03 * noise(at.month, at.region, at.kind, 20))) /
        100;
      const conversion = usual * (1 - 0.1 * isSlipping(at));
      return {
        value: (sum.orders * part) / conversion,
        plan: (sum.planned * part) / usual,
        of: sum.orders * part,
        per: (sum.orders * part) / conversion,
        count: sum.orders * part,
        rated: sum.returned * part,
        ratedPer: sum.orders * part,
      };
    },
    headline: ({ slipping: slip, year, closedAt }, locale) =>
      `${slip.name} sends back ${percent(locale, slip.month.returns)} of its orders in ${monthAndYear(closedAt, locale)}, the company ${percent(locale, year.returns)}: goods arrive late and are not wanted any more.`,
  },
  A5D20E6B98C74713B1F64E08D73C925A: {
    measure: { label: "Gross margin", unit: "k€" },
    ratio: { label: "Margin rate", unit: "%" },
    count: { label: "Articles sold", unit: "count" },
    rate: { label: "Discount", unit: "%", isLowGood: true },
    category: "Category",
    categories: names,
    place: "Store",
    places: stores,
    pages: ["Overview", "Regions", "Products", "Stores"],
    targets: regions.map(({ target }) => target),
    preview: "ratio",
    facts({ closed, month, region, kind }) {
      const cell = cellOf(closed, month, region, kind);
      const { target = 28 } = regions[region] ?? {};
      return {
        value: cell.grossMargin,
        plan: (planOf(closed, month, region, kind) * (target - 0.4)) / 100,
        of: cell.grossMargin,
        per: cell.revenue,
        count: cell.units,
        rated: cell.list - cell.revenue,
        ratedPer: cell.list,
      };
    },
    headline: ({ slipping: slip, launch, targets, byCategory, closedAt }, locale) => {
      const outdoor = byCategory.find(({ name }) => name === launch.category);
      return `Air freight costs ${slip.name} its margin: ${percent(locale, slip.month.margin)} in ${monthAndYear(closedAt, locale)} against a target of ${percent(locale, targets[slipping] ?? 0)}. ${launch.category} earns ${percent(locale, outdoor?.month.margin ?? 0)}.`;
    },
  },
  E36B7F41D0584A9CAF2179C5083E6BD4: {
    measure: { label: "Pallets delivered", unit: "count" },
    ratio: { label: "Stock cover", unit: "days" },
    count: { label: "Articles", unit: "count" },
    rate: { label: "Late orders", unit: "%", isLowGood: true },
    category: "Supplier",
    categories: kinds("Alder Works, Birch & Co, Cedarline, Dunes, Elm Works, Fjord Ferry, Greyfield"),
    place: "Depot",
    places: depots,
    pages: ["Overview", "Regions", "Suppliers", "Depots"],
    targets: [30, 30, 31, 30, 30, 34],
    preview: "rate",
    facts(at) {
      const sum = regionIn(at);
      const part = suppliers(at);
      const slip = isSlipping(at);
      const cover = (31.5 + 1.8 * noise(at.month, at.region, at.kind, 44)) * (1 - 0.42 * slip);
      const late = (5.4 + (at.kind === 5 ? 3 : 0) + 0.9 * noise(at.month, at.region, at.kind, 45) + 12.5 * slip) / 100;
      const pallets = (sum.units * part) / 6.1;
      return {
        value: pallets,
        plan: (sum.planned * 2.3 * part) / 6.1,
        of: pallets * cover,
        per: pallets,
        count: sum.units * part,
        rated: pallets * late,
        ratedPer: pallets,
      };
    },
    headline: ({ slipping: slip, account }) =>
      `Orders for ${slip.name} come late since the ferry timetable changed, and stock cover falls. ${account.name} has complained.`,
  },
  "0D94C8A2517E4B6F83DB6AE19F4C7025": {
    measure: { label: "Hours", unit: "count" },
    ratio: { label: "Overtime", unit: "%", isLowGood: true },
    count: { label: "Cost", unit: "k€" },
    rate: { label: "Absence", unit: "%", isLowGood: true },
    category: "Role",
    categories: kinds("Sales floor, Checkout, Stock, Visuals, Service desk, Security, Management"),
    place: "Site",
    places: stores,
    pages: ["Overview", "Regions", "Roles", "Sites"],
    targets: [6, 6, 6, 6, 6, 6],
    preview: "ratio",
    facts(at) {
      const sum = regionIn(at);
      const part = roles(at);
      const slip = isSlipping(at);
      const planned = (700 * (regions[at.region]?.stores ?? 0) + sum.planned * 0.95) * part;
      const hours = planned * (sum.orders / sum.planned) ** 0.4 * (1 + 0.05 * slip);
      const overtime = (5.2 + 0.8 * noise(at.month, at.region, at.kind, 60) + 7 * slip) / 100;
      const wage = [21, 19, 20, 26, 22, 24, 38][at.kind] ?? 21;
      return {
        value: hours,
        plan: planned,
        of: hours * overtime,
        per: hours,
        count: (hours * wage * (1 + overtime * 0.25)) / 1000,
        rated: (hours * (3.7 + 0.7 * noise(at.month, at.region, at.kind, 61) + 1.6 * slip)) / 100,
        ratedPer: hours,
      };
    },
    headline: ({ slipping: slip, leading }) =>
      `${slip.name} works twice the usual overtime to unload late deliveries. ${leading.name} needs more hours because it sells more.`,
  },
  // For guests too: nothing in it is a secret.
  "64A7E3D8901B4F2CB5C60D7E2F9A1B83": {
    measure: { label: "Services booked", unit: "count" },
    ratio: { label: "Booked online", unit: "%" },
    count: { label: "Customers", unit: "count" },
    rate: { label: "Closed days", unit: "%", isLowGood: true },
    category: "Service",
    categories: kinds("Collect, Repairs, Fitting, Gift wrap, Parking, Café, Workshops"),
    place: "Store",
    places: stores,
    pages: ["Overview", "Regions", "Services", "Stores"],
    targets: [60, 60, 60, 60, 60, 60],
    preview: "regions",
    facts(at) {
      const sum = regionIn(at);
      const booked = sum.orders * services(at) * 0.64;
      const online =
        (58 + ([8, 4, -6, -9, 2, -14, 12][at.kind] ?? 0) + 2 * noise(at.month, at.region, at.kind, 72)) / 100;
      const days = (30 * (regions[at.region]?.stores ?? 0)) / 7;
      return {
        value: booked,
        plan: sum.planned * services(at) * 0.635,
        of: booked * online,
        per: booked,
        count: booked * 0.78,
        rated: (days * (1.7 + 0.4 * noise(at.month, at.region, at.kind, 73) + 2.6 * isSlipping(at))) / 100,
        ratedPer: days,
      };
    },
    headline: ({ slipping: slip, leading }) =>
      `Workshops and Collect are booked most online. ${leading.name} has the most services, ${slip.name} has more closed days than usual.`,
  },
};

const subjectOf = ({ id }: { readonly id: string }): Subject => subjects[id] ?? sales;

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** How a place differs from its region, as shares that add up to one in each region. */
function placesOf({ places }: Subject, seed: number) {
  const spread = (index: number, key: number) => 1 + 0.06 * noise(seed, index, key);
  const shares = (key: number | null) => {
    const sized = places.map(({ share }, index) => share * (key === null ? 1 : spread(index, key)));
    const sums = regions.map((_, region) =>
      sized.reduce((sum, size, index) => sum + (places[index]?.region === region ? size : 0), 0),
    );
    return sized.map((size, index) => size / (sums[places[index]?.region ?? 0] ?? 1));
  };
  const [value, plan, of] = [shares(null), shares(3), shares(5)];
  return places.map(({ name, region }, index) => ({
    name,
    region,
    value: value[index] ?? 0,
    plan: plan[index] ?? 0,
    of: of[index] ?? 0,
  }));
}

/** How each page is drawn, whatever it is called. */
const views = ["overview", "regions", "categories", "places"];

/**
 * A dashboard's content for its page. Cells are ordered year, month, region, category; those of months that are not over
 * have a plan and nothing else.
 *
 * @param now milliseconds
 */
export function dashboardModel(object: LibraryObject, now: number, locale: string) {
  const subject = subjectOf(object);
  const { closed, year: last, monthsClosed } = calendarAt(now);
  const years = [last - 2, last - 1, last];
  const cells: Record<keyof Facts, (number | null)[]> = {
    value: [],
    plan: [],
    of: [],
    per: [],
    count: [],
    rated: [],
    ratedPer: [],
  };
  for (const year of years)
    for (let inYear = 0; inYear < 12; inYear++)
      for (const region of regions.keys())
        for (const kind of subject.categories.keys()) {
          const month = monthIn(year, inYear);
          const facts = subject.facts({ closed, month, region, kind });
          for (const name of Object.keys(cells) as (keyof Facts)[])
            cells[name].push(month <= closed || name === "plan" ? rounded(facts[name]) : null);
        }
  const { measure, ratio, count, rate, category, place, targets } = subject;
  const counts = regions.map((_, region) => subject.places.filter((one) => one.region === region).length);
  return {
    headline: subject.headline(storyAt(now), locale),
    measure,
    ratio,
    count,
    rate,
    category,
    place,
    years,
    monthsClosed,
    regions: regions.map(({ name }, region) => ({ name, places: counts[region] ?? 0 })),
    categories: subject.categories,
    cells,
    places: placesOf(subject, object.id.charCodeAt(0)),
    targets,
    pages: subject.pages.map((name, index) => ({ key: `K${53 + index}`, name, view: views[index] })),
  };
}

/** The chapters of an object, as `getDossierStructure` answers them; `isActive` is the page's own business. */
export function chaptersOf(
  object: LibraryObject,
): { key: string; name: string; pages: { key: string; name: string }[] }[] {
  const pages = object.kind === "dashboard" ? subjectOf(object).pages : [object.name];
  return [{ key: "K36", name: object.name, pages: pages.map((name, index) => ({ key: `K${53 + index}`, name })) }];
}

/** A report: one grid, week by week, for the weeks that are over. */
export function reportModel(now: number) {
  return {
    regions: regions.map(({ name }) => name),
    weeks: weeksOfSales(calendarAt(now), 26),
  };
}

/** What a region is like, for tables in a letter and an answer. */
const rowOf =
  (locale: string) =>
  ({ name, year }: Story["byRegion"][number]): readonly string[] => [
    name,
    figure(year.revenue, "k€", locale),
    off(locale, year),
    percent(locale, year.margin),
  ];

const regionTable = ({ byRegion }: Story, locale: string) => ({
  head: ["Region", "Revenue", "On plan", "Margin"],
  rows: byRegion.map(rowOf(locale)),
});

/** Actual and plan of the year, all regions and categories together. */
function revenueByMonth({ calendar }: Story) {
  return Array.from({ length: 12 }, (_, inYear) => {
    const month = monthIn(calendar.year, inYear);
    const { revenue, plan } = totals(calendar.closed, { months: [month] });
    return { actual: month <= calendar.closed ? revenue : null, plan };
  });
}

const revenueChart = (story: Story, locale: string) => ({
  kind: "line" as const,
  title: "Revenue by month",
  unit: "k€" as const,
  labels: monthNames(locale, "short"),
  names: monthNames(locale, "long"),
  series: [
    { name: "Actual", values: revenueByMonth(story).map(({ actual }) => actual) },
    { name: "Plan", values: revenueByMonth(story).map(({ plan }) => plan) },
  ],
  isPlanned: true,
});

const marginChart = ({ byRegion, targets }: Story) => ({
  kind: "bars" as const,
  title: "Gross margin by region",
  unit: "%" as const,
  labels: byRegion.map(({ name }) => name),
  series: [{ name: "Gross margin", values: byRegion.map(({ year }) => rounded(year.margin)) }],
  targets,
});

/** A document: pages ("layouts") of text, figures and a chart or a table. */
export function documentModel(now: number, locale: string) {
  const story = storyAt(now);
  const { year, month, slipping: slip, leading, launch, customers, account, closedAt, calendar } = story;
  const rest = revenueByMonth(story).reduce((sum, { actual, plan }) => sum + (actual === null ? plan : 0), 0);
  const title = monthAndYear(closedAt, locale);
  const outlook =
    calendar.monthsClosed < 12
      ? `The plan for the rest of the year asks for ${figure(rest, "k€", locale)}.`
      : "The year is closed; the plan of the next one was approved by the board.";
  const first = {
    key: "K53",
    name: "Summary",
    title,
    figures: [
      {
        label: "Revenue",
        value: figure(year.revenue, "k€", locale),
        change: change(year.growth, "%", locale),
      },
      { label: "Against plan", value: percent(locale, year.againstPlan), change: off(locale, year) },
      { label: "Gross margin", value: percent(locale, year.margin), change: "" },
      { label: "Orders", value: figure(year.orders, "count", locale), change: "" },
    ],
    paragraphs: [
      `Revenue in the year to ${title} is ${figure(year.revenue, "k€", locale)}, ${change(year.growth, "%", locale)} on last year and ${toPlan(locale, year)}. The month itself brought ${figure(month.revenue, "k€", locale)}.`,
      `${leading.name} carries the year: it is ${toPlan(locale, leading.year)}. ${slip.name} falls behind for the second quarter in a row, ${toPlan(locale, slip.year)} in the year and ${toPlan(locale, slip.month)} in the month, because goods arrive late.`,
    ],
    chart: revenueChart(story, locale),
    table: null,
  };
  const second = {
    key: "K54",
    name: "Outlook",
    title: "Outlook",
    figures: [],
    paragraphs: [
      `Gross margin is ${percent(locale, year.margin)}. ${slip.name} is at ${percent(locale, slip.month.margin)} against a target of ${percent(locale, story.targets[slipping] ?? 0)}: late orders were flown in.`,
      `${launch.name}, launched in ${monthAndYear(launch.month, locale)}, lifts ${launch.category}: ${percent(locale, launch.growth)} more than a year ago in the month.`,
      `Of ${whole(customers.active, locale)} business customers ${whole(customers.atRisk, locale)} are at risk, six months ago it was ${whole(customers.atRiskBefore, locale)}. The largest is ${account.name} in the ${slip.name} (${figure(account.value, "k€", locale)} a year), which renews on ${shortDate(account.renews, locale)}.`,
      outlook,
    ],
    chart: marginChart(story),
    table: regionTable(story, locale),
  };
  return { layouts: [first, second] };
}

/** A bot: questions it knows, with answers from the same figures, some with a chart or a table. */
export function botModel(now: number, locale: string) {
  const story = storyAt(now);
  const { year, month, slipping: slip, launch, byRegion, byCategory, closedAt, account, customers } = story;
  const title = monthAndYear(closedAt, locale);
  const best = [...byRegion].sort((one, other) => other.year.margin - one.year.margin);
  const bars = (name: string, unit: Unit, list: readonly { readonly name: string; readonly value: number }[]) => ({
    kind: "bars" as const,
    title: name,
    unit,
    labels: list.map((one) => one.name),
    series: [{ name, values: list.map(({ value }) => rounded(value)) }],
  });
  const growth = bars(
    `Revenue by category, ${title}`,
    "k€",
    byCategory.map(({ name, month: sum }) => ({ name, value: sum.revenue })),
  );
  return {
    greeting: `Ask about revenue, regions, products or customers. I answer from the Retail project, closed to ${title}.`,
    suggestions: [
      {
        question: "How is revenue against plan?",
        answer: `Revenue is ${figure(year.revenue, "k€", locale)} in the year to ${title}, ${percent(locale, year.againstPlan)} of plan. ${title} alone brought ${figure(month.revenue, "k€", locale)}.`,
        chart: revenueChart(story, locale),
      },
      {
        question: "Which region has the best margin?",
        answer: `${best[0]?.name}, with ${percent(locale, best[0]?.year.margin ?? 0)}, ahead of ${best[1]?.name} with ${percent(locale, best[1]?.year.margin ?? 0)}. ${slip.name} is last with ${percent(locale, slip.year.margin)}.`,
        chart: marginChart(story),
      },
      {
        question: "Why do the Islands fall behind?",
        answer: `Goods arrive late since the ferry timetable changed. In ${title} ${slip.name} is ${toPlan(locale, slip.month)}, ${percent(locale, slip.month.returns)} of its orders come back, and air freight takes its margin to ${percent(locale, slip.month.margin)}.`,
        chart: null,
      },
      {
        question: "What did the launch bring?",
        answer: `${launch.name} started in ${monthAndYear(launch.month, locale)}. ${launch.category} sells ${percent(locale, launch.growth)} more in ${title} than a year ago.`,
        chart: growth,
      },
      {
        question: "Which customer may leave?",
        answer: `${account.name}. Its health score fell from ${whole(account.scoreBefore, locale)} to ${whole(account.score, locale)}; it renews ${figure(account.value, "k€", locale)} on ${shortDate(account.renews, locale)}. ${whole(customers.atRisk, locale)} customers are at risk in all.`,
        chart: null,
      },
    ],
    fallback: "I only know a few questions here. Try one of the suggestions.",
    latest: { title: `Year to ${title}`, ...regionTable(story, locale) },
  };
}

/** What a card of the home page shows of an object: its main figure, and how it came about. */
export interface Preview {
  readonly label: string;
  readonly value: string;
  readonly values: readonly number[];
  readonly isColumns: boolean;
}

/** Adds up a subject's facts. */
function factsOf({ facts, categories: kindsOf }: Subject, closed: number, month: number, region?: number): Facts {
  const sum: Facts = { value: 0, plan: 0, of: 0, per: 0, count: 0, rated: 0, ratedPer: 0 };
  for (const one of region === undefined ? regions.keys() : [region])
    for (const kind of kindsOf.keys()) {
      const cell = facts({ closed, month, region: one, kind });
      for (const name of Object.keys(sum) as (keyof Facts)[]) sum[name] += cell[name];
    }
  return sum;
}

/** @returns nothing for what has no figure of its own */
export function previewOf(object: LibraryObject, now: number, locale: string): Preview | null {
  const calendar = calendarAt(now);
  const { closed } = calendar;
  if (object.kind === "bot") return null;
  if (object.kind === "report") {
    const values = weeksOfSales(calendar, 16)
      .reverse()
      .map(({ orders }) => orders.reduce((sum, one) => sum + one, 0));
    const last = values.at(-1) ?? 0;
    return { label: "Orders, last week", value: figure(last, "count", locale), values, isColumns: true };
  }
  const subject = object.kind === "document" ? sales : subjectOf(object);
  const months = Array.from({ length: 12 }, (_, index) => closed - 11 + index);
  const title = monthAndYear(startOf(closed), locale);
  const { preview, measure, ratio, rate } = subject;
  if (preview === "regions") {
    const values = [...regions.keys()].map((region) => factsOf(subject, closed, closed, region).value);
    const all = values.reduce((sum, one) => sum + one, 0);
    return {
      label: `${measure.label}, ${title}`,
      value: figure(all, measure.unit, locale),
      values: values.map(rounded),
      isColumns: true,
    };
  }
  const shown = { value: measure, ratio, rate }[preview];
  const values = months.map((month) => {
    const sum = factsOf(subject, closed, month);
    if (preview === "value") return rounded(sum.value);
    const [of, per] = preview === "ratio" ? [sum.of, sum.per] : [sum.rated, sum.ratedPer];
    return rounded((of / per) * (shown.unit === "%" ? 100 : 1));
  });
  const last = figure(values.at(-1) ?? 0, shown.unit, locale);
  return {
    label: `${shown.label}, ${title}`,
    value: shown.unit === "days" ? `${last} days` : last,
    values,
    isColumns: false,
  };
}
