/**
 * Whether a request was made by the portal's own pages. Two independent browser facts: the `Origin` header, exact, and
 * `Sec-Fetch-Site` where the browser sends it. Neither can be set by a page's script.
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
