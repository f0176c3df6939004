/**
 * How a REST route is run: authentication, declared permissions, query schema, body schema, rate limit, second factor,
 * action; in this order (vendor source: ApiClass, http-router).
 */
import { type Context, Hono } from "hono";
import type { StoredToken, User } from "./accounts";
import {
  type Answer,
  BusinessError,
  failure,
  invalidParameters,
  lacksPermissions,
  tooManyRequests,
  toResponse,
  unauthenticated,
} from "./envelope";
import { check, type ParameterSchema } from "./schema";
import { demandSecondFactor } from "./second-factor";
import type { Version } from "./versions";
import type { Workspace } from "./workspace";

/** What an action knows. `user` is there when the route asks for authentication. */
export interface Call<Caller = User> {
  readonly workspace: Workspace;
  readonly user: Caller;
  readonly token: Caller extends User ? StoredToken : undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  header(name: string): string | undefined;
  param(name: string): string;
}

interface Common {
  readonly methods: readonly ("GET" | "POST")[];
  /** Behind `/api/v1/`. */
  readonly path: string;
  query?(version: Version): ParameterSchema;
  body?(version: Version): ParameterSchema;
  /** False for the few routes that the rate limiter leaves alone. */
  readonly limited?: false;
}

interface SignedInRoute extends Common {
  readonly anonymous?: false;
  /** The caller needs one of these. */
  readonly permissions?: readonly string[];
  secondFactor?(version: Version): boolean;
  action(call: Call): Answer | Promise<Answer>;
}

interface AnonymousRoute extends Common {
  readonly anonymous: true;
  action(call: Call<undefined>): Answer | Promise<Answer>;
}

export type Route = SignedInRoute | AnonymousRoute;

/** Hono with these routes under `/api/v1/`. */
export function apiRoutes(workspace: Workspace, routes: readonly Route[]): Hono {
  const app = new Hono();
  for (const route of routes)
    for (const method of route.methods)
      app.on(method, `/api/v1/${route.path}`, async (c) => {
        const headers: Record<string, string> = {};
        return toResponse(await run(workspace, route, method, c, headers), headers);
      });
  return app;
}

async function run(
  workspace: Workspace,
  route: Route,
  method: string,
  c: Context,
  headers: Record<string, string>,
): Promise<Answer> {
  const caller = authenticate(workspace, c);
  if (!route.anonymous) {
    if (!caller) return unauthenticated(workspace);
    if (route.permissions && !route.permissions.some((permission) => workspace.may(caller.user, permission)))
      return lacksPermissions;
  }
  const waitFor = () =>
    route.limited === false
      ? 0
      : rateLimit(workspace, route.path, c, route.anonymous ? undefined : caller?.user, headers);
  // The older route style counts a call before it looks at its parameters.
  const earlyWaitMs = workspace.version.typedSchemaErrors ? 0 : waitFor();
  if (earlyWaitMs > 0) return tooManyRequests(earlyWaitMs);
  const query = route.query
    ? check(route.query(workspace.version), c.req.query())
    : { ok: true as const, value: c.req.query() };
  if (!query.ok) return invalidParameters(workspace, "query", query.error);
  const sent = method === "POST" ? await bodyOf(c) : {};
  const body = route.body
    ? check(route.body(workspace.version), sent)
    : { ok: true as const, value: sent as Record<string, unknown> };
  if (!body.ok) return invalidParameters(workspace, "body", body.error);
  const waitMs = workspace.version.typedSchemaErrors ? waitFor() : 0;
  if (waitMs > 0) return tooManyRequests(waitMs);
  const common = {
    workspace,
    query: query.value as Record<string, string>,
    body: body.value,
    header: (name: string) => c.req.header(name),
    param: (name: string) => c.req.param(name) ?? "",
  };
  try {
    if (route.anonymous) return await route.action({ ...common, user: undefined, token: undefined });
    if (!caller) return unauthenticated(workspace);
    if (route.secondFactor?.(workspace.version) || mustChallenge(workspace, route))
      demandSecondFactor(workspace, caller.user, caller.token, common.header);
    return await route.action({ ...common, ...caller });
  } catch (error) {
    if (error instanceof BusinessError) return failure(error);
    throw error;
  }
}

/** The switch `totpOnAdminCalls`: some releases challenged calls that bypass the second factor. */
const mustChallenge = (workspace: Workspace, route: SignedInRoute) =>
  workspace.control.switches.totpOnAdminCalls && /^users\.(create|createToken|update)$/.test(route.path);

/** The user whose id and token the headers carry; both are needed. */
export function authenticate(workspace: Workspace, c: Context): { user: User; token: StoredToken } | null {
  const token = c.req.header("x-auth-token");
  const userId = c.req.header("x-user-id");
  const found = token && userId ? workspace.accounts.authenticate(userId, token) : null;
  if (found && workspace.isBroker(found.user) && workspace.control.switches.serviceAccount === "revoked") return null;
  return found;
}

/** The body as the server reads it: anything unreadable is an empty object, which the schema then refuses. */
async function bodyOf(c: Context): Promise<unknown> {
  const type = c.req.header("content-type") ?? "";
  try {
    if (type.includes("application/x-www-form-urlencoded"))
      return Object.fromEntries(new URLSearchParams(await c.req.text()));
    if (!type.includes("application/json")) return {};
    const body: unknown = await c.req.json();
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}

interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

/**
 * Counts a call by route and address, and writes the rate-limit headers (reset in epoch milliseconds).
 *
 * @returns how long the caller must wait, milliseconds; 0 when it may go on
 */
function rateLimit(
  workspace: Workspace,
  path: string,
  c: Context,
  user: User | undefined,
  headers: Record<string, string>,
): number {
  const { settings, now, control } = workspace;
  const windowMs = settings.number("API_Enable_Rate_Limiter_Limit_Time_Default");
  const forced = control.switches.rateLimited;
  if (forced === "*" || forced === path) {
    writeLimit(headers, settings.number("API_Enable_Rate_Limiter_Limit_Calls_Default"), 0, now + windowMs);
    return windowMs;
  }
  if (!settings.flag("API_Enable_Rate_Limiter")) return 0;
  if (user && workspace.may(user, "api-bypass-rate-limit")) return 0;
  const limit = settings.number("API_Enable_Rate_Limiter_Limit_Calls_Default");
  const address = (c.env as NodeBindings | undefined)?.incoming?.socket?.remoteAddress ?? "local";
  const key = `${path} ${address}`;
  let window = workspace.rateWindows.get(key);
  if (!window || now - window.startedAt >= windowMs) {
    window = { startedAt: now, calls: 0 };
    workspace.rateWindows.set(key, window);
  }
  window.calls += 1;
  const resetAt = window.startedAt + windowMs;
  writeLimit(headers, limit, Math.max(0, limit - window.calls), resetAt);
  return window.calls > limit ? resetAt - now : 0;
}

function writeLimit(headers: Record<string, string>, limit: number, remaining: number, resetAt: number): void {
  headers["x-ratelimit-limit"] = String(limit);
  headers["x-ratelimit-remaining"] = String(remaining);
  headers["x-ratelimit-reset"] = String(resetAt);
}
