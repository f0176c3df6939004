/** What all endpoints share: who asks, cookies, forms, CORS, allow-lists and the rate limit. */
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { dropsSecureCookies } from "../kit/clients";
import { frameCookie } from "../kit/cookies";
import { isListed, policySources } from "./allow-lists";
import { type Cluster, type Principal, type Scope, scopeOf, type User } from "./cluster";
import { Refusal } from "./errors";
import type { Switches } from "./switches";

export const sessionCookie = "JSESSIONID";

/** The bearer of the request, if it has one. */
export function bearer(c: Context): string | undefined {
  return /^Bearer\s+(.+)$/i.exec(c.req.header("authorization") ?? "")?.[1]?.trim();
}

/**
 * Bearer first, then the session cookie. A bearer that is not good is a refusal, whatever the cookie says.
 *
 * @param options `v1Bearer` is true only for the endpoint that may take a v1 token as a bearer
 */
export function principal(c: Context, cluster: Cluster, options: { v1Bearer?: boolean } = {}): Principal {
  const token = bearer(c);
  if (token !== undefined) {
    const read = cluster.readV2(token);
    if (read.state === "ok") {
      const { user } = read;
      return { user, privileges: cluster.privilegesOf(user), ...scopeOf(read), via: "bearer", token };
    }
    const old = options.v1Bearer ? cluster.readV1(token) : undefined;
    if (old) return { user: old.user, privileges: cluster.privilegesOf(old.user), ...old.scope, via: "bearer" };
    throw new Refusal(401, read.state === "expired" ? "The token has expired" : "The token is not valid");
  }
  const session = cluster.session(getCookie(c, sessionCookie));
  if (!session) throw new Refusal(401, "There is no session");
  return { user: session.user, privileges: cluster.privilegesOf(session.user), ...session.scope, via: "cookie" };
}

/** Whether this sign-in carries one of the privileges. One that opens a single object carries none, whoever's it is. */
export function holds(principal: Principal, ...privileges: string[]): boolean {
  return (
    principal.access === "FULL" &&
    principal.privileges.some((privilege) => privilege === "ADMINISTRATION" || privileges.includes(privilege))
  );
}

export function wants(principal: Principal, ...privileges: string[]): void {
  if (!holds(principal, ...privileges)) throw new Refusal(403, "The user lacks the privilege for this");
}

/** Opens a session and sets its cookies, unless the switch says that none may be set. */
export function signIn(c: Context, cluster: Cluster, user: User, scope: Scope, remember = false): void {
  const id = cluster.openSession(user, scope, remember);
  if (cluster.switches().dropCookies) return;
  const cookie = { path: "/", httpOnly: true, ...(remember ? { maxAge: 7 * 86_400 } : {}) } as const;
  const embeddable = { ...cookie, ...embeddedCookie(cluster) };
  // Without TLS as the page `session-api` has it (lib/vendors/thoughtspot/SOURCES.md).
  setCookie(c, sessionCookie, id, dropsSecureCookies(c) ? cookie : embeddable);
  setCookie(c, "clientId", user.id, embeddable);
}

/** Attributes of a cookie that lives in frames. */
const embeddedCookie = ({ isSameSite, lists }: Cluster) => ({
  ...frameCookie({ sameSite: isSameSite }),
  ...(lists.partitionedCookies ? { partitioned: true } : {}),
});

export function signOut(c: Context, cluster: Cluster): boolean {
  const had = cluster.endSession(getCookie(c, sessionCookie));
  const attributes = { path: "/", ...embeddedCookie(cluster) };
  deleteCookie(c, sessionCookie, attributes);
  deleteCookie(c, "clientId", attributes);
  return had;
}

/** The fields of a form body. Anything but a form is 415, as for every v1 call. */
export async function form(c: Context): Promise<Record<string, string>> {
  const type = c.req.header("content-type") ?? "";
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type))
    throw new Refusal(415, "The body must be form data");
  const body = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

/** The org of the sign-in that a request carries, if it carries a good one. */
function orgOf(c: Context, cluster: Cluster): number | undefined {
  const token = bearer(c);
  if (token === undefined) return cluster.session(getCookie(c, sessionCookie))?.scope.org;
  const read = cluster.readV2(token);
  return read.state === "ok" ? read.org : undefined;
}

/** Echoes listed origins; others get no CORS header at all, so that a browser refuses the answer. */
export function cors(cluster: Cluster): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header("origin");
    const allowed = origin !== undefined && cluster.switches().cors && cluster.mayCall(origin, orgOf(c, cluster));
    const headers: Record<string, string> = { vary: "Origin" };
    if (allowed) {
      headers["access-control-allow-origin"] = origin;
      headers["access-control-allow-credentials"] = "true";
    }
    if (c.req.method === "OPTIONS") {
      if (allowed)
        Object.assign(headers, {
          "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS",
          "access-control-allow-headers": "authorization, x-requested-by, content-type, accept, accept-language",
          "access-control-max-age": "600",
        });
      return new Response(null, { status: 204, headers });
    }
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}

/** Where a login may send the browser: its own pages, the portal, and the hosts that an administrator listed. */
export function checkedRedirect(c: Context, cluster: Cluster, ownOrigin: string, target: string): string {
  const url = URL.canParse(target, ownOrigin) ? new URL(target, ownOrigin) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new Refusal(400, "The redirect address is not valid");
  const own = [ownOrigin, new URL(c.req.url).origin];
  if (!own.includes(url.origin) && !isListed(cluster.lists.redirect, url.origin))
    throw new Refusal(400, "The redirect host is not allowed");
  return url.href;
}

/** A bucket per client address: `rateLimit` tokens a second, ten more for a burst, then 429. */
export function rateLimit(cluster: Cluster): MiddlewareHandler {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return async (c, next) => {
    const limit = cluster.switches().rateLimit;
    if (limit <= 0) return next();
    const { incoming } = (c.env ?? {}) as { incoming?: { socket?: { remoteAddress?: string } } };
    const client = incoming?.socket?.remoteAddress ?? "local";
    const now = Date.now();
    const bucket = buckets.get(client) ?? { tokens: limit + 10, at: now };
    bucket.tokens = Math.min(limit + 10, bucket.tokens + ((now - bucket.at) / 1000) * limit);
    bucket.at = now;
    buckets.set(client, bucket);
    if (bucket.tokens < 1) throw new Refusal(429, "Too many requests");
    bucket.tokens -= 1;
    return next();
  };
}

/** `frame-ancestors` for the pages of the app. */
export const frameAncestors = (cluster: Cluster, switches: Switches): string =>
  ["'self'", ...(switches.framing ? policySources(cluster.lists.frame) : [])].join(" ");
