/** The tables of the ThoughtSpot sandbox: the world's sums, whatever they are grouped or filtered by. */
import { calendarAt } from "../../kit/world/calendar";
import { categories, regions } from "../../kit/world/sales";
import { storyAt } from "../../kit/world/story";
import { answer, type Query, rowsOf, tables } from "./data";
import { liveboards, savedAnswers } from "./liveboards";
import { understand } from "./search";

const days = ["2026-11-28T09:00:00Z", "2027-01-01T00:00:00Z", "2028-02-29T12:00:00Z"].map(
  (date) => [date, Date.parse(date)] as const,
);
const [, now] = days[0] as (typeof days)[number];

const valuesOf = (query: Query, at: number) => {
  const result = answer(query, at);
  if (!result) throw new Error(`No answer from ${query.table}`);
  return result.groups.map(({ label, values }) => [label, values[0] ?? 0] as const);
};
const total = (query: Query, at: number) => valuesOf(query, at).reduce((sum, [, value]) => sum + value, 0);

describe.each(days)("on %s", (_, at) => {
  const story = storyAt(at);
  const lastMonths = calendarAt(at).monthsClosed;
  const revenue = { table: "Territories", measures: ["Revenue"] };

  test("the year's revenue is the retailer's, by whatever it is grouped", () => {
    for (const by of [undefined, "Region", "Category", "Owner", "Month"])
      expect(total({ ...revenue, lastMonths, ...(by ? { by } : {}) }, at)).toBeCloseTo(story.year.revenue, 1);
  });

  test("filters add up: the regions one by one are all regions", () => {
    const parts = regions.map(({ name }) =>
      total({ ...revenue, lastMonths, filters: [{ column: "Region", operator: "EQ", values: [name] }] }, at),
    );
    expect(parts.reduce((sum, one) => sum + one, 0)).toBeCloseTo(story.year.revenue, 1);
    expect(parts).toEqual(story.byRegion.map(({ year }) => expect.closeTo(year.revenue, 1)));
  });

  test("rates are those of the dashboards", () => {
    const query = { ...revenue, measures: ["Margin rate"], lastMonths: 1 };
    expect(valuesOf(query, at)[0]?.[1]).toBeCloseTo(story.month.margin, 5);
    const plan = valuesOf({ ...query, measures: ["Against plan"], by: "Region" }, at);
    expect(plan.at(-1)).toEqual([story.slipping.name, expect.closeTo(story.slipping.month.againstPlan, 5)]);
  });

  test("customers are those of the letter", () => {
    const one = (measure: string) => total({ table: "Customer 360", measures: [measure] }, at);
    expect([one("Active accounts"), one("Healthy"), one("At risk")]).toEqual([
      story.customers.active,
      story.customers.healthy,
      story.customers.atRisk,
    ]);
    expect(one("Healthy") + one("Watch") + one("At risk")).toBe(one("Active accounts"));
    expect(one("Due in 90 days")).toBe(story.customers.due);
    expect(total({ table: "Growth", measures: ["Lost accounts"], lastMonths: 1 }, at)).toBe(story.customers.lost);
  });

  test("what the headline of churn says is so: late delivery first, and the Islands lose most for their size", () => {
    expect(valuesOf({ table: "Growth", measures: ["Lost accounts"], by: "Reason" }, at)[0]?.[0]).toBe("Late delivery");
    expect(valuesOf({ table: "Growth", measures: ["Churn rate"], by: "Region" }, at)[0]?.[0]).toBe("Islands");
    const lost = valuesOf({ table: "Growth", measures: ["Lost accounts"], by: "Month" }, at).map(([, value]) => value);
    expect(lost.at(-1)).toBe(Math.max(...lost));
  });

  test("what campaigns bring is what the pipeline has won", () => {
    expect(total({ table: "Growth", measures: ["New business"] }, at)).toBe(
      total({ table: "Pipeline", measures: ["Won value"] }, at),
    );
  });

  test("stages come in their order, and every tile of every Liveboard has something that changes", () => {
    const stages = valuesOf({ table: "Pipeline", measures: ["Deals"], by: "Stage" }, at);
    expect(stages.map(([label]) => label)).toEqual(["Qualified", "Demo", "Proposal", "Negotiation"]);
    const counts = stages.map(([, value]) => value);
    expect(counts).toEqual([...counts].sort((one, other) => other - one));
    for (const { name, tabs } of liveboards)
      for (const { title, query } of tabs.flatMap(({ tiles }) => tiles)) {
        const values = valuesOf(query, at).map(([, value]) => Math.round(value * 10));
        expect([name, title, new Set(values).size > 1 || query.by === undefined]).toEqual([name, title, true]);
      }
  });
});

test("every row has a region, so that row security finds it", () => {
  for (const table of tables) for (const row of rowsOf(table, now)) expect(row.Region).toBeDefined();
});

test("columns that ratios are made of are not found by search", () => {
  expect(understand("requests by region", undefined, now)).toBeUndefined();
  expect(understand("against plan by category", undefined, now)?.query).toMatchObject({ by: "Category" });
});

test("filters, views and saved answers name columns and values that exist", () => {
  for (const { table, filters, views } of liveboards) {
    const known = tables.find(({ name }) => name === table);
    for (const name of filters) expect(known?.columns.map((column) => column.name)).toContain(name);
    for (const { filters: chosen } of views)
      for (const [column, value] of Object.entries(chosen))
        expect(
          total(
            {
              table,
              measures: [known?.columns.find(({ kind }) => kind === "measure")?.name ?? ""],
              filters: [{ column, operator: "EQ", values: [value] }],
            },
            now,
          ),
        ).toBeGreaterThan(0);
  }
  for (const { tokens, table } of savedAnswers)
    expect(understand(tokens, tables.find(({ name }) => name === table)?.id, now)).toBeDefined();
  expect(categories.length).toBeGreaterThan(0);
});
