/**
 * The retailer's business customers: accounts with a plan and a yearly renewal, the deals that win them, and why some
 * leave. Where the Islands slip, their customers get unhappy: late goods are what they pay for.
 */
import { type Calendar, dayMs, type Month, numberInYear, startOf } from "./calendar";
import { chance, noise, pick } from "./noise";
import { regions, slipAt, slipping } from "./sales";

const industries = ["Manufacturing", "Health", "Retail", "Finance", "Public", "Transport"] as const;
export const plans = ["Enterprise", "Team", "Starter"] as const;
export const stages = ["Qualified", "Demo", "Proposal", "Negotiation", "Won", "Lost"] as const;
export const reasons = ["Late delivery", "Price", "Missing range", "Merger", "Site closed"] as const;
export const channels = ["Search", "Events", "Partners", "E-mail", "Webinars", "Social"] as const;

const firstWords =
  "Alder Granite Juniper Mosaic Harbor Cedar Lumen Quarry Summit Tidal Vale Amber Bright Copper Delta Ember Falcon Garnet Hollow Iris Jasper Keystone Laurel Meridian".split(
    " ",
  );
const secondWords =
  "Logistics Insurance Clinics Print Energy Bank Rail Works Foods Textiles Motors Labs Schools Hotels Marine Glass Timber Dairy Paper Optics".split(
    " ",
  );
const nameAt = (index: number) => {
  const at = (index * 71) % (firstWords.length * secondWords.length);
  return `${firstWords[at % firstWords.length]} ${secondWords[Math.floor(at / firstWords.length)]}`;
};

const otherWords =
  "Partners Group Foundry Brewing Studios Aviation Chemicals Fabrics Security Systems Markets Estates Museums Farms Bakeries Packaging Solar Tiles Fisheries Pharma Stadium Theatre Ferries Nursery".split(
    " ",
  );
/** 24 × 24 names, so that no two deals of sixteen months share one. */
const prospectAt = (index: number) => {
  const at = (index * 71) % (firstWords.length * otherWords.length);
  return `${firstWords[at % firstWords.length]} ${otherWords[Math.floor(at / firstWords.length)]}`;
};

/** Who somebody is, for deals and for customers alike. */
interface Profile {
  readonly region: number;
  readonly industry: string;
  readonly plan: (typeof plans)[number];
  readonly owner: string;
  readonly channel: string;
  /** Thousand euro a year. */
  readonly value: number;
}

function profileOf(...keys: number[]): Profile {
  // More than their share of customers is in the Islands: hotels and harbours.
  const at = chance(...keys, 31) * 1.06;
  let sum = 0;
  const found = regions.findIndex(({ share }) => {
    sum += share;
    return at < sum;
  });
  const region = found < 0 ? slipping : found;
  const plan = pick(plans, chance(...keys, 32) ** 0.8);
  const size = plan === "Enterprise" ? 190 : plan === "Team" ? 62 : 16;
  return {
    region,
    industry: pick(industries, chance(...keys, 33) ** 1.4),
    plan,
    owner: regions[region]?.lead ?? "",
    channel: pick(channels, chance(...keys, 34) ** 1.2),
    value: Math.round(size * (0.65 + 0.8 * chance(...keys, 35))),
  };
}

export interface Customer extends Profile {
  readonly name: string;
  readonly start: Month;
  /** The month in which it left. */
  readonly left: Month | null;
  readonly reason: string;
  /** When it renews next, milliseconds. */
  readonly renews: number;
}

/** One month of a customer. */
export interface CustomerMonth {
  readonly score: number;
  readonly use: number;
  readonly satisfaction: number;
  readonly requests: number;
  /** Requests that were answered within a day. */
  readonly answered: number;
}

export interface Deal extends Profile {
  readonly name: string;
  readonly created: Month;
  /** Months until it is won or lost. */
  readonly lasts: number;
  readonly isWon: boolean;
}

/** Deals go one stage a month; of a hundred so many are lost before each next stage. */
const lostBefore = [24, 44, 58, 66];

/** The deals that were made in a month. */
function dealsOf(closed: Month, created: Month): Deal[] {
  // Ridgeline brings more of them.
  const count = 26 + Math.round(2.4 * noise(created, 41)) + (created >= closed - 4 ? 4 : 0);
  return Array.from({ length: count }, (_, index) => {
    const at = ((index + 0.5) / count) * 100;
    const stage = lostBefore.findIndex((limit) => at < limit);
    return {
      ...profileOf(created, index),
      name: prospectAt((created % 16) * 36 + index),
      created,
      lasts: stage === -1 ? 4 : stage + 1,
      isWon: stage === -1,
    };
  });
}

let lastDeals: { readonly closed: Month; readonly deals: readonly Deal[] } | undefined;

/** All deals that were open, won or lost in the last twelve months. */
export function dealsAt(closed: Month): readonly Deal[] {
  if (lastDeals?.closed !== closed) {
    const months = Array.from({ length: 16 }, (_, index) => closed - 15 + index);
    lastDeals = { closed, deals: months.flatMap((month) => dealsOf(closed, month)) };
  }
  return lastDeals.deals;
}

/** The stage of a deal in a month; null before it was made and after it ended. */
export function stageIn(deal: Deal, month: Month): (typeof stages)[number] | null {
  const age = month - deal.created;
  if (age < 0 || age > deal.lasts) return null;
  if (age === deal.lasts) return deal.isWon ? "Won" : "Lost";
  return stages[age] ?? null;
}

const older = 280;
/** How many leave in each of the last twelve months. */
const leavers = [4, 3, 5, 4, 4, 5, 4, 5, 6, 6, 8, 9];

/** Large, in the Islands, less used every month, and soon to renew: the account that everybody talks about. */
export const atRisk = "Northwind Foods";

const renewalDay = (index: number) => 1 + Math.floor(chance(index, 51) * 28);

/** The next day of the year on which a customer renews, from today on. */
function renewsAfter(today: number, start: Month, day: number): number {
  const year = new Date(today).getUTCFullYear();
  const at = Date.UTC(year, numberInYear(start), day);
  return at >= today ? at : Date.UTC(year + 1, numberInYear(start), day);
}

let lastCustomers: { readonly today: number; readonly customers: readonly Customer[] } | undefined;

/** All customers of the last twelve months, those that left included. */
export function customersAt(calendar: Calendar): readonly Customer[] {
  if (lastCustomers?.today !== calendar.today)
    lastCustomers = { today: calendar.today, customers: makeCustomers(calendar) };
  return lastCustomers.customers;
}

function makeCustomers({ closed, today }: Calendar): Customer[] {
  type Draft = Omit<Customer, "left" | "reason"> & { readonly hazard: number };
  const drafts: Draft[] = [];
  const add = (profile: Profile, start: Month, name: string) => {
    const index = drafts.length;
    const hazard =
      (profile.plan === "Starter" ? 2.4 : profile.plan === "Team" ? 1.8 : 1.1) *
      (profile.region === slipping ? 2.5 : 1) *
      (0.5 + chance(index, 52));
    drafts.push({ ...profile, name, start, renews: renewsAfter(today, start, renewalDay(index)), hazard });
  };
  for (let index = 0; index < older; index++) add(profileOf(index, 7), closed - 14 - (index % 48), nameAt(index));
  for (const deal of dealsAt(closed)) {
    const start = deal.created + deal.lasts;
    if (deal.isWon && start > closed - 12 && start <= closed) add(deal, start, deal.name);
  }
  const left = new Map<number, Month>();
  for (const [index, count] of leavers.entries()) {
    const month = closed - 11 + index;
    const may = drafts
      .map((draft, at) => ({ at, draft, risk: draft.hazard * chance(at, month) }))
      .filter(({ at, draft }) => draft.start < month - 2 && !left.has(at))
      .sort((one, other) => other.risk - one.risk);
    for (const { at } of may.slice(0, count)) left.set(at, month);
  }
  const customers = drafts.map(({ hazard: _, ...draft }, index): Customer => {
    const month = left.get(index) ?? null;
    const isLate = draft.region === slipping || chance(index, 53) < 0.1;
    return { ...draft, left: month, reason: isLate ? reasons[0] : pick(reasons.slice(1), chance(index, 54)) };
  });
  const { lead: owner = "" } = regions[slipping] ?? {};
  customers.push({
    name: atRisk,
    region: slipping,
    industry: "Manufacturing",
    plan: "Enterprise",
    owner,
    channel: "Partners",
    value: 412,
    start: closed - 34,
    left: null,
    reason: reasons[0],
    renews: startOf(closed + 2) + 11 * dayMs,
  });
  return customers;
}

/** Whether it was a customer at the end of a month. */
export const isActiveIn = ({ start, left }: Customer, month: Month): boolean =>
  start <= month && (left === null || left > month);

const within = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));

/** How a customer was in a month. */
export function customerIn(customer: Customer, index: number, closed: Month, month: Month): CustomerMonth {
  const slip = slipAt(closed, month);
  const age = month - closed + 11;
  const isNamed = customer.name === atRisk;
  const isThere = customer.region === slipping;
  // Most get a little better, some do not, and those in the region that slips get worse.
  const start = isNamed ? 79 : isThere ? 56 + 34 * chance(index, 61) : 35 + 55 * chance(index, 61) ** 0.75;
  const drift = isNamed ? 0 : 0.6 + 1.1 * noise(index, 62);
  const lost = isNamed ? 48 * slip : isThere ? (26 + 24 * chance(index, 63)) * slip : 0;
  const wave = isNamed ? 0 : 2.5 * noise(index, month, 64);
  const score = within(9, start + drift * age + wave - lost, 98);
  const requests = 3 + Math.round(4 * chance(index, month, 65)) + (isThere ? Math.round(3 * slip) : 0);
  const answered = 0.85 + 0.004 * age + 0.015 * noise(month, 66) - (isThere ? 0.22 * slip : 0);
  return {
    score: Math.round(score),
    use: Math.round(62 + score * 0.5 + age * 1.7 - lost * 0.35 + 3 * noise(index, month, 67)),
    satisfaction: Math.round(
      58 + score * 0.42 + 1.1 * age - 4 * slip + 2.2 * Math.sin(age / 1.7) + 2 * noise(index, month, 68),
    ),
    requests,
    answered: Math.min(requests, Math.round(requests * answered + 0.4 * noise(index, month, 69))),
  };
}

/** Thousand euro that a channel costs in a month, all regions together. */
export const spendOf = (channel: number, month: Month): number => {
  const base = [62, 88, 34, 18, 26, 41][channel] ?? 30;
  return Math.round(base * (1 + 0.12 * noise(channel, month, 71)));
};
