/**
 * Who may frame a page, read from its headers as browsers read them: `frame-ancestors` of Content Security Policy Level 3
 * (https://www.w3.org/TR/CSP3/#directive-frame-ancestors) and, only where no policy has that directive, X-Frame-Options
 * (https://html.spec.whatwg.org/multipage/document-lifecycle.html#the-x-frame-options-header).
 */

/** Whether a page may be framed, and the header that decides. */
export interface Framing {
  readonly allowed: boolean;
  /** No header limits who may frame the page: any page of the web may. */
  readonly anyone: boolean;
  /** The header that decides, e.g. `frame-ancestors 'self'` or `X-Frame-Options: deny`; null when there is none. */
  readonly because: string | null;
}

const whitespace = /[\t\n\f\r ]+/;

const split = (text: string) => text.split(whitespace).filter(Boolean);

/**
 * The source list of `frame-ancestors` in each policy that has the directive. Several headers, and several policies in
 * one header, are separated by commas; of a directive that a policy repeats, the first counts
 * (https://www.w3.org/TR/CSP3/#parse-serialized-policy).
 *
 * @param header the value of `Content-Security-Policy`, or null when there is none
 */
export function frameAncestors(header: string | null): readonly (readonly string[])[] {
  return (header ?? "").split(",").flatMap((policy) => {
    for (const directive of policy.split(";")) {
      if (/[\u0080-\uffff]/.test(directive)) continue;
      const [name, ...sources] = split(directive);
      if (name?.toLowerCase() === "frame-ancestors") return [sources];
    }
    return [];
  });
}

/**
 * Whether a page may be framed by another one.
 *
 * @param headers of the page's answer
 * @param page the page's own address
 * @param ancestors every page around it, from the nearest to the top: all of them must be allowed
 */
export function framingOf(headers: Headers, page: string | URL, ...ancestors: readonly (string | URL)[]): Framing {
  const own = new URL(page);
  const around = ancestors.map((ancestor) => new URL(new URL(ancestor).origin));
  const lists = frameAncestors(headers.get("content-security-policy"));
  if (lists.length === 0) return framingByOptions(headers.get("x-frame-options"), own, around);
  const refusing = lists.find((sources) => !around.every((ancestor) => allows(sources, ancestor, own)));
  const limiting = lists.find((sources) => !sources.includes("*"));
  return {
    allowed: refusing === undefined,
    anyone: limiting === undefined,
    because: ["frame-ancestors", ...(refusing ?? limiting ?? lists[0] ?? [])].join(" "),
  };
}

/** Values that differ are a mistake and refuse everyone; unknown ones, `ALLOW-FROM` among them, are ignored. */
function framingByOptions(header: string | null, own: URL, around: readonly URL[]): Framing {
  if (header === null) return { allowed: true, anyone: true, because: null };
  const values = [...new Set(header.split(",").map((value) => value.trim().toLowerCase()))];
  const [value] = values;
  const known = values.some((entry) => ["deny", "sameorigin", "allowall"].includes(entry));
  const limits = (values.length > 1 && known) || value === "deny" || value === "sameorigin";
  const sameOrigin = values.length === 1 && value === "sameorigin";
  return {
    allowed: !limits || (sameOrigin && around.every(({ origin }) => origin === own.origin)),
    anyone: !limits,
    because: `X-Frame-Options: ${header}`,
  };
}

/** "Does url match source list": `'none'` beside other sources is ignored, and an empty list matches nothing. */
const allows = (sources: readonly string[], ancestor: URL, own: URL) =>
  sources.some((source) => matches(source, ancestor, own));

const hostSource =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)(?::(\d+|\*))?(\/.*)?$/i;
const schemeSource = /^([a-z][a-z0-9+.-]*):$/i;

/** "Does url match expression in origin" (https://www.w3.org/TR/CSP3/#match-url-to-source-expression). */
function matches(source: string, ancestor: URL, own: URL): boolean {
  if (source === "*") return isHttp(ancestor) || ancestor.protocol === own.protocol;
  if (source.toLowerCase() === "'self'") return isSelf(ancestor, own);
  const scheme = schemeSource.exec(source)?.[1];
  if (scheme !== undefined) return schemeMatches(scheme, ancestor);
  const [, named, host, port, path] = hostSource.exec(source) ?? [];
  if (host === undefined) return false;
  return (
    schemeMatches(named ?? own.protocol.slice(0, -1), ancestor) &&
    hostMatches(host.toLowerCase(), ancestor.hostname) &&
    portMatches(port, ancestor) &&
    // An ancestor is compared by its origin, which has the path "/": a source with another one matches nothing.
    (path === undefined || path === "/")
  );
}

const isHttp = ({ protocol }: URL) => protocol === "http:" || protocol === "https:";

/** What a scheme covers besides itself: a source that names http covers https too, never the reverse. */
const upgrades: Readonly<Record<string, readonly string[]>> = {
  http: ["https:"],
  ws: ["wss:", "http:", "https:"],
  wss: ["https:"],
};

function schemeMatches(scheme: string, { protocol }: URL): boolean {
  const wanted = scheme.toLowerCase();
  return (
    `${wanted}:` === protocol || (Object.hasOwn(upgrades, wanted) && Boolean(upgrades[wanted]?.includes(protocol)))
  );
}

/** `*.example.com` is every name below example.com, and not example.com itself. */
const hostMatches = (pattern: string, host: string) =>
  pattern === "*" || (pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : pattern === host);

const defaultPorts: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/** Without a port a source means the scheme's default one. */
const portMatches = (port: string | undefined, { port: actual, protocol }: URL) =>
  port === "*" || (port === undefined ? actual === "" : String(Number(port)) === (actual || defaultPorts[protocol]));

/** The page's own origin; and the same host over https where the page is on http, both on their default ports. */
function isSelf(ancestor: URL, own: URL): boolean {
  if (ancestor.origin === own.origin) return true;
  const upgraded = own.protocol === "http:" && ancestor.protocol === "https:";
  return upgraded && ancestor.hostname === own.hostname && ancestor.port === own.port;
}
