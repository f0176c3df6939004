"use client";
/**
 * Keeps the HTTP cache out of what the page asks ThoughtSpot. The SDK asks who is signed in with plain GET requests, and
 * Chromium makes equal requests that might be cached wait for one another, for up to twenty seconds: after one that hangs,
 * every new try would hang too. The SDK has no setting for it, so `fetch` says it for ThoughtSpot's address, and for that only.
 */
const hosts = new Set<string>();

const addressOf = (input: RequestInfo | URL) =>
  typeof input === "object" && "url" in input ? input.url : String(input);

/** @param host ThoughtSpot's address, without a trailing slash */
export function leaveCacheOut(host: string): void {
  const isFirst = hosts.size === 0;
  hosts.add(host);
  if (!isFirst) return;
  const plain = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const address = addressOf(input);
    const isOurs = [...hosts].some((entry) => address.startsWith(`${entry}/`));
    return isOurs ? plain(input, { cache: "no-store", ...init }) : plain(input, init);
  };
}
