import "server-only";
/**
 * The one wrapper of every route handler: session, origin, headers, body, errors. A route that is not wrapped fails a
 * test that walks through app/. Nothing here depends on proxy.ts having run.
 */
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { getSession } from "@/lib/auth/session";
import { audit } from "@/lib/broker/audit";
import type { PortalSession } from "@/lib/broker/user";
import { getConfig } from "@/lib/config/config";
import { requestOrigin } from "@/lib/config/request-origin";
import { log } from "@/lib/log";
import { isProblem, Problem, problemBody } from "@/lib/problem/problem";
import { hop, startRecording } from "@/lib/trace/trace";
import { authorizeAdmin } from "./authorize";
import { isSameOrigin } from "./origin";
import { isProxied } from "./proxied";
import { requestIdOf } from "./request-id";

/** What a guarded handler receives. */
export interface Guarded<Session, Body> {
  readonly request: Request;
  readonly session: Session;
  readonly body: Body;
  readonly params: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string;
}

export type RouteHandler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

/** At most this many bytes of body. */
const maxBodyBytes = 4 * 1024;

const guarded = new WeakSet<RouteHandler>();

/** Whether a route's export went through this module; the test over app/ asks. */
export function isGuarded(handler: unknown): boolean {
  return typeof handler === "function" && guarded.has(handler as RouteHandler);
}

/**
 * A public route, e.g. health.
 *
 * Errors become problem+json, and the answer is never stored.
 */
export function publicRoute(handler: (context: Guarded<null, null>) => Promise<Response> | Response): RouteHandler {
  return wrap(async (request, params, requestId) => handler({ request, session: null, body: null, params, requestId }));
}

/** A route that needs a portal session and reads nothing but its address: for `GET`. */
export function sessionRoute(
  handler: (context: Guarded<PortalSession, null>) => Promise<Response> | Response,
): RouteHandler {
  return wrap(async (request, params, requestId) => {
    const session = await hop("guard", requireSession, { decision: "passed", rule: "a portal session" });
    return handler({ request, session, body: null, params, requestId });
  });
}

/**
 * A route that acts for the signed-in user: a session (401), the portal's own origin (403), the header
 * `X-Portal-Request: 1` (403), `application/json` (415) of at most 4 KiB (413) that fits the schema exactly (400).
 *
 * @param vendor the vendor it acts on, for the audit of refusals
 * @param schema a strict object; unknown fields are refused
 */
export function actionRoute<Body extends object>(
  vendor: string | undefined,
  schema: z.ZodType<Body>,
  handler: (context: Guarded<PortalSession, Body>) => Promise<Response> | Response,
): RouteHandler {
  return wrap(async (request, params, requestId) => {
    let session: PortalSession | null = null;
    let body: Body;
    try {
      [session, body] = await hop(
        "guard",
        async () => {
          const signedIn = await requireSession();
          session = signedIn;
          requireOwnOrigin(request.headers);
          return [signedIn, await readBody(request, schema)] as const;
        },
        { rule: "session, own origin, X-Portal-Request, JSON of at most 4 KiB" },
      );
    } catch (error) {
      if (isProblem(error))
        await audit({
          requestId,
          userId: session?.user.id,
          action: "request",
          outcome: "denied",
          code: error.code,
          vendor,
        });
      throw error;
    }
    return handler({ request, session, body, params, requestId });
  });
}

/** An {@link actionRoute} that acts for an administrator; other users are refused as from a forbidden item (403). */
export function adminActionRoute<Body extends object>(
  schema: z.ZodType<Body>,
  handler: (context: Guarded<PortalSession, Body>) => Promise<Response> | Response,
): RouteHandler {
  return actionRoute(undefined, schema, async (context) => {
    await requireAdmin(context);
    return handler(context);
  });
}

/** A {@link sessionRoute} that only an administrator may read. */
export function adminRoute(
  handler: (context: Guarded<PortalSession, null>) => Promise<Response> | Response,
): RouteHandler {
  return sessionRoute(async (context) => {
    await requireAdmin(context);
    return handler(context);
  });
}

async function requireAdmin({ session, request, requestId }: Guarded<PortalSession, unknown>): Promise<void> {
  const code = await authorizeAdmin(session, new URL(request.url).pathname, requestId);
  if (code) throw new Problem(code);
}

/** Wraps a handler of a library (next-auth) that makes its own responses: only headers and errors are the portal's. */
export function passthroughRoute(handler: (request: never) => Promise<Response>): RouteHandler {
  return wrap((request) => handler(request as never));
}

/** The methods of a route, as Next calls its exports. */
type Method = "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Handlers for the methods that a route does not accept: 405 with the accepted ones. For the routes' other exports:
 * `export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST")`.
 */
export function methodNotAllowed(...taken: Method[]): Record<Method, RouteHandler> {
  const allow = [...taken, "OPTIONS"].join(", ");
  const refuse = wrap(async (_request, _params, requestId) => {
    const response = problemResponse(new Problem("method_not_allowed"), requestId);
    response.headers.set("allow", allow);
    return response;
  });
  // No CORS headers: the portal's routes are for its own pages.
  const tell = wrap(async () => new Response(null, { status: 204, headers: { allow } }));
  return { GET: refuse, HEAD: refuse, OPTIONS: tell, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse };
}

function wrap(
  handle: (request: Request, params: Guarded<null, null>["params"], requestId: string) => Promise<Response>,
): RouteHandler {
  const route: RouteHandler = async (request, context) => {
    const { pathname: path } = new URL(request.url);
    const proxied = isProxied(path);
    const requestId = proxied ? requestIdOf(request.headers) : randomUUID();
    const recording = startRecording({ requestId, root: "request", method: request.method, path });
    let response: Response;
    try {
      const params = (await context?.params) ?? {};
      response = await recording.run(() => handle(request, params, requestId));
    } catch (error) {
      response = problemResponse(error, requestId);
    }
    recording.end(response.status);
    return finish(response, requestId);
  };
  guarded.add(route);
  return route;
}

async function requireSession(): Promise<PortalSession> {
  const session = await getSession();
  if (!session) throw new Problem("unauthenticated");
  return session;
}

function requireOwnOrigin(headers: Headers): void {
  const { origin, alsoAt } = getConfig();
  if (!isSameOrigin(headers, [origin, ...alsoAt, requestOrigin(headers)])) throw new Problem("foreign_origin");
  if (headers.get("x-portal-request") !== "1") throw new Problem("missing_header");
}

async function readBody<Body>(request: Request, schema: z.ZodType<Body>): Promise<Body> {
  requirePlainJson(request.headers);
  const parsed = schema.safeParse(parseFlatObject(await readText(request)));
  if (!parsed.success) throw new Problem("invalid_request");
  return parsed.data;
}

/** UTF-8 JSON without compression, so that the measured size is the parsed size. */
function requirePlainJson(headers: Headers): void {
  const type = headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;\s*charset\s*=\s*(utf-8|"utf-8")\s*)?$/i.test(type) || headers.has("content-encoding"))
    throw new Problem("unsupported_media_type");
}

// A byte order mark is kept and makes the text invalid JSON (RFC 8259, section 8.1).
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

async function readText(request: Request): Promise<string> {
  const bytes = await readBytes(request);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Problem("invalid_request");
  }
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    if (!(Number(declared) <= maxBodyBytes)) throw new Problem("payload_too_large");
    // The HTTP parser enforces the declared length.
    return new Uint8Array(await request.arrayBuffer());
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) throw new Problem("payload_too_large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** JSON without repeated keys and without `__proto__`: both are signs of an attack. */
function parseFlatObject(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem("invalid_request");
  }
  const keysWritten = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter((match) => match[1]).length;
  if (typeof value !== "object" || value === null || Object.keys(value).length !== keysWritten)
    throw new Problem("invalid_request");
  if (Object.hasOwn(value, "__proto__")) throw new Problem("invalid_request");
  return value;
}

/** A thrown error as a response; anything unexpected becomes `portal_failed` and is logged. */
export function problemResponse(error: unknown, requestId: string): Response {
  const problem = isProblem(error) ? error : new Problem("portal_failed", { cause: error });
  if (!isProblem(error)) log.error({ err: error, requestId }, "A request failed unexpectedly");
  const body = problemBody(problem, requestId);
  const headers = new Headers({ "content-type": "application/problem+json" });
  if (body.retryAfter !== undefined) headers.set("retry-after", String(body.retryAfter));
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

function finish(response: Response, requestId: string): Response {
  try {
    setHeaders(response.headers, requestId);
    return response;
  } catch {
    // Responses of Response.redirect and fetch have immutable headers.
    const headers = new Headers(response.headers);
    setHeaders(headers, requestId);
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  }
}

function setHeaders(headers: Headers, requestId: string): void {
  headers.set("cache-control", "no-store");
  headers.set("x-request-id", requestId);
  headers.set("x-content-type-options", "nosniff");
  headers.set("cross-origin-resource-policy", "same-origin");
  headers.set("referrer-policy", "no-referrer");
  // A response that is opened as a page runs nothing and cannot be framed. (Where proxy.ts runs, its policy stays.)
  if (!headers.has("content-security-policy"))
    headers.set(
      "content-security-policy",
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
  if (getConfig().origin.startsWith("https:")) headers.set("strict-transport-security", "max-age=31536000");
}
