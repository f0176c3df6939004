/**
 * When something was opened, in the user's locale: minutes within the hour, then the time, then the day.
 *
 * @param at and now milliseconds since the epoch
 */
export function agoText(at: number, now: number, locale?: string): string {
  const minutes = Math.floor((now - at) / 60_000);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  if (minutes < 1) return "Just now";
  if (minutes < 60) return relative.format(-minutes, "minute");
  const time = new Date(at).toLocaleTimeString(locale, { timeStyle: "short" });
  const days = daysBetween(at, now);
  if (days === 0) return `${capital(relative.format(0, "day"))}, ${time}`;
  if (days === 1) return capital(relative.format(-1, "day"));
  if (days < 7) return new Date(at).toLocaleDateString(locale, { weekday: "long" });
  return new Date(at).toLocaleDateString(locale, { dateStyle: "medium" });
}

/** Calendar days, not periods of 24 hours. */
function daysBetween(at: number, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(at)) / 86_400_000);
}

const capital = (words: string) => words.charAt(0).toLocaleUpperCase() + words.slice(1);
