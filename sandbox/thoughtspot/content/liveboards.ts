/** What there is to open: Liveboards with their tabs and tiles, saved answers, and who may see each. */
import { figure as text } from "../../kit/format";
import type { Story } from "../../kit/world/story";
import type { Query } from "./data";

export interface Tile {
  /** GUID of the visualization. */
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly chart: "figure" | "stack" | "line" | "bars" | "table";
  readonly query: Query;
  /** Columns of the twelve that the grid has. */
  readonly span: 3 | 5 | 6 | 7 | 12;
  /** More is worse: the change is coloured accordingly. */
  readonly lessIsBetter?: boolean;
  /** Figures: all closed months of the year together, and how they are on this measure. */
  readonly yearAgainst?: string;
  /** Stacks: one part for each value of this column. */
  readonly split?: string;
}

export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly tiles: readonly Tile[];
}

/** Everything that has an id and permissions. */
interface Shared {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** Groups that may see it; `all` for every user of the org. */
  readonly groups: readonly string[];
}

export interface Liveboard extends Shared {
  readonly table: string;
  /** What a reader should notice first. None where rows are secured: it is made of all of them. */
  readonly headline?: (story: Story, locale: string) => string;
  /** In its place: what leads and what comes last of a query, in words for the two with their figures. */
  readonly extremes?: { readonly query: Query; words(first: string, last: string): string };
  /** Columns offered as filters. */
  readonly filters: readonly string[];
  readonly tabs: readonly Tab[];
  /** Saved ways to look at it: a view's id, name and filters. */
  readonly views: readonly {
    readonly id: string;
    readonly name: string;
    readonly filters: Readonly<Record<string, string>>;
  }[];
}

export interface SavedAnswer extends Shared {
  readonly table: string;
  /** The search behind it, in ThoughtSpot's token form. */
  readonly tokens: string;
}

export const all = "all";

/** Visualization ids: the Liveboard's own with a counter in the last group, so that they are stable and unique. */
const vizId = (board: string, at: number) => `${board.slice(0, 24)}${(at + 0x100000000000).toString(16)}`;

type TileSpec = Omit<Tile, "id">;

function board({
  view,
  ...spec
}: Omit<Liveboard, "tabs" | "views"> & {
  tabs: readonly [string, readonly TileSpec[]][];
  view?: [string, Record<string, string>];
}): Liveboard {
  let counter = 0;
  return {
    ...spec,
    tabs: spec.tabs.map(([name, tiles], index) => ({
      id: `${spec.id.slice(0, 19)}7ab${index}${spec.id.slice(23)}`,
      name,
      tiles: tiles.map((tile) => ({ ...tile, id: vizId(spec.id, counter++) })),
    })),
    views: view ? [{ id: `${spec.id.slice(0, 19)}71e0${spec.id.slice(23)}`, name: view[0], filters: view[1] }] : [],
  };
}

const figure = (title: string, subtitle: string, table: string, measure: string, lessIsBetter?: boolean): TileSpec => ({
  title,
  subtitle,
  chart: "figure",
  span: 3,
  query: { table, measures: [measure], by: "Month" },
  ...(lessIsBetter ? { lessIsBetter } : {}),
});

const euros = (value: number, locale: string) => text(value, "k€", locale);
const count = (value: number, locale: string) => text(value, "count", locale);
const customers = "Customer 360";

export const liveboards: readonly Liveboard[] = [
  board({
    id: "3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13",
    name: "Customer health",
    description: "Usage, satisfaction and renewals",
    groups: [all],
    table: customers,
    headline: ({ account, slipping, customers: sums }, locale) =>
      `${account.name} (${slipping.name}) fell to a health score of ${count(account.score, locale)} and renews ${euros(account.value, locale)} soon. ${count(sums.atRisk, locale)} accounts are at risk, ${count(sums.atRiskBefore, locale)} were six months ago.`,
    filters: ["Region", "Plan", "Owner", "Industry"],
    view: ["My region", { Region: "Islands" }],
    tabs: [
      [
        "Overview",
        [
          figure("Healthy accounts", "score above 70", customers, "Healthy"),
          figure("Renewals", "due in the next 90 days", customers, "Due in 90 days"),
          figure("At risk", "score below 40", customers, "At risk", true),
          figure("Answered in a day", "support requests", customers, "Answered in a day"),
          {
            title: "Accounts by health",
            subtitle: "Healthy, watch and at risk, by month",
            chart: "stack",
            span: 6,
            query: { table: customers, measures: ["Healthy", "Watch", "At risk"], by: "Month" },
          },
          {
            title: "Weekly use and satisfaction",
            subtitle: "Average of all accounts, index",
            chart: "line",
            span: 6,
            query: { table: customers, measures: ["Weekly use", "Satisfaction"], by: "Month" },
          },
          {
            title: "Accounts at risk",
            subtitle: "The largest renewals first",
            chart: "table",
            span: 7,
            query: {
              table: customers,
              measures: ["Due in 90 days", "Health score", "Weekly use"],
              by: "Account",
              details: ["Region", "Plan", "Renews on"],
              filters: [{ column: "Health score", operator: "LT", values: ["40"] }],
              lastMonths: 1,
              top: 6,
            },
          },
          {
            title: "Renewal value by industry",
            subtitle: "Due in the next 90 days",
            chart: "bars",
            span: 5,
            query: { table: customers, measures: ["Due in 90 days"], by: "Industry" },
          },
        ],
      ],
      [
        "Usage",
        [
          figure("Weekly use", "index, average", customers, "Weekly use"),
          figure("Satisfaction", "index, average", customers, "Satisfaction"),
          {
            title: "Weekly use by region",
            subtitle: "Index, latest month",
            chart: "bars",
            span: 5,
            query: { table: customers, measures: ["Weekly use"], by: "Region" },
          },
          {
            title: "Weekly use over time",
            subtitle: "Average of all accounts, index",
            chart: "line",
            span: 7,
            query: { table: customers, measures: ["Weekly use", "Health score"], by: "Month" },
          },
        ],
      ],
      [
        "Renewals",
        [
          {
            title: "Renewal value by month",
            subtitle: "Contracts that came up in the month, by plan",
            chart: "stack",
            span: 7,
            split: "Plan",
            query: { table: customers, measures: ["Renewal value"], by: "Month" },
          },
          {
            title: "Renewal value by owner",
            subtitle: "Due in the next 90 days",
            chart: "bars",
            span: 5,
            query: { table: customers, measures: ["Due in 90 days"], by: "Owner" },
          },
          {
            title: "Next large renewals",
            subtitle: "Due in the next 90 days",
            chart: "table",
            span: 12,
            query: {
              table: customers,
              measures: ["Due in 90 days", "Health score", "Weekly use"],
              by: "Account",
              details: ["Region", "Industry", "Owner", "Renews on"],
              lastMonths: 1,
              top: 8,
            },
          },
        ],
      ],
    ],
  }),
  board({
    id: "9b5e0d27-c31f-4a86-8e74-f06a13d2b958",
    name: "Sales pipeline",
    description: "Stages, age and owner",
    groups: ["analysts", "portal-admins"],
    table: "Pipeline",
    headline: ({ launch }) => `More deals since ${launch.name}: the ${launch.category} launch fills the first stages.`,
    filters: ["Region", "Plan", "Owner", "Stage"],
    view: ["Enterprise only", { Plan: "Enterprise" }],
    tabs: [
      [
        "Overview",
        [
          figure("Open value", "all stages", "Pipeline", "Open value"),
          figure("Won value", "in the month", "Pipeline", "Won value"),
          figure("New deals", "made in the month", "Pipeline", "New deals"),
          figure("Age", "days, open deals", "Pipeline", "Age in days", true),
          {
            title: "Deals by stage",
            subtitle: "Open deals, from first to last stage",
            chart: "bars",
            span: 5,
            query: { table: "Pipeline", measures: ["Deals"], by: "Stage" },
          },
          {
            title: "Open and won value",
            subtitle: "At the end of the month, and in the month",
            chart: "line",
            span: 7,
            query: { table: "Pipeline", measures: ["Open value", "Won value"], by: "Month" },
          },
          {
            title: "Owners",
            subtitle: "Sorted by open value",
            chart: "table",
            span: 12,
            query: {
              table: "Pipeline",
              measures: ["Open value", "Won value", "Won deals", "Deals", "Age in days"],
              by: "Owner",
            },
          },
        ],
      ],
      [
        "Regions",
        [
          {
            title: "Open value by region",
            subtitle: "All open deals",
            chart: "bars",
            span: 6,
            query: { table: "Pipeline", measures: ["Open value"], by: "Region" },
          },
          {
            title: "Won value by region",
            subtitle: "Sum over the period",
            chart: "bars",
            span: 6,
            query: { table: "Pipeline", measures: ["Won value"], by: "Region" },
          },
          {
            title: "Open value by industry",
            subtitle: "All open deals",
            chart: "bars",
            span: 12,
            query: { table: "Pipeline", measures: ["Open value"], by: "Industry" },
          },
        ],
      ],
    ],
  }),
  board({
    id: "d7416fe9-28b0-43cd-a59f-6c8e1b07324a",
    name: "Churn by plan",
    description: "Who leaves, when and why",
    groups: ["analysts", "portal-admins"],
    table: "Growth",
    headline: ({ customers: { lost }, slipping }, locale) =>
      `${count(lost, locale)} accounts left in the month, the most of the year. Late delivery is the first reason, and ${slipping.name} loses most for its size.`,
    filters: ["Region", "Plan", "Reason"],
    tabs: [
      [
        "Overview",
        [
          figure("Lost accounts", "in the month", "Growth", "Lost accounts", true),
          figure("Lost revenue", "a year, of those accounts", "Growth", "Lost revenue", true),
          figure("Churn rate", "of all accounts, in the month", "Growth", "Churn rate", true),
          {
            title: "Lost accounts by month",
            subtitle: "By plan",
            chart: "stack",
            span: 7,
            split: "Plan",
            query: { table: "Growth", measures: ["Lost accounts"], by: "Month" },
          },
          {
            title: "Why they leave",
            subtitle: "Lost accounts by reason",
            chart: "bars",
            span: 5,
            query: { table: "Growth", measures: ["Lost accounts"], by: "Reason" },
          },
          {
            title: "By plan",
            subtitle: "Sum over the period, and its part of all accounts",
            chart: "table",
            span: 5,
            query: { table: "Growth", measures: ["Lost accounts", "Lost revenue", "Churn rate"], by: "Plan" },
          },
          {
            title: "The largest that left",
            subtitle: "By yearly revenue",
            chart: "table",
            span: 7,
            query: {
              table: "Growth",
              measures: ["Lost revenue"],
              by: "Account",
              details: ["Region", "Plan", "Reason"],
              top: 5,
            },
          },
        ],
      ],
    ],
  }),
  board({
    id: "50c9b3a8-e612-4f7d-9420-8d1f7ae56bc3",
    name: "Campaign return",
    description: "Spend against new business",
    groups: ["portal-admins"],
    table: "Growth",
    extremes: {
      query: { table: "Growth", measures: ["Return"], by: "Channel" },
      words: (first, last) => `For what they cost, ${first} bring most and ${last} least.`,
    },
    filters: ["Region", "Channel", "Plan"],
    tabs: [
      [
        "Overview",
        [
          figure("Spend", "in the month", "Growth", "Spend", true),
          figure("New business", "deals won in the month", "Growth", "New business"),
          {
            title: "Return by channel",
            subtitle: "New business for each euro spent",
            chart: "bars",
            span: 5,
            query: { table: "Growth", measures: ["Return"], by: "Channel" },
          },
          {
            title: "Spend and new business",
            subtitle: "By month",
            chart: "line",
            span: 7,
            query: { table: "Growth", measures: ["New business", "Spend"], by: "Month" },
          },
          figure("Return", "new business for each euro", "Growth", "Return"),
          {
            title: "Channels",
            subtitle: "Sorted by new business",
            chart: "table",
            span: 12,
            query: { table: "Growth", measures: ["New business", "Spend", "Return"], by: "Channel" },
          },
        ],
      ],
    ],
  }),
  board({
    id: "e2c85b07-491f-4d36-b0a8-73d1c6f2958e",
    name: "Revenue by territory",
    description: "Revenue of the regions that are yours",
    groups: [all],
    table: "Territories",
    filters: ["Region", "Category", "Owner"],
    tabs: [
      [
        "Overview",
        [
          {
            ...figure("Revenue, year to date", "and how it is on plan", "Territories", "Revenue"),
            yearAgainst: "Plan",
          },
          figure("Revenue", "in the month", "Territories", "Revenue"),
          figure("Orders", "in the month", "Territories", "Orders"),
          figure("Margin rate", "in the month", "Territories", "Margin rate"),
          {
            title: "Revenue by region",
            subtitle: "Sum over the period, with plan",
            chart: "bars",
            span: 5,
            query: { table: "Territories", measures: ["Revenue", "Plan"], by: "Region" },
          },
          {
            title: "Revenue and plan",
            subtitle: "By month",
            chart: "line",
            span: 7,
            query: { table: "Territories", measures: ["Revenue", "Plan"], by: "Month" },
          },
          {
            title: "Regions",
            subtitle: "Sum over the period",
            chart: "table",
            span: 12,
            query: {
              table: "Territories",
              measures: ["Revenue", "Plan", "Against plan", "Margin rate", "Orders", "Order value"],
              by: "Region",
            },
          },
        ],
      ],
    ],
  }),
  board({
    // The id that the data file of the official REST client asks an object token for.
    id: "061457a2-27bc-43a9-9754-0cd873691bf0",
    name: "Release sample",
    description: "Only administrators see it",
    groups: ["Administrator"],
    table: "Growth",
    filters: ["Region"],
    tabs: [["Overview", [figure("Spend", "in the month", "Growth", "Spend", true)]]],
  }),
];

export const savedAnswers: readonly SavedAnswer[] = [
  {
    id: "b8d07f34-5c61-49ea-a2f3-1e9c40d75b86",
    name: "Renewals by industry",
    description: "Renewal value by industry",
    groups: [all],
    table: "Customer 360",
    tokens: "[Renewal value] [Industry]",
  },
  {
    id: "1f3c6a92-e047-4bd8-95b1-7a20d8fe4c39",
    name: "Open value by stage",
    description: "Pipeline by stage",
    groups: ["analysts", "portal-admins"],
    table: "Pipeline",
    tokens: "[Open value] [Stage]",
  },
  {
    id: "7b60f2e4-93ad-4c18-85e7-d4a1906c3b2f",
    name: "Orders by territory",
    description: "Orders of the regions that are yours",
    groups: [all],
    table: "Territories",
    tokens: "[Orders] [Region]",
  },
];
