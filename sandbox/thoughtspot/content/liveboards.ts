/** What there is to open: Liveboards with their tabs and tiles, saved answers, and who may see each. */
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

function board(
  spec: Omit<Liveboard, "tabs" | "views"> & {
    tabs: readonly [string, readonly TileSpec[]][];
    view?: [string, Record<string, string>];
  },
): Liveboard {
  let counter = 0;
  return {
    ...spec,
    tabs: spec.tabs.map(([name, tiles], index) => ({
      id: `${spec.id.slice(0, 19)}7ab${index}${spec.id.slice(23)}`,
      name,
      tiles: tiles.map((tile) => ({ ...tile, id: vizId(spec.id, counter++) })),
    })),
    views: spec.view
      ? [{ id: `${spec.id.slice(0, 19)}71e0${spec.id.slice(23)}`, name: spec.view[0], filters: spec.view[1] }]
      : [],
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

export const liveboards: readonly Liveboard[] = [
  board({
    id: "3f2a8c61-7d94-4e05-b1c8-52d09e6a7f13",
    name: "Customer health",
    description: "Usage, satisfaction and renewals",
    groups: [all],
    table: "Customer 360",
    filters: ["Region", "Plan", "Owner", "Industry"],
    view: ["My region", { Region: "EMEA" }],
    tabs: [
      [
        "Overview",
        [
          figure("Healthy accounts", "score above 70", "Customer 360", "Healthy"),
          figure("Renewals", "value due in the month", "Customer 360", "Renewal value"),
          figure("At risk", "score below 40", "Customer 360", "At risk", true),
          figure("Answered in a day", "support requests", "Customer 360", "Answered in a day"),
          {
            title: "Accounts by health",
            subtitle: "Healthy, watch and at risk, by month",
            chart: "stack",
            span: 6,
            query: { table: "Customer 360", measures: ["Healthy", "Watch", "At risk"], by: "Month" },
          },
          {
            title: "Weekly use and satisfaction",
            subtitle: "Average of all accounts",
            chart: "line",
            span: 6,
            query: { table: "Customer 360", measures: ["Weekly use", "Satisfaction"], by: "Month" },
          },
          {
            title: "Largest renewals",
            subtitle: "Sorted by value",
            chart: "table",
            span: 7,
            query: {
              table: "Customer 360",
              measures: ["Renewal value", "Health score", "Weekly use"],
              by: "Account",
              top: 6,
            },
          },
          {
            title: "Renewal value by industry",
            subtitle: "Sum over the period",
            chart: "bars",
            span: 5,
            query: { table: "Customer 360", measures: ["Renewal value"], by: "Industry" },
          },
        ],
      ],
      [
        "Usage",
        [
          figure("Weekly use", "index", "Customer 360", "Weekly use"),
          figure("Satisfaction", "index", "Customer 360", "Satisfaction"),
          {
            title: "Weekly use by plan",
            subtitle: "Index, latest month",
            chart: "bars",
            span: 6,
            query: { table: "Customer 360", measures: ["Weekly use"], by: "Plan" },
          },
          {
            title: "Weekly use over time",
            subtitle: "Average of all accounts",
            chart: "line",
            span: 12,
            query: { table: "Customer 360", measures: ["Weekly use"], by: "Month" },
          },
        ],
      ],
      [
        "Renewals",
        [
          {
            title: "Renewal value by month",
            subtitle: "Due in the month",
            chart: "stack",
            span: 7,
            query: { table: "Customer 360", measures: ["Renewal value"], by: "Month" },
          },
          {
            title: "Renewal value by owner",
            subtitle: "Sum over the period",
            chart: "bars",
            span: 5,
            query: { table: "Customer 360", measures: ["Renewal value"], by: "Owner" },
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
    filters: ["Region", "Plan", "Owner", "Stage"],
    view: ["Enterprise only", { Plan: "Enterprise" }],
    tabs: [
      [
        "Overview",
        [
          figure("Open value", "all stages", "Pipeline", "Open value"),
          figure("Won value", "closed in the month", "Pipeline", "Won value"),
          figure("Deals", "created in the month", "Pipeline", "Deals"),
          figure("Age", "days, average", "Pipeline", "Age in days", true),
          {
            title: "Deals by stage",
            subtitle: "Number of deals",
            chart: "bars",
            span: 5,
            query: { table: "Pipeline", measures: ["Deals"], by: "Stage" },
          },
          {
            title: "Open and won value",
            subtitle: "By month",
            chart: "line",
            span: 7,
            query: { table: "Pipeline", measures: ["Open value", "Won value"], by: "Month" },
          },
          {
            title: "Owners",
            subtitle: "Sorted by open value",
            chart: "table",
            span: 12,
            query: { table: "Pipeline", measures: ["Open value", "Won value", "Deals", "Age in days"], by: "Owner" },
          },
        ],
      ],
      [
        "Regions",
        [
          {
            title: "Open value by region",
            subtitle: "Sum over the period",
            chart: "bars",
            span: 12,
            query: { table: "Pipeline", measures: ["Open value"], by: "Region" },
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
    filters: ["Region", "Plan", "Reason"],
    tabs: [
      [
        "Overview",
        [
          figure("Lost accounts", "in the month", "Growth", "Lost accounts", true),
          figure("Lost revenue", "in the month", "Growth", "Lost revenue", true),
          figure("Churn rate", "average", "Growth", "Churn rate", true),
          {
            title: "Lost accounts by month",
            subtitle: "All plans",
            chart: "stack",
            span: 7,
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
            subtitle: "Sorted by lost accounts",
            chart: "table",
            span: 12,
            query: { table: "Growth", measures: ["Lost accounts", "Lost revenue", "Churn rate"], by: "Plan" },
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
    filters: ["Region", "Channel", "Plan"],
    tabs: [
      [
        "Overview",
        [
          figure("Spend", "in the month", "Growth", "Spend", true),
          figure("New business", "in the month", "Growth", "New business"),
          {
            title: "New business by channel",
            subtitle: "Sum over the period",
            chart: "bars",
            span: 6,
            query: { table: "Growth", measures: ["New business"], by: "Channel" },
          },
          {
            title: "Spend and new business",
            subtitle: "By month",
            chart: "line",
            span: 12,
            query: { table: "Growth", measures: ["New business", "Spend"], by: "Month" },
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
    filters: ["Region", "Industry", "Owner"],
    tabs: [
      [
        "Overview",
        [
          figure("Revenue", "in the month", "Territories", "Revenue"),
          figure("Plan", "for the month", "Territories", "Plan"),
          figure("Orders", "in the month", "Territories", "Orders"),
          figure("Order value", "average of the month", "Territories", "Order value"),
          {
            title: "Revenue by region",
            subtitle: "Sum over the period",
            chart: "bars",
            span: 5,
            query: { table: "Territories", measures: ["Revenue"], by: "Region" },
          },
          {
            title: "Revenue and plan",
            subtitle: "By month",
            chart: "line",
            span: 7,
            query: { table: "Territories", measures: ["Revenue", "Plan"], by: "Month" },
          },
          {
            title: "Industries",
            subtitle: "Sorted by revenue",
            chart: "table",
            span: 12,
            query: { table: "Territories", measures: ["Revenue", "Plan", "Orders"], by: "Industry" },
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
    tabs: [["Overview", [figure("Spend", "in the month", "Growth", "Spend")]]],
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
