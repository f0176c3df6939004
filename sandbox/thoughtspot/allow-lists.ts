/**
 * The lists of domains in ThoughtSpot's security settings: which entries a cluster accepts, and which origins an entry
 * covers. Source: the table "Domain name format for CSP and CORS configuration" of
 * https://developers.thoughtspot.com/docs/security-settings, row by row in `allow-lists.test.ts`.
 */

/** Hosts that may frame the application, hosts that its scripts may call, and origins that may call it. */
export type ListKind = "visual-embed" | "connect-src" | "cors";

/** The characters a whole list may have. */
const maxLength = 4096;

/** An entry taken apart: scheme, host, port and path, each as written. */
const shape = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/:?#]+)(?::([^/?#]*))?([/?#].*)?$/i;

const label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const domain = new RegExp(`^(?:${label}\\.)+${label}$`, "i");
const word = new RegExp(`^${label}$`, "i");

/** Entries of one text field or one list: the page and the API both take several in one string, separated by commas. */
export const entriesOf = (list: readonly string[]): string[] =>
  list.flatMap((text) => text.split(",").map((entry) => entry.trim())).filter(Boolean);

/**
 * Why a cluster refuses an entry.
 *
 * @returns a sentence without a full stop; undefined when the entry is accepted
 */
export function refusalOf(kind: ListKind, entry: string): string | undefined {
  if (/[\s;]/.test(entry)) return "Domain names hold no spaces, and are separated by commas";
  if (entry === "*") return kind === "cors" ? "CORS takes no wildcard but .*" : undefined;
  if (entry === ".*") return undefined;
  const [, scheme, host = "", port, rest] = shape.exec(entry) ?? [];
  if (!host) return "This is not a domain name";
  if (scheme && !(kind === "cors" ? /^https?$/i : /^(https?|wss)$/i).test(scheme))
    return "The protocol is not supported";
  if (port !== undefined && !/^(\d{1,5}|\*)$/.test(port)) return "The port is not a number";
  if (rest !== undefined && rest !== "/") {
    if (/[?#]/.test(rest)) return "Query parameters are not supported";
    if (kind === "cors") return "CORS takes no paths";
    if (/[*\\]/.test(rest)) return "Paths take no wildcards";
  }
  return hostRefusal(kind, host, port);
}

function hostRefusal(kind: ListKind, host: string, port: string | undefined): string | undefined {
  // The regular expression of the CORS list: the dot after its wildcard must be escaped.
  const pattern = kind === "cors" ? /^\.\*\\\.(.*)$/.exec(host)?.[1] : /^\*\.(.*)$/.exec(host)?.[1];
  if (pattern !== undefined) return domain.test(pattern) ? undefined : "A wildcard stands before a whole domain name";
  if (/[*\\]/.test(host))
    return kind === "cors" ? "CORS takes no wildcard but .*, its next dot escaped" : "Only one leading *. is supported";
  if (host === "localhost" || domain.test(host)) return undefined;
  // `thoughtspot` is refused, `thoughtspot:*` is not: both are rows of the table.
  return port === "*" && word.test(host) ? undefined : "A plain word is not a domain name";
}

/** Why a cluster refuses a whole list. */
export function listRefusal(kind: ListKind, list: readonly string[]): string | undefined {
  if (list.join(",").length > maxLength) return `A list is longer than ${maxLength} characters`;
  for (const entry of entriesOf(list)) {
    const refusal = refusalOf(kind, entry);
    if (refusal) return `${refusal}: ${entry}`;
  }
  return undefined;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Whether one accepted entry covers an origin. Without a protocol, https is meant. */
function covers(entry: string, origin: string): boolean {
  if (entry === "*" || entry === ".*") return true;
  const [, scheme = "https", host = "", port] = shape.exec(entry) ?? [];
  const url = new URL(origin);
  if (url.protocol !== `${scheme.toLowerCase()}:`) return false;
  if (port !== "*" && url.port !== standardless(scheme, port)) return false;
  const suffix = /^(?:\*\.|\.\*\\\.)(.*)$/.exec(host)?.[1];
  const source = suffix === undefined ? escaped(host) : `.+\\.${escaped(suffix)}`;
  return new RegExp(`^${source}$`, "i").test(url.hostname);
}

/** A port as `URL.port` has it: empty for the protocol's own. */
const standardless = (scheme: string, port = "") =>
  (/^https$/i.test(scheme) && port === "443") || (/^http$/i.test(scheme) && port === "80") ? "" : port;

/** Whether a list covers an origin such as `https://portal.example.com`. */
export const isListed = (list: readonly string[], origin: string): boolean =>
  URL.canParse(origin) && entriesOf(list).some((entry) => covers(entry, origin));

/** A list as the sources of a policy: an entry without a protocol means https. */
export const policySources = (list: readonly string[]): string[] =>
  entriesOf(list).map((entry) => {
    if (entry === "*" || entry === ".*") return "*";
    return /^[a-z][a-z0-9+.-]*:\/\//i.test(entry) ? entry : `https://${entry}`;
  });
