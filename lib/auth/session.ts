import "server-only";
import { LRUCache } from "lru-cache";
/** Who is signed in. This is the only place that turns a request into a session; anything doubtful counts as signed out. */
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { decode } from "next-auth/jwt";
import { cache } from "react";
import type { PortalSession } from "@/lib/broker/user";
import { getConfig } from "@/lib/config/config";
import { perProcess } from "@/lib/per-process";
import { signInPath } from "@/lib/security/redirect";
import { sessionEnded } from "@/lib/store/ended-sessions";
import { cookieName } from "./cookies";
import { sessionFromToken } from "./token";

/** next-auth splits a long cookie into numbered parts. */
const maxCookieParts = 4;
const maxCookieLength = 16 * 1024;

async function sessionCookie(): Promise<string | null> {
  const jar = await cookies();
  const name = cookieName("session-token");
  const whole = jar.get(name)?.value;
  if (whole) return whole;
  const parts: string[] = [];
  for (let index = 0; index < maxCookieParts; index += 1) {
    const part = jar.get(`${name}.${index}`)?.value;
    if (!part) break;
    parts.push(part);
  }
  return parts.length > 0 ? parts.join("") : null;
}

// Deriving the key and decrypting is the most expensive step of a request, and gives the same for the same cookie.
const decryptedCookies = () =>
  perProcess("auth:decrypted-cookies", () => new LRUCache<string, PortalSession>({ max: getConfig().cacheEntries }));

/** Decrypts a cookie of this portal; null when it is another's, altered or expired. */
async function decryptCookie(value: string): Promise<PortalSession | null> {
  if (value.length > maxCookieLength) return null;
  const known = decryptedCookies().get(value);
  if (known) return known.expiresAt.getTime() > Date.now() ? known : null;
  try {
    const token = await decode({ token: value, secret: getConfig().authSecret, salt: cookieName("session-token") });
    const session = sessionFromToken(token);
    if (session) decryptedCookies().set(value, session);
    return session;
  } catch {
    return null;
  }
}

/**
 * The session of this request. Null without a cookie, for a cookie that is not the portal's, for an ended session, and
 * for a persona where personas are not (or no longer) allowed.
 */
export const getSession = cache(async (): Promise<PortalSession | null> => {
  const value = await sessionCookie();
  const session = value ? await decryptCookie(value) : null;
  if (!session || (session.user.persona && !getConfig().personas)) return null;
  return (await sessionEnded(session.id)) ? null : session;
});

/**
 * The session of this page. Redirects to the sign-in page, and from there back, when there is none.
 *
 * @param returnTo the page's own path
 */
export async function requireUser(returnTo: string): Promise<PortalSession> {
  const session = await getSession();
  if (!session) redirect(signInPath(await withQuery(returnTo)));
  return session;
}

/** Adds the query of a deep link, which a layout cannot read: proxy.ts passes the whole path in a header. */
async function withQuery(path: string): Promise<string> {
  const asked = (await headers()).get("x-portal-path");
  return asked?.startsWith(`${path}?`) ? asked : path;
}
