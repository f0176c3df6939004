/**
 * Whether an address names this machine. The one rule of the project: what is on loopback may use plain http, and what
 * is not, may not.
 */

/** `localhost` and every name below it, which browsers resolve to loopback by themselves (RFC 6761, section 6.3). */
export const isLocalhostName = (hostname: string) => /^([a-z0-9_-]+\.)*localhost\.?$/i.test(hostname);

/**
 * Whether a host name means this machine: {@link isLocalhostName}, 127.0.0.0/8 or `[::1]`.
 *
 * @param hostname as `URL.hostname` writes it: without a port, IPv6 in brackets
 */
export function isLoopbackHost(hostname: string): boolean {
  const [first, ...others] = hostname.split(".");
  const isOctet = (part: string) => /^\d{1,3}$/.test(part) && Number(part) <= 255;
  return (
    isLocalhostName(hostname) ||
    hostname === "[::1]" ||
    (first === "127" && others.length === 3 && others.every(isOctet))
  );
}

/** {@link isLoopbackHost} for an address; false for what is no address. */
export function isLoopbackUrl(address: string | URL): boolean {
  return URL.canParse(address) && isLoopbackHost(new URL(address).hostname);
}
