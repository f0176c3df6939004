import "server-only";
/** Times in the reader's locale and time zone, formatted on the server so that nothing changes on hydration. */
import { localeOf, timeZoneOf } from "@/lib/http/request-locale";

export interface Moments {
  /** `10:41:02` today, `20 Nov, 10:41:02` before; with AM or PM where the locale uses it. */
  stamp(at: Date): string;
  /** Full date and time. */
  whole(at: Date): string;
  /** `10:32` */
  clock(at: Date): string;
}

/** Until the browser's time zone is known, times are in UTC and say so. */
export function momentsFor(headers: Headers): Moments {
  const locale = localeOf(headers);
  const known = timeZoneOf(headers);
  const timeZone = known ?? "UTC";
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const day = format({ year: "numeric", month: "numeric", day: "numeric" });
  const date = format({ day: "numeric", month: "short" });
  const time = format({ timeStyle: "medium" });
  const clock = format({ timeStyle: "short" });
  const whole = format({ dateStyle: "medium", timeStyle: "medium" });
  const today = day.format(new Date());
  const zoned = (words: string) => (known ? words : `${words} UTC`);
  const onItsDay = (at: Date, words: string) =>
    zoned(day.format(at) === today ? words : `${date.format(at)}, ${words}`);
  return {
    stamp: (at) => onItsDay(at, time.format(at)),
    whole: (at) => zoned(whole.format(at)),
    clock: (at) => onItsDay(at, clock.format(at)),
  };
}

/** `3 days`, `4 hours`, `12 minutes`, `40 seconds`: the largest unit of a duration. */
export function durationText(seconds: number): string {
  const units = [
    [86_400, "day"],
    [3600, "hour"],
    [60, "minute"],
    [1, "second"],
  ] as const;
  const [size, unit] = units.find(([length]) => seconds >= length) ?? units[3];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
