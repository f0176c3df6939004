/**
 * Whether browsers count two addresses as one site, which decides whether a vendor's cookies are first-party inside the
 * portal (HTML standard, "schemelessly same site" and "same site").
 */
import { getDomain } from "tldts";

/**
 * The part of an address that makes its site: scheme and registrable domain by the Public Suffix List, its section of
 * private suffixes included, as browsers do; the host itself for IP addresses and `localhost`.
 */
function siteOf(address: string | URL): string {
  const { protocol, hostname } = new URL(address);
  const host = hostname.replace(/\.$/, "");
  return `${protocol}//${getDomain(host, { allowPrivateDomains: true }) ?? host}`;
}

/** Whether two absolute addresses are one site. `portal.customer.co.uk` and `bi.vendor.co.uk` are not, nor http and https. */
export function isSameSite(one: string | URL, other: string | URL): boolean {
  return siteOf(one) === siteOf(other);
}
