/**
 * Whether a request was made by the portal's own pages. Two independent signals: the exact `Origin` header, and
 * `Sec-Fetch-Site` where the browser sends it. A page's script can set neither.
 */

/**
 * @param headers the request's headers
 * @param origins the portal's own origins, each exactly as a browser writes it
 */
export function isSameOrigin(headers: Headers, origins: readonly string[]): boolean {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  return origin !== null && origins.includes(origin) && (site === null || site === "same-origin");
}

/**
 * Whether a browser says that another site sent this form or server action. Next compares `Origin` with `Host`, which
 * accepts http for https and a forged forwarded host; this is a second, independent check.
 */
export function isFromAnotherSite(headers: Headers): boolean {
  return ["cross-site", "same-site"].includes(headers.get("sec-fetch-site") ?? "");
}
