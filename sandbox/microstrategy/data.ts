/**
 * The numbers behind the emulated dashboards: made by arithmetic, the same at every start. One subject per dashboard of
 * the catalog; any other dashboard gets the first one's numbers under its own title.
 */
import type { LibraryObject } from "./content";

/** What a dashboard is about, and how its figures are named. */
interface Subject {
  readonly measure: string;
  readonly unit: string;
  /** Shown before or after the figure. */
  readonly prefix: string;
  readonly suffix: string;
  readonly ratio: string;
  readonly count: { readonly label: string; readonly perUnit: number; readonly suffix: string };
  readonly rate: { readonly label: string; readonly base: number };
  readonly category: string;
  readonly categories: readonly string[];
  readonly place: string;
  readonly pages: readonly string[];
  /** Yearly size and how good its ratio is. */
  readonly size: number;
  readonly ratioBase: number;
  readonly seed: number;
}

const categories = ["Outdoor", "Footwear", "Apparel", "Home", "Equipment", "Gifts", "Services"];

const subjects: Readonly<Record<string, Subject>> = {
  "7C1F4A92B06E4D35A8C3E5170F9B2D61": {
    measure: "Revenue",
    unit: "€ million",
    prefix: "€",
    suffix: "M",
    ratio: "Gross margin",
    count: { label: "Orders", perUnit: 4.35, suffix: "k" },
    rate: { label: "Returns", base: 4.7 },
    category: "Category",
    categories,
    place: "Store",
    pages: ["Overview", "Regions", "Products", "Stores"],
    size: 540,
    ratioBase: 28.4,
    seed: 7,
  },
  "1B83D6E0F74A4C29957E02CB6DA14F38": {
    measure: "Footfall",
    unit: "thousand visits",
    prefix: "",
    suffix: "k",
    ratio: "Conversion",
    count: { label: "Baskets", perUnit: 0.24, suffix: "k" },
    rate: { label: "Returns", base: 5.2 },
    category: "Format",
    categories: ["Flagship", "High street", "Mall", "Outlet", "Station", "Airport", "Pop-up"],
    place: "Store",
    pages: ["Overview", "Regions", "Formats", "Stores"],
    size: 9400,
    ratioBase: 24.1,
    seed: 19,
  },
  A5D20E6B98C74713B1F64E08D73C925A: {
    measure: "Gross margin",
    unit: "€ million",
    prefix: "€",
    suffix: "M",
    ratio: "Margin after discount",
    count: { label: "Articles sold", perUnit: 31, suffix: "k" },
    rate: { label: "Discount", base: 11.8 },
    category: "Category",
    categories,
    place: "Store",
    pages: ["Overview", "Regions", "Products", "Stores"],
    size: 153,
    ratioBase: 26.2,
    seed: 31,
  },
  E36B7F41D0584A9CAF2179C5083E6BD4: {
    measure: "Delivered",
    unit: "thousand pallets",
    prefix: "",
    suffix: "k",
    ratio: "Stock cover",
    count: { label: "Orders", perUnit: 2.1, suffix: "k" },
    rate: { label: "Late orders", base: 6.4 },
    category: "Supplier",
    categories: ["Alder", "Birch & Co", "Cedarline", "Dunes", "Elm Works", "Fjord", "Greyfield"],
    place: "Depot",
    pages: ["Overview", "Regions", "Suppliers", "Depots"],
    size: 780,
    ratioBase: 31.5,
    seed: 43,
  },
  "0D94C8A2517E4B6F83DB6AE19F4C7025": {
    measure: "Hours",
    unit: "thousand",
    prefix: "",
    suffix: "k",
    ratio: "Overtime-free",
    count: { label: "Shifts", perUnit: 0.14, suffix: "k" },
    rate: { label: "Absence", base: 3.9 },
    category: "Role",
    categories: ["Sales floor", "Checkout", "Stock", "Visuals", "Service desk", "Security", "Management"],
    place: "Site",
    pages: ["Overview", "Regions", "Roles", "Sites"],
    size: 4300,
    ratioBase: 27.7,
    seed: 59,
  },
  // For guests too: nothing in it is a secret.
  "64A7E3D8901B4F2CB5C60D7E2F9A1B83": {
    measure: "Services booked",
    unit: "thousand",
    prefix: "",
    suffix: "k",
    ratio: "Booked online",
    count: { label: "Click and collect", perUnit: 0.6, suffix: "k" },
    rate: { label: "Closed days", base: 1.8 },
    category: "Service",
    categories: ["Collect", "Repairs", "Fitting", "Gift wrap", "Parking", "Café", "Workshops"],
    place: "Store",
    pages: ["Overview", "Regions", "Services", "Stores"],
    size: 1240,
    ratioBase: 33.8,
    seed: 71,
  },
};

const first = subjects["7C1F4A92B06E4D35A8C3E5170F9B2D61"] as Subject;

const years = [2023, 2024, 2025];
const monthsSoFar = 10;
const regions = [
  { name: "West", places: 41, share: 0.235, ratio: 3.0 },
  { name: "North", places: 38, share: 0.19, ratio: 1.5 },
  { name: "Central", places: 52, share: 0.215, ratio: -1.2 },
  { name: "South", places: 36, share: 0.15, ratio: -3.6 },
  { name: "East", places: 33, share: 0.135, ratio: -5.2 },
  { name: "Islands", places: 14, share: 0.075, ratio: -8.4 },
];
const season = [38.2, 36.9, 41.5, 43.1, 44.8, 47.2, 45.6, 43.9, 48.7, 51.3, 52.6, 58.1];
const planSeason = [38.0, 38.5, 40.1, 42.0, 44.0, 45.5, 45.9, 46.5, 47.5, 49.0, 53.0, 57.0];
const categoryShare = [0.22, 0.19, 0.17, 0.13, 0.12, 0.09, 0.08];

const towns = [
  "Harbour East",
  "Station North",
  "Old Market",
  "Lakeside",
  "Airport West",
  "Central Arcade",
  "Riverside",
  "Hill Street",
  "Cathedral Square",
  "Docklands",
  "Park Lane",
  "University",
  "Bridge End",
  "Castle Yard",
  "Foundry",
  "Garden Court",
  "Mill Lane",
  "New Town",
  "Orchard",
  "Pier Head",
  "Queens Gate",
  "Southgate",
  "Tramway",
  "Westfield Corner",
];

/** Deterministic noise between -1 and 1. */
function noise(...keys: number[]): number {
  const value = Math.sin(keys.reduce((sum, key, index) => sum + key * (12.9898 + index * 7.233), 0.5)) * 43758.5453;
  return (value - Math.floor(value)) * 2 - 1;
}

const round = (value: number) => Math.round(value * 1000) / 1000;

/** A dashboard's content for its page. Cells are ordered year, month, region, category. */
export function dashboardModel(object: LibraryObject) {
  const subject = subjects[object.id] ?? first;
  const { seed } = subject;
  const total = season.reduce((sum, value) => sum + value, 0);
  const actual: (number | null)[] = [];
  const plan: number[] = [];
  const share: (number | null)[] = [];
  for (const [y] of years.entries())
    for (const [m, seasonal] of season.entries())
      for (const [r, region] of regions.entries())
        for (const [c, part] of categoryShare.entries()) {
          const growth = 0.925 + y * 0.0375 + 0.02 * noise(seed, r, y);
          const base = (subject.size / total) * region.share * part;
          const swing = 1 + 0.05 * noise(seed, m, r, c) + 0.06 * noise(seed, y, c) + 0.03 * noise(seed, m, y);
          const known = y < years.length - 1 || m < monthsSoFar;
          const value = base * seasonal * growth * swing;
          const quality = subject.ratioBase + region.ratio + 2.2 * noise(seed, c) + noise(seed, y, m, r) + y * 0.7;
          actual.push(known ? round(value) : null);
          plan.push(round(base * (planSeason[m] ?? 0) * growth * (1 + 0.012 * noise(seed, r, c))));
          share.push(known ? round((value * quality) / 100) : null);
        }
  const places = towns.map((name, index) => ({
    name,
    region: index % regions.length,
    weight: round((0.085 - index * 0.0021) * (1 + 0.2 * noise(seed, index))),
    againstPlan: round(7 * noise(seed, index, 3) + (index < 6 ? 4 : 1)),
    ratio: round(4.5 * noise(seed, index, 5)),
  }));
  const { measure, unit, prefix, suffix, ratio, count, rate, category, place } = subject;
  return {
    measure,
    unit,
    prefix,
    suffix,
    ratio,
    count,
    rate,
    category,
    place,
    years,
    months: 12,
    regions: regions.map(({ name, places: shops }) => ({ name, places: shops })),
    categories: subject.categories,
    cells: { actual, plan, share },
    places,
    targets: regions.map((region) => round(subject.ratioBase + 1 + region.ratio * 0.4)),
    pages: subject.pages.map((name, index) => ({ key: `K${53 + index}`, name, view: views[index] })),
  };
}

/** How each page is drawn, whatever it is called. */
const views = ["overview", "regions", "categories", "places"];

/** The chapters of an object, as `getDossierStructure` answers them; `isActive` is the page's own business. */
export function chaptersOf(
  object: LibraryObject,
): { key: string; name: string; pages: { key: string; name: string }[] }[] {
  const names = object.kind === "dashboard" ? (subjects[object.id] ?? first).pages : [object.name];
  return [{ key: "K36", name: object.name, pages: names.map((name, index) => ({ key: `K${53 + index}`, name })) }];
}

/** A report: one grid, week by week. */
export function reportModel() {
  const rows = Array.from({ length: 20 }, (_, week) => ({
    label: `Week ${43 - week}`,
    values: regions.map((region, r) => Math.round(region.share * 46_000 * (1 + 0.12 * noise(week, r, 11)))),
  }));
  return { measure: "Orders", columns: regions.map((region) => region.name), rows };
}

/** A document: pages ("layouts") of text and figures. */
export function documentModel() {
  return {
    layouts: [
      {
        key: "K53",
        name: "Summary",
        paragraphs: [
          "Revenue rose by 8.2% in the year to October and was 1.8% above plan. West and North carried the growth; Islands fell behind for the second quarter in a row.",
          "Gross margin improved by 0.8 points to 28.9%, because Outdoor and Equipment sold with smaller discounts than last year.",
          "Returns fell to 4.3% of orders after the change to the size guide in June.",
        ],
      },
      {
        key: "K54",
        name: "Outlook",
        paragraphs: [
          "The plan for the last two months asks for 110 million euro. Orders for November are 3% ahead of the same weeks last year.",
          "Two stores open in Central before the end of the year, and one in Islands moves to a smaller place.",
        ],
      },
    ],
  };
}

/** A bot: questions it knows, with scripted answers. */
export function botModel() {
  return {
    greeting: "Ask about sales, stores or margins. I answer from the Retail project.",
    suggestions: [
      {
        question: "How is revenue against plan?",
        answer: "Revenue is €441.2M in the year to October, 101.0 % of plan.",
      },
      { question: "Which region has the best margin?", answer: "West, with 31.4 %, ahead of North with 29.8 %." },
      { question: "What changed in August?", answer: "Revenue was 5.6 % below plan, mostly in Apparel and Gifts." },
    ],
    fallback: "I only know a few questions here. Try one of the suggestions.",
  };
}
