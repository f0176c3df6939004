/**
 * What may be told of a value that went over the wire. The one place that turns secrets into text: nothing else of
 * them reaches a span.
 */
import type { Disclosure, Disclosures } from "./terms";

/** A shorter secret is not shown by its end: three of few characters are a good part of it. */
const minLengthForEnd = 16;
const maxValueLength = 80;
const maxNames = 24;

/** `55 s`, `2 h`, `90 days`. */
export function span(ms: number): string {
  if (ms < 120_000) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (ms < 2 * 3600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 48 * 3600_000) return `${Math.round(ms / 3600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}

/**
 * A token as `iden…3f9 (43 characters, ends in 55 s)`: the first word is its kind, never its beginning.
 *
 * @param kind names the token, e.g. `identity token`
 */
export function maskToken(value: string, kind: string, livesMs?: number, note?: string): string {
  const end = value.length >= minLengthForEnd ? value.slice(-3) : "";
  const facts = [
    `${value.length} characters`,
    ...(livesMs === undefined ? [] : [`ends in ${span(livesMs)}`]),
    ...(note ? [note] : []),
  ];
  return `${kind.slice(0, 4)}…${end} (${facts.join(", ")})`;
}

/** The part of a text that can be shown on one line. */
const plain = (value: string) => {
  const line = value.replace(/[^\x20-\x7e\p{L}\p{N}]/gu, " ");
  return line.length > maxValueLength ? `${line.slice(0, maxValueLength)}…` : line;
};

function disclose(name: string, value: unknown, disclosure: Disclosure | undefined, livesMs?: number): string {
  if (value === undefined || value === null || disclosure === undefined) return name;
  if (disclosure === "password") return `${name}: not shown`;
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (disclosure === "value") return `${name}: ${plain(text)}`;
  return `${name}: ${maskToken(text, disclosure.token, livesMs ?? disclosure.livesMs, disclosure.note)}`;
}

const entryOf = (disclosures: Disclosures | undefined, name: string) =>
  Object.entries(disclosures ?? {}).find(([known]) => known.toLowerCase() === name.toLowerCase());

/** Says nothing about the call: every one has them. */
const silentHeaders = new Set(["accept", "accept-encoding", "user-agent", "content-type"]);

/** The parts of a request to a vendor. */
export interface SentParts {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: object | URLSearchParams | string | undefined;
}

/** `header X-MSTR-AuthToken: auth…k2Q (32 characters)`, `cookie JSESSIONID`, `query offset`, `field password: not shown`. */
export function describeSent({ url, headers = {}, body }: SentParts, disclosures?: Disclosures): string[] {
  const told = (name: string, value: unknown) => {
    const [known = name, disclosure] = entryOf(disclosures, name) ?? [];
    return disclose(known, value, disclosure);
  };
  const fields =
    body instanceof URLSearchParams
      ? [...body]
      : typeof body === "object"
        ? Object.entries(body)
        : ([] as [string, unknown][]);
  return [
    ...Object.entries(headers).flatMap(([name, value]) => {
      if (silentHeaders.has(name.toLowerCase())) return [];
      if (name.toLowerCase() === "cookie") return cookieNames(value).map((cookie) => `cookie ${cookie}`);
      return [`header ${told(name, value)}`];
    }),
    ...[...new URL(url).searchParams.keys()].map((name) => `query ${name}`),
    ...fields.map(([name, value]) => `field ${told(name, value)}`),
  ].slice(0, maxNames);
}

const isName = (name: string) => /^[\w!#$%&'*+.^`|~-]{1,64}$/.test(name);

const cookieNames = (header: string) =>
  header
    .split(";")
    .map((pair) => pair.split("=")[0]?.trim() ?? "")
    .filter(isName);

/** The parts of a vendor's answer. */
export interface ReceivedParts {
  readonly headers: Headers;
  /** Each Set-Cookie header. */
  readonly cookies: readonly string[];
  readonly text: string;
}

/** An answer larger than this is not looked into. */
const maxBody = 32 * 1024;

function jsonOf(text: string): unknown {
  if (text.length > maxBody || !/^\s*[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const valueAt = (body: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>((value, name) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    return (value as Record<string, unknown>)[name];
  }, body);

/** How long a token lives, where its answer says so in one of the usual ways; milliseconds. */
function lifetimeIn(body: unknown): number | undefined {
  const [made, ends] = [valueAt(body, "creation_time_in_millis"), valueAt(body, "expiration_time_in_millis")];
  if (typeof made === "number" && typeof ends === "number") return ends - made;
  const seconds = valueAt(body, "expires_in");
  return typeof seconds === "number" ? seconds * 1000 : undefined;
}

/**
 * What came back. Only what the term lists: an answer's own names are the vendor's to choose, and could hold anything.
 * `*` is the body as a whole, where it is one text.
 */
export function describeReceived({ headers, cookies, text }: ReceivedParts, disclosures: Disclosures = {}): string[] {
  const names = Object.entries(disclosures);
  const needsBody = names.some(([name]) => !headers.has(headerName(name)));
  const body = needsBody ? jsonOf(text) : undefined;
  return [
    ...names.flatMap(([name, disclosure]) => {
      const header = headers.get(headerName(name));
      if (header !== null) return [`header ${disclose(name, header, disclosure)}`];
      const value =
        name === "*"
          ? typeof body === "string"
            ? body
            : body === undefined
              ? text.trim()
              : undefined
          : valueAt(body, name);
      if (value === undefined || value === null || value === "") return [];
      return [`field ${disclose(name === "*" ? "body" : name, value, disclosure, lifetimeIn(body))}`];
    }),
    ...cookies.flatMap((line) => cookieNames(line.split(";")[0] ?? "").map((name) => `cookie ${name}`)),
  ].slice(0, maxNames);
}

const headerName = (name: string) => (isName(name) ? name : "x");
