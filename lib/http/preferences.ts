/**
 * Display preferences of one browser, in cookies so that the server renders the page with them. Never anything secret.
 * Both sides import this file.
 */

/** An IANA name: no request header carries the browser's time zone. */
export const timeZoneCookie = "portal-time-zone";

/** Whether the rail is collapsed: the page is drawn at its final width. */
export const railCookie = "portal-rail";
export const railCollapsed = "collapsed";

/** Without a choice the style sheet follows the system. */
export const themeCookie = "portal-theme";
export type Theme = "light" | "dark";
export const isTheme = (value: unknown): value is Theme => value === "light" || value === "dark";

/**
 * Stores a preference for a year. In the browser; the server reads it at the next request.
 *
 * @param value null deletes it
 */
export function rememberPreference(name: string, value: string | null): void {
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  const life = value === null ? 0 : 365 * 24 * 3600;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser the portal supports
  document.cookie = `${name}=${value ?? ""}; Path=/; Max-Age=${life}; SameSite=Lax${secure}`;
}
