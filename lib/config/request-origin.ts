import "server-only";
/**
 * A preview answers at several origins: the deployment's, the branch's, and on your own machine a loopback one. The
 * sandbox that it serves must be at the origin that the visitor's browser is on. Otherwise its frames would be
 * cross-site, and Vercel would ask for a second sign-in inside them. Every other portal has one origin, which nothing
 * here changes.
 */
import { getConfig } from "./config";
import { isLoopbackUrl } from "./loopback";

/**
 * The portal's origin as the browser of this request sees it.
 *
 * A preview's `Host` is trusted only when Vercel gave that name to the deployment, or when it is loopback.
 */
export function requestOrigin(headers: Headers): string {
  const { origin, alsoAt, sandboxMounted } = getConfig();
  if (!sandboxMounted) return origin;
  const host = headers.get("x-forwarded-host") ?? headers.get("host");
  const requested = `${headers.get("x-forwarded-proto") ?? "http"}://${host}`;
  const isOrigin = URL.canParse(requested) && new URL(requested).origin === requested;
  return isOrigin && (alsoAt.includes(requested) || isLoopbackUrl(requested)) ? requested : origin;
}

/** Moves an address below the portal's configured origin to the origin of this request; others stay as they are. */
export function rebaseToRequestOrigin(address: string, headers: Headers): string {
  const { origin } = getConfig();
  const own = address === origin || address.startsWith(`${origin}/`);
  return own ? requestOrigin(headers) + address.slice(origin.length) : address;
}

/** {@link rebaseToRequestOrigin} for every string in a record, e.g. the values that a vendor's embed receives. */
export function rebaseRecordToRequestOrigin<Value extends object>(record: Value, headers: Headers): Value {
  const rebased = Object.entries(record).map(([name, value]) => [
    name,
    typeof value === "string" ? rebaseToRequestOrigin(value, headers) : value,
  ]);
  return Object.fromEntries(rebased) as Value;
}
