/**
 * The world in a few figures: what a letter, a bot, a colleague or a headline says of it. They are sums of the same
 * cells and customers that the dashboards and Liveboards show.
 */
import { type Calendar, calendarAt, startOf } from "./calendar";
import { atRisk, type Customer, customerIn, customersAt, isActiveIn } from "./customers";
import { categories, launch, leading, regions, slipping, type Totals, totals, yearToDate } from "./sales";

/** Sums with what people ask of them, per cent. */
export interface Performance extends Totals {
  readonly againstPlan: number;
  readonly margin: number;
  readonly returns: number;
  /** Against the same months of the year before. */
  readonly growth: number;
}

export interface Story {
  readonly calendar: Calendar;
  /** Midnight of the first day of the last closed month. */
  readonly closedAt: number;
  readonly year: Performance;
  readonly month: Performance;
  readonly byRegion: readonly { readonly name: string; readonly year: Performance; readonly month: Performance }[];
  readonly byCategory: readonly { readonly name: string; readonly year: Performance; readonly month: Performance }[];
  readonly slipping: { readonly name: string; readonly year: Performance; readonly month: Performance };
  readonly leading: { readonly name: string; readonly year: Performance; readonly month: Performance };
  /** Of each region the margin of the year that it is to reach, per cent. */
  readonly targets: readonly number[];
  readonly launch: {
    readonly name: string;
    readonly category: string;
    readonly month: number;
    readonly growth: number;
  };
  readonly customers: {
    readonly active: number;
    readonly healthy: number;
    readonly atRisk: number;
    readonly atRiskBefore: number;
    readonly lost: number;
    /** Thousand euro that come up for renewal within 90 days, in all and of those at risk. */
    readonly due: number;
    readonly dueAtRisk: number;
  };
  readonly account: Customer & { readonly score: number; readonly scoreBefore: number };
}

/** Scores from which an account is healthy, and below which it is at risk. */
export const healthyFrom = 70;
export const riskBelow = 40;

function performance(closed: number, months: readonly number[], of: { regions?: number[]; categories?: number[] }) {
  const sum = totals(closed, { months, ...of });
  const before = totals(closed, { months: months.map((month) => month - 12), ...of });
  return {
    ...sum,
    againstPlan: (100 * sum.revenue) / sum.plan,
    margin: (100 * sum.grossMargin) / sum.revenue,
    returns: (100 * sum.returned) / sum.orders,
    growth: (100 * sum.revenue) / before.revenue - 100,
  };
}

export const dueWithinMs = 90 * 86_400_000;

let last: { readonly today: number; readonly story: Story } | undefined;

/** @param now milliseconds; the same day gives the same story */
export function storyAt(now: number): Story {
  const calendar = calendarAt(now);
  if (last?.today === calendar.today) return last.story;
  const { closed, today } = calendar;
  const year = yearToDate(calendar);
  const both = (of: { regions?: number[]; categories?: number[] }) => ({
    year: performance(closed, year, of),
    month: performance(closed, [closed], of),
  });
  const byRegion = regions.map(({ name }, region) => ({ name, ...both({ regions: [region] }) }));
  const byCategory = categories.map(({ name }, category) => ({ name, ...both({ categories: [category] }) }));
  const all = customersAt(calendar);
  const active = all.flatMap((customer, index) =>
    isActiveIn(customer, closed) ? [{ customer, ...customerIn(customer, index, closed, closed) }] : [],
  );
  const risky = active.filter(({ score }) => score < riskBelow);
  const riskyBefore = all.filter(
    (customer, index) =>
      isActiveIn(customer, closed - 6) && customerIn(customer, index, closed, closed - 6).score < riskBelow,
  );
  const due = (list: typeof active) =>
    list.reduce((sum, { customer }) => sum + (customer.renews <= today + dueWithinMs ? customer.value : 0), 0);
  const index = all.findIndex(({ name }) => name === atRisk);
  const account = all[index] as Customer;
  const story: Story = {
    calendar,
    closedAt: startOf(closed),
    ...both({}),
    byRegion,
    byCategory,
    slipping: byRegion[slipping] as Story["slipping"],
    leading: byRegion[leading] as Story["leading"],
    targets: regions.map(({ target }) => target),
    launch: {
      name: launch.name,
      category: categories[launch.category]?.name ?? "",
      month: startOf(closed - launch.ago),
      growth: byCategory[launch.category]?.month.growth ?? 0,
    },
    customers: {
      active: active.length,
      healthy: active.filter(({ score }) => score > healthyFrom).length,
      atRisk: risky.length,
      atRiskBefore: riskyBefore.length,
      lost: all.filter(({ left }) => left === closed).length,
      due: due(active),
      dueAtRisk: due(risky),
    },
    account: {
      ...account,
      score: customerIn(account, index, closed, closed).score,
      scoreBefore: customerIn(account, index, closed, closed - 8).score,
    },
  };
  last = { today: calendar.today, story };
  return story;
}
