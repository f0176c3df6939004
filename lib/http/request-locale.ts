/** The language and time zone of a request, for vendors that show dates and numbers. Both come from the client and are validated. */
import { timeZoneCookie } from "./preferences";

/** The first language of `Accept-Language` as a BCP 47 tag; `en` when there is none. */
export function localeOf(headers: Headers): string {
  const tag = headers.get("accept-language")?.split(",")[0]?.split(";")[0]?.trim() ?? "";
  return /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/.test(tag) ? tag : "en";
}

/** The IANA time zone from the browser's cookie; null when it is missing or invalid. */
export function timeZoneOf(headers: Headers): string | null {
  const pair = headers.get("cookie")?.match(new RegExp(`(?:^|;\\s*)${timeZoneCookie}=([^;]*)`));
  const name = pair?.[1]?.replaceAll("%2F", "/") ?? "";
  return isTimeZone(name) ? name : null;
}

function isTimeZone(name: string): boolean {
  // The constructor accepts offsets such as `+02:00` too, but they are not zone names.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}
