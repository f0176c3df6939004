/**
 * The days of the world. Everything is dated from today, in UTC: books are closed by whole months, and the reporting year
 * is the year of the last closed month. So on the first of January it is still the year before, complete.
 */

/** A month as one number, so that months can be added: year × 12 + month (0 to 11). */
export type Month = number;

export const monthIn = (year: number, month: number): Month => year * 12 + month;
export const yearOf = (month: Month): number => Math.floor(month / 12);
/** 0 to 11. */
export const numberInYear = (month: Month): number => ((month % 12) + 12) % 12;
/** Midnight of the first day, milliseconds. */
export const startOf = (month: Month): number => Date.UTC(yearOf(month), numberInYear(month), 1);

export const dayMs = 86_400_000;

export interface Calendar {
  /** Midnight of today, milliseconds. */
  readonly today: number;
  /** The last month that is over. */
  readonly closed: Month;
  /** The year of {@link closed}. */
  readonly year: number;
  /** How many months of the year are closed, 1 to 12. */
  readonly monthsClosed: number;
}

/** @param now milliseconds */
export function calendarAt(now: number): Calendar {
  const date = new Date(now);
  const closed = monthIn(date.getUTCFullYear(), date.getUTCMonth()) - 1;
  return {
    today: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()),
    closed,
    year: yearOf(closed),
    monthsClosed: numberInYear(closed) + 1,
  };
}

/** Midnights of all days of a month, leap days included. */
export function daysOf(month: Month): number[] {
  const days: number[] = [];
  for (let day = startOf(month); day < startOf(month + 1); day += dayMs) days.push(day);
  return days;
}

/** A week from Monday to Sunday. */
export interface Week {
  readonly start: number;
  /** The week's number by ISO 8601. */
  readonly number: number;
}

const mondayOf = (day: number) => day - ((new Date(day).getUTCDay() + 6) % 7) * dayMs;

/** The number of a week by ISO 8601: the week that holds 4 January is the first one. */
function weekNumber(monday: number): number {
  const thursday = monday + 3 * dayMs;
  const first = mondayOf(Date.UTC(new Date(thursday).getUTCFullYear(), 0, 4));
  return Math.round((monday - first) / (7 * dayMs)) + 1;
}

/** The last complete weeks before today, newest first. */
export function weeksBefore(today: number, count: number): Week[] {
  const current = mondayOf(today);
  return Array.from({ length: count }, (_, index) => {
    const start = current - (index + 1) * 7 * dayMs;
    return { start, number: weekNumber(start) };
  });
}
