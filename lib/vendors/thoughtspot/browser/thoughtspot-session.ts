"use client";
/**
 * ThoughtSpot's own session in this browser, which the logins by cookie and by redirect open. It belongs to one user of
 * the portal: it ends when that user signs out, and before another user's item is shown. The bearer tokens of the
 * cookieless login need none of this: the server revokes them.
 */
import { sameAccount } from "../protocol";
import { notedSession, sessionNote } from "../session-note";

const answersWithinMs = 3_000;
const withCookies = { credentials: "include", cache: "no-store" } as const;

/** Remembers that this browser may hold a session there. */
export function noteThoughtSpotSession(host: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser the portal supports
  document.cookie = sessionNote(host, location.origin);
}

/**
 * Ends the session at ThoughtSpot, whoever's it is. Needs no answer that can be read: where the CORS list does not name
 * the portal, the plain request ends it as well. Browsers that block third-party cookies keep the cookie from both; what
 * they then hold lives in a tab of its own and idles out.
 *
 * @param keepalive lets the request outlive the page
 */
export async function endThoughtSpotSession(host: string, keepalive = false): Promise<void> {
  const address = `${host}/callosum/v1/session/logout`;
  const options = { ...withCookies, method: "POST", keepalive, signal: AbortSignal.timeout(answersWithinMs) };
  try {
    await fetch(address, { ...options, headers: { "x-requested-by": "ThoughtSpot" } });
  } catch {
    await fetch(address, { ...options, mode: "no-cors" }).catch(() => undefined);
  }
}

/** Ends the session of another account. Without an answer (CORS, network) the SDK's own probe fails as well. */
export async function endForeignThoughtSpotSession(host: string, username: string): Promise<void> {
  try {
    const signal = AbortSignal.timeout(answersWithinMs);
    const response = await fetch(`${host}/callosum/v1/session/info`, { ...withCookies, signal });
    if (!response.ok) return;
    const { userName } = (await response.json()) as { userName?: string };
    if (userName !== undefined && !sameAccount(userName, username)) await endThoughtSpotSession(host);
  } catch {
    // Told by the sign-in that follows.
  }
}

/** The user signs out of the portal: their session at ThoughtSpot ends too. */
export function leaveThoughtSpot(): void {
  const host = notedSession(document.cookie);
  if (!host) return;
  // biome-ignore lint/suspicious/noDocumentCookie: as above
  document.cookie = sessionNote(null, location.origin);
  void endThoughtSpotSession(host, true);
}
