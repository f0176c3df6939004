/** The world that all emulators show: dated from today, the same for the same day, and every part adds up to the whole. */
import { calendarAt, daysOf, monthIn, weeksBefore } from "./calendar";
import { customersAt, dealsAt, isActiveIn, stageIn, stages } from "./customers";
import { categories, depots, partOfMonth, regions, stores, totals, weeksOfSales } from "./sales";
import { storyAt } from "./story";

const at = (date: string) => Date.parse(`${date}Z`);

/** Days on which calendars go wrong, and one on which they do not. */
const days = [
  "2026-11-28T14:02:00",
  "2026-12-31T23:59:59",
  "2027-01-01T00:00:00",
  "2027-02-01T00:00:00",
  "2028-02-29T12:00:00",
  "2028-03-01T00:00:00",
  "2024-12-30T08:00:00",
].map((date) => [date, at(date)] as const);

describe("the calendar", () => {
  test.each([
    ["2026-11-28T14:02:00", 2026, 10],
    ["2026-12-31T23:59:59", 2026, 11],
    // On the first of January the year before is complete, and the new one has no figures yet.
    ["2027-01-01T00:00:00", 2026, 12],
    ["2027-01-31T23:59:59", 2026, 12],
    ["2027-02-01T00:00:00", 2027, 1],
    ["2028-03-01T00:00:00", 2028, 2],
  ])("%s reports the year %i with %i closed months", (date, year, monthsClosed) => {
    expect(calendarAt(at(date))).toMatchObject({ year, monthsClosed });
  });

  test("knows leap days", () => {
    expect(daysOf(monthIn(2028, 1))).toHaveLength(29);
    expect(daysOf(monthIn(2027, 1))).toHaveLength(28);
  });

  test.each([
    // 1 January 2027 is a Friday in week 53 of 2026, which began on 28 December.
    ["2027-01-01T00:00:00", 52, "2026-12-21"],
    ["2027-01-04T00:00:00", 53, "2026-12-28"],
    ["2027-01-11T00:00:00", 1, "2027-01-04"],
    // 30 December 2024 is a Monday in week 1 of 2025.
    ["2025-01-06T00:00:00", 1, "2024-12-30"],
  ])("on %s the last complete week is %i, from %s", (date, number, start) => {
    expect(weeksBefore(at(date), 1)).toEqual([{ number, start: at(`${start}T00:00:00`) }]);
  });
});

describe.each(days)("on %s", (_, now) => {
  const story = storyAt(now);
  const { calendar } = story;
  const { closed } = calendar;

  test("the same day tells the same story, and the hour does not matter", () => {
    storyAt(now - 400 * 86_400_000);
    expect(storyAt(calendar.today)).toEqual(story);
  });

  test("regions, and categories, add up to the company", () => {
    for (const parts of [story.byRegion, story.byCategory])
      for (const fact of ["revenue", "plan", "orders", "returned", "grossMargin"] as const)
        expect(parts.reduce((sum, { year }) => sum + year[fact], 0)).toBeCloseTo(story.year[fact], 3);
  });

  test("weeks are made of days, and the days of a month add up to it", () => {
    for (const month of [closed, closed - 1])
      for (const region of regions.keys())
        expect(daysOf(month).reduce((sum, day) => sum + partOfMonth(day, region), 0)).toBeCloseTo(1);
    const weeks = weeksOfSales(calendar, 26);
    expect(weeks[0]?.start).toBeLessThan(calendar.today);
    // Half a year of weeks is about the months that it covers.
    const monthly = totals(closed, { months: [0, 1, 2, 3, 4, 5].map((back) => closed - back) }).orders / 6;
    const weekly = weeks.reduce((sum, { orders }) => sum + orders.reduce((all, one) => all + one, 0), 0) / 26;
    expect(weekly * (365.25 / 12 / 7)).toBeGreaterThan(monthly * 0.85);
    expect(weekly * (365.25 / 12 / 7)).toBeLessThan(monthly * 1.15);
  });

  test("the story is there: Islands slip, West carries, Outdoor was launched", () => {
    const byPlan = [...story.byRegion].sort((one, other) => one.month.againstPlan - other.month.againstPlan);
    expect(byPlan[0]?.name).toBe("Islands");
    expect(byPlan.at(-1)?.name).toBe("West");
    expect(story.slipping.month.againstPlan).toBeLessThan(95);
    expect(story.slipping.month.margin).toBeLessThan(22);
    expect(story.year.againstPlan).toBeGreaterThan(100);
    const byGrowth = [...story.byCategory].sort((one, other) => other.month.growth - one.month.growth);
    expect(byGrowth[0]?.name).toBe(story.launch.category);
  });

  test("a large customer is at risk and renews within 90 days", () => {
    expect(story.account.score).toBeLessThan(40);
    expect(story.account.score).toBeLessThan(story.account.scoreBefore - 30);
    const days = (story.account.renews - calendar.today) / 86_400_000;
    expect(days).toBeGreaterThan(0);
    expect(days).toBeLessThan(90);
    expect(story.customers.atRisk).toBeGreaterThan(story.customers.atRiskBefore);
    expect(story.customers.dueAtRisk).toBeGreaterThanOrEqual(story.account.value);
  });

  test("a month more or less of customers is what was won and lost in it", () => {
    const customers = customersAt(calendar);
    expect(new Set(customers.map(({ name }) => name)).size).toBe(customers.length);
    const active = (month: number) => customers.filter((customer) => isActiveIn(customer, month)).length;
    for (let month = closed - 10; month <= closed; month++) {
      const won = dealsAt(closed).filter((deal) => stageIn(deal, month) === "Won").length;
      const lost = customers.filter(({ left }) => left === month).length;
      expect(active(month)).toBe(active(month - 1) + won - lost);
    }
  });

  test("the funnel narrows from stage to stage", () => {
    const count = (stage: string) => dealsAt(closed).filter((deal) => stageIn(deal, closed) === stage).length;
    const open = stages.slice(0, 4).map(count);
    expect(open).toEqual([...open].sort((one, other) => other - one));
    expect(new Set(open).size).toBe(4);
  });
});

test("there are 214 stores with names of their own, and places are parts of their regions", () => {
  expect(new Set(stores.map(({ name }) => name)).size).toBe(214);
  for (const places of [stores, depots])
    for (const region of regions.keys())
      expect(places.filter((one) => one.region === region).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
});

test("history does not change while a month is open", () => {
  const months = Array.from({ length: 12 }, (_, index) => monthIn(2026, 9) - index);
  const sums = ["2026-11-01T00:00:00", "2026-11-30T23:59:59"].map((date) => {
    const { closed } = calendarAt(at(date));
    return totals(closed, { months });
  });
  expect(sums[0]).toEqual(sums[1]);
  expect(categories).toHaveLength(7);
});
