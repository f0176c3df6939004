/**
 * A cookie of the portal that says: this browser may hold a session of ThoughtSpot's own, at this address. Sign-out reads
 * it, because a ThoughtSpot session that began in a tab of its own, or before a reload, is not known otherwise. Both sides
 * write it; it holds a public address and nothing about the user.
 */
const sessionNoteName = "portal-thoughtspot-session";

/**
 * The note as a cookie that lives as long as the browser.
 *
 * @param host ThoughtSpot's public address; null takes the note away
 * @param portal the portal's own address
 */
export function sessionNote(host: string | null, portal: string): string {
  const life = host === null ? "; Max-Age=0" : "";
  const secure = portal.startsWith("https:") ? "; Secure" : "";
  return `${sessionNoteName}=${encodeURIComponent(host ?? "")}; Path=/; SameSite=Lax${life}${secure}`;
}

/** The address in the note, from a `Cookie` header or `document.cookie`; only http and https addresses count. */
export function notedSession(cookies: string): string | undefined {
  const value = new RegExp(`(?:^|;\\s*)${sessionNoteName}=([^;]*)`).exec(cookies)?.[1];
  if (!value) return undefined;
  try {
    const url = new URL(decodeURIComponent(value));
    return /^https?:$/.test(url.protocol) ? url.href.replace(/\/+$/, "") : undefined;
  } catch {
    return undefined;
  }
}
