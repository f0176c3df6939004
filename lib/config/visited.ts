import "server-only";
/**
 * A preview answers at several addresses: the deployment's, the branch's, and on your own machine a loopback one. The
 * sandbox that it serves must be at the address the visitor is on, or its frames would be another site's and Vercel
 * would ask for a second sign-in inside them. Everywhere else a portal has one address, and nothing here changes it.
 */
import { getConfig } from "./config";
import { isLoopbackUrl } from "./loopback";

/**
 * The portal's origin as this request's browser sees it.
 *
 * A preview's host name is believed only when it is one that Vercel gave the deployment, or loopback.
 */
export function visitedOrigin(headers: Headers): string {
  const { origin, alsoAt, sandboxMounted } = getConfig();
  if (!sandboxMounted) return origin;
  const host = headers.get("x-forwarded-host") ?? headers.get("host");
  const visited = `${headers.get("x-forwarded-proto") ?? "http"}://${host}`;
  const isOrigin = URL.canParse(visited) && new URL(visited).origin === visited;
  return isOrigin && (alsoAt.includes(visited) || isLoopbackUrl(visited)) ? visited : origin;
}

/** An address below the portal's configured origin, moved to the one that this request came to; others as they are. */
export function asVisited(address: string, headers: Headers): string {
  const { origin } = getConfig();
  const own = address === origin || address.startsWith(`${origin}/`);
  return own ? visitedOrigin(headers) + address.slice(origin.length) : address;
}

/** {@link asVisited} for every text of a record, e.g. what a vendor's embed gets. */
export function recordAsVisited<Value extends object>(record: Value, headers: Headers): Value {
  const moved = Object.entries(record).map(([name, value]) => [
    name,
    typeof value === "string" ? asVisited(value, headers) : value,
  ]);
  return Object.fromEntries(moved) as Value;
}
