/** What dashboards, the report, the letter and the bot show: the world's figures, all the same. */
import portal from "@/portal.config";
import { figure } from "../kit/format";
import { storyAt } from "../kit/world/story";
import { objects } from "./content";
import { botModel, dashboardModel, documentModel, previewOf, reportModel } from "./data";

const now = Date.parse("2026-11-28T09:00:00Z");
const story = storyAt(now);
const dashboards = objects.filter(({ kind }) => kind === "dashboard");
const idOf = (slug: string) => portal.items.find((item) => item.slug === slug)?.target.objectId;
const modelOf = (slug: string) => {
  const found = objects.find(({ id }) => id === idOf(slug));
  if (!found) throw new Error(`There is no ${slug}`);
  return dashboardModel(found, now, "en");
};

type Model = ReturnType<typeof dashboardModel>;

/** Adds up a fact over the closed months of the last year. */
function sum(model: Model, fact: keyof Model["cells"], only?: { region?: number; category?: number }): number {
  const { regions, categories, monthsClosed } = model;
  let total = 0;
  for (let month = 0; month < monthsClosed; month++)
    for (const region of regions.keys())
      for (const category of categories.keys()) {
        if (only?.region !== undefined && only.region !== region) continue;
        if (only?.category !== undefined && only.category !== category) continue;
        total += model.cells[fact][((24 + month) * regions.length + region) * categories.length + category] ?? 0;
      }
  return total;
}

test("sales performance is the company's year", () => {
  const model = modelOf("sales-performance");
  expect(sum(model, "value")).toBeCloseTo(story.year.revenue, 1);
  expect(sum(model, "plan")).toBeCloseTo(story.year.plan, 1);
  expect(sum(model, "count")).toBe(story.year.orders);
  expect((100 * sum(model, "of")) / sum(model, "per")).toBeCloseTo(story.year.margin, 3);
});

test("dashboards about the same thing agree", () => {
  const [sales, network, margin] = ["sales-performance", "store-network", "margin-by-category"].map(modelOf) as [
    Model,
    Model,
    Model,
  ];
  expect(sum(network, "count")).toBeCloseTo(sum(sales, "count"), 0);
  expect(sum(network, "rated") / sum(network, "ratedPer")).toBeCloseTo(sum(sales, "rated") / sum(sales, "ratedPer"), 5);
  expect(sum(margin, "value")).toBeCloseTo(sum(sales, "of"), 1);
  expect(sum(margin, "of") / sum(margin, "per")).toBeCloseTo(sum(sales, "of") / sum(sales, "per"), 5);
});

test.each(dashboards.map((object) => [object.name, object] as const))(
  "%s: months that are not over have a plan and no figures, and places are parts of their regions",
  (_, object) => {
    const model = dashboardModel(object, now, "en");
    const per = model.regions.length * model.categories.length;
    expect(model.years).toEqual([2024, 2025, 2026]);
    expect(model.cells.value).toHaveLength(36 * per);
    expect(model.cells.value.slice(0, 34 * per)).not.toContain(null);
    expect(new Set(model.cells.value.slice(34 * per))).toEqual(new Set([null]));
    expect(model.cells.plan).not.toContain(null);
    for (const region of model.regions.keys()) {
      const places = model.places.filter((place) => place.region === region);
      expect(places).toHaveLength(model.regions[region]?.places ?? -1);
      for (const share of ["value", "plan", "of"] as const)
        expect(places.reduce((all, place) => all + place[share], 0)).toBeCloseTo(1);
    }
  },
);

test("each dashboard tells that something is wrong in the Islands, or what the region is behind", () => {
  for (const object of dashboards) expect(dashboardModel(object, now, "en").headline).toContain("Islands");
});

test("the letter, the bot and the home page say the dashboard's revenue", () => {
  const revenue = figure(story.year.revenue, "k€", "en");
  const [summary] = documentModel(now, "en").layouts;
  expect(summary?.paragraphs.join(" ")).toContain(revenue);
  expect(summary?.figures.map(({ value }) => value)).toContain(revenue);
  expect(botModel(now, "en").suggestions[0]?.answer).toContain(revenue);
  const sales = objects.find(({ id }) => id === idOf("sales-performance"));
  expect(sales && previewOf(sales, now, "en")?.value).toBe(figure(story.month.revenue, "k€", "en"));
});

test("the report has the last complete weeks, whatever the day", () => {
  const { weeks } = reportModel(now);
  expect(weeks[0]).toMatchObject({ number: 47, start: Date.parse("2026-11-16T00:00:00Z") });
  for (const { orders, revenue } of weeks) expect([Math.min(...orders) > 0, revenue > 0]).toEqual([true, true]);
});

test.each([
  ["de-DE", "445,2\u00a0Mio.\u00a0€", "28,3\u00a0%"],
  ["ar-EG", "مليون", "٢٨٫٣"],
])("figures and months of the letter are in the reader's language %s", (locale, million, margin) => {
  const text = JSON.stringify(documentModel(now, locale));
  expect(text).toContain(million);
  expect(text).toContain(margin);
  expect(text).toContain(new Intl.DateTimeFormat(locale, { month: "long" }).format(story.closedAt));
  expect(text).not.toMatch(/October|€4/);
});
