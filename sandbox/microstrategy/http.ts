/** Cookies, cross-origin rules and headers of the emulated Library. */
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Context, MiddlewareHandler } from "hono";
import { dropsSecureCookies } from "../kit/clients";
import type { SandboxOptions } from "../kit/sandbox";
import { LibraryError, sessionInvalid } from "./errors";
import type { LibraryState, WebSession } from "./state";
import type { Switches } from "./switches";

export const authTokenHeader = "X-MSTR-AuthToken";
export const identityTokenHeader = "X-MSTR-IdentityToken";
export const projectHeader = "X-MSTR-ProjectID";
export const taskMessageHeader = "X-MSTR-TaskFailureMsg";
export const taskCodeHeader = "X-MSTR-TaskErrorCode";
const sessionCookie = "JSESSIONID";
const tokenCookie = "iSession";
const balancerCookie = "ROUTEID";

const spellings = new Map(
  [authTokenHeader, identityTokenHeader, taskMessageHeader, taskCodeHeader].map((name) => [name.toLowerCase(), name]),
);

/**
 * Sends the vendor's headers as the vendor spells them. A `Response` forgets upper case, and there are clients that look
 * for the prefix `X-MSTR` as it is written.
 */
export function spellHeaders(): MiddlewareHandler {
  return async (c, next) => {
    const { outgoing } = (c.env ?? {}) as { outgoing?: ServerResponse };
    if (outgoing) {
      const write = outgoing.writeHead.bind(outgoing);
      outgoing.writeHead = (status: number, headers?: unknown) => write(status, respelled(headers));
    }
    await next();
  };
}

const respelled = (headers: unknown): OutgoingHttpHeaders =>
  Object.fromEntries(
    Object.entries((headers ?? {}) as OutgoingHttpHeaders).map(([name, value]) => [spellings.get(name) ?? name, value]),
  );

/** The path below which everything lives, e.g. `/MicroStrategyLibrary`; longer when the sandbox is mounted below a path. */
export const contextPath = (options: SandboxOptions, name: string) =>
  `${new URL(options.origin).pathname.replace(/\/$/, "")}/${name}`;

/** The origins that may embed and call, or `*`. */
export function allowedOrigins(switches: Switches, options: SandboxOptions): readonly string[] {
  return switches.allowedOrigins
    .split(/\s+/)
    .filter(Boolean)
    .map((origin) => (origin === "portal" ? new URL(options.portalOrigin).origin : origin));
}

const isAllowed = (origin: string, allowed: readonly string[]) => allowed.includes("*") || allowed.includes(origin);

/** All values a request carries under one cookie name: a frame may send a partitioned and an unpartitioned one. */
function cookieValues(c: Context, name: string): string[] {
  const header = c.req.header("cookie") ?? "";
  return header.split(/;\s*/).flatMap((pair) => (pair.startsWith(`${name}=`) ? pair.slice(name.length + 1) : []));
}

type Attributes = Pick<Switches, "secureCookies" | "sameSite" | "partitioned">;

function cookie(
  name: string,
  value: string,
  path: string,
  { secureCookies, sameSite, partitioned }: Attributes,
): string {
  const attributes = [
    `${name}=${value}`,
    `Path=${path}`,
    ...(value ? [] : ["Max-Age=0"]),
    ...(secureCookies ? ["Secure"] : []),
    "HttpOnly",
    ...(sameSite ? [`SameSite=${sameSite}`] : []),
    ...(partitioned && secureCookies ? ["Partitioned"] : []),
  ];
  return attributes.join("; ");
}

/** Sets the cookies of a session; `JSESSIONID` first, because some clients keep only the first one. */
export function setSessionCookies(c: Context, session: WebSession, path: string, switches: Switches): void {
  const set = (attributes: Attributes) => {
    const append = (name: string, value: string) =>
      c.header("set-cookie", cookie(name, value, path, attributes), { append: true });
    append(sessionCookie, session.cookie);
    append(tokenCookie, session.token);
    if (switches.loadBalancer) append(balancerCookie, session.loadBalancer);
  };
  set(switches);
  // A second time, without the attribute.
  if (switches.secureCookies && dropsSecureCookies(c)) set({ secureCookies: false, sameSite: "", partitioned: false });
}

export function expireSessionCookies(c: Context, path: string, switches: Switches): void {
  for (const name of [sessionCookie, tokenCookie])
    c.header("set-cookie", cookie(name, "", path, switches), { append: true });
}

const cookiesMatch = (c: Context, session: WebSession, switches: Switches) =>
  cookieValues(c, sessionCookie).includes(session.cookie) &&
  (!switches.loadBalancer || cookieValues(c, balancerCookie).includes(session.loadBalancer));

/**
 * The session of a call: the authorization token AND the cookies of the same session (SOURCES.md: authentication).
 * Throws 401 ERR009.
 */
export function sessionOf(c: Context, state: LibraryState): WebSession {
  const session = state.session(c.req.header(authTokenHeader), "library");
  if (!session || !cookiesMatch(c, session, state.control.switches)) throw sessionInvalid();
  return session;
}

/**
 * The session that the cookie `iSession` leads to: `GET /api/auth/token`, the frames' page requests, and MicroStrategy
 * Web's tasks. Its token is of no use without the other cookies.
 */
export function sessionOfCookies(
  c: Context,
  state: LibraryState,
  client: WebSession["client"] = "library",
): WebSession | undefined {
  for (const token of cookieValues(c, tokenCookie)) {
    const session = state.session(token, client);
    if (session) return session;
  }
  return undefined;
}

/** Cross-origin answers for `/api`: exactly the allowed origins, never a foreign one. */
export function crossOrigin(state: LibraryState, options: SandboxOptions): MiddlewareHandler {
  const own = new URL(options.origin).origin;
  return async (c, next) => {
    const origin = c.req.header("origin");
    const foreign = origin !== undefined && origin !== own;
    const allowed = foreign && isAllowed(origin, allowedOrigins(state.control.switches, options));
    if (foreign && !allowed && state.control.switches.refuseForeignOrigin) return c.text("Invalid CORS request", 403);
    if (c.req.method === "OPTIONS") c.res = new Response(null, { status: allowed || !foreign ? 204 : 200 });
    else await next();
    c.res.headers.append("vary", "Origin");
    if (!allowed) return;
    c.res.headers.set("access-control-allow-origin", origin);
    c.res.headers.set("access-control-allow-credentials", "true");
    c.res.headers.set("access-control-expose-headers", `${authTokenHeader}, ${identityTokenHeader}`);
    if (c.req.method !== "OPTIONS") return;
    c.res.headers.set("access-control-allow-methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS");
    c.res.headers.set(
      "access-control-allow-headers",
      [authTokenHeader, identityTokenHeader, projectHeader, "Content-Type", "X-Requested-With"].join(", "),
    );
    c.res.headers.set("access-control-max-age", "600");
  };
}

/** Header values of every answer of the authentication endpoints, as recorded from a real server. */
export function noCache(c: Context): void {
  c.header("cache-control", "no-cache, no-store, max-age=0, must-revalidate");
  c.header("pragma", "no-cache");
  c.header("expires", "0");
}

/** Content-Security-Policy of every page: who may frame the Library. */
export function frameAncestors(switches: Switches, options: SandboxOptions): string {
  const allowed = allowedOrigins(switches, options);
  return `frame-ancestors 'self'${allowed.length > 0 ? ` local://plugins ${allowed.join(" ")}` : ""}`;
}

/** Turns a {@link LibraryError} into its answer. */
export function answerError(error: Error, c: Context): Response {
  if (!(error instanceof LibraryError)) throw error;
  return c.json(error.body, error.status as 400);
}

/** The body as a record, from JSON or a form; an absent body is an empty one. Throws `broken` for anything else. */
export async function readBody(c: Context, broken: LibraryError): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  if (c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded"))
    return Object.fromEntries(new URLSearchParams(text));
  if (!text.trim()) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw broken;
}
