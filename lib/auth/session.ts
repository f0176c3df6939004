import "server-only";
import { LRUCache } from "lru-cache";
/** Who is signed in. The only place that turns a request into a session; anything doubtful is nobody. */
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
const mostParts = 4;
const longestCookie = 16 * 1024;

async function sessionCookie(): Promise<string | null> {
  const jar = await cookies();
  const name = cookieName("session-token");
  const whole = jar.get(name)?.value;
  if (whole) return whole;
  const parts: string[] = [];
  for (let index = 0; index < mostParts; index += 1) {
    const part = jar.get(`${name}.${index}`)?.value;
    if (!part) break;
    parts.push(part);
  }
  return parts.length > 0 ? parts.join("") : null;
}

// Deriving the key and decrypting is the most expensive step of a request, and gives the same for the same cookie.
const decryptedCookies = () =>
  perProcess("auth:decrypted-cookies", () => new LRUCache<string, PortalSession>({ max: getConfig().cacheEntries }));

/** Decrypts a cookie of this portal; null for whatever is none, tampered with or expired. */
async function open(value: string): Promise<PortalSession | null> {
  if (value.length > longestCookie) return null;
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
 * The session of this request, or null for nobody: no cookie, a cookie that is not the portal's, an ended session, or
 * a persona where personas are not allowed (any more).
 */
export const getSession = cache(async (): Promise<PortalSession | null> => {
  const value = await sessionCookie();
  const session = value ? await open(value) : null;
  if (!session || (session.user.persona && !getConfig().personas)) return null;
  return (await sessionEnded(session.id)) ? null : session;
});

/**
 * The session of this page; sends everybody else to the sign-in page, which brings them back.
 *
 * @param returnTo the page's own path
 */
export async function requireUser(returnTo: string): Promise<PortalSession> {
  const session = await getSession();
  if (!session) redirect(signInPath(await withQuery(returnTo)));
  return session;
}

/** A deep link's filters are in its query, which a page does not know: proxy.ts tells the whole path. */
async function withQuery(path: string): Promise<string> {
  const asked = (await headers()).get("x-portal-path");
  return asked?.startsWith(`${path}?`) ? asked : path;
}
