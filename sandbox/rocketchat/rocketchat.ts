/**
 * A Rocket.Chat workspace to develop and test against: REST API, DDP socket and the client that the portal frames. The
 * README says what is emulated and what is not.
 */
import { type Context, Hono } from "hono";
import type { Sandbox, SandboxOptions } from "../kit/sandbox";
import { apiRoutes, authenticate } from "./api";
import { clientResponse } from "./client-page";
import { success, toResponse } from "./envelope";
import { aliveOf, faultsOf } from "./faults";
import { methodRoutes } from "./method-routes";
import { presenceRoutes } from "./presence-routes";
import { roleRoutes } from "./role-routes";
import { roomRoutes } from "./room-routes";
import { sessionRoutes } from "./session-routes";
import type { SettingValue } from "./settings";
import { settingsRoutes } from "./settings-routes";
import { Socket } from "./socket";
import { switchMistake } from "./switches";
import { tokenRoutes } from "./token-routes";
import { userRoutes } from "./user-routes";
import { Workspace } from "./workspace";

/** Makes the service. `fetch` answers everything; `upgrade` adds the socket where the host can take one. */
export function createRocketChat(options: SandboxOptions): Sandbox {
  const workspace = new Workspace(options);
  const socket = new Socket(workspace);
  const app = new Hono();
  app.use("*", workspace.control.middleware());
  app.use("*", async (c, next) => {
    if (!workspace.control.switches.down || pathOf(c).startsWith("/sandbox/")) return next();
    (c.env as { outgoing?: { destroy(): void } } | undefined)?.outgoing?.destroy();
    return c.body(null, 502);
  });
  app.use("*", async (c, next) => {
    await next();
    if (workspace.settings.flag("Iframe_Restrict_Access"))
      c.res.headers.set("x-frame-options", workspace.settings.text("Iframe_X_Frame_Options"));
  });
  mountControl(app, workspace, socket);
  mountApi(app, workspace);
  app.get("*", (c) => clientResponse(workspace, pathOf(c)));
  const basePath = new URL(options.origin).pathname.replace(/\/$/, "");
  return {
    id: "rocketchat",
    name: "Rocket.Chat",
    fetch: (request, bindings) => app.fetch(withoutBase(request, basePath), bindings),
    upgrade: socket.upgrade.bind(socket),
  };
}

const isSettingValue = (value: unknown): value is SettingValue =>
  ["string", "number", "boolean"].includes(typeof value);

const pathOf = (c: Context) => new URL(c.req.url).pathname;

/** A workspace may live below a path of its host, as Rocket.Chat's root URL may. */
function withoutBase(request: Request, basePath: string): Request {
  if (!basePath) return request;
  const url = new URL(request.url);
  if (url.pathname !== basePath && !url.pathname.startsWith(`${basePath}/`)) return request;
  url.pathname = url.pathname.slice(basePath.length) || "/";
  return new Request(url, request);
}

function mountControl(app: Hono, workspace: Workspace, socket: Socket): void {
  app.use("/sandbox/faults", async (c, next) => {
    const body = (await c.req.json().catch(() => null)) as { switches?: unknown } | null;
    const mistake = switchMistake(body?.switches);
    if (mistake) return c.json({ error: mistake }, 400);
    await next();
    if (workspace.control.switches.down) socket.cutAll();
  });
  app.route(
    "/",
    workspace.control.routes({
      id: "rocketchat",
      name: "Rocket.Chat",
      origin: workspace.options.origin,
      closed: workspace.options.closed,
      state: () => ({ ...workspace.state(), version: workspace.version.reported, connections: socket.connections }),
      faults: faultsOf(workspace, socket),
      about: (account) => ({
        product: `Rocket.Chat ${workspace.version.reported}`,
        emulates: "REST, live socket, client",
        alive: aliveOf(workspace, account),
      }),
      reset() {
        workspace.reset();
        socket.closeAll();
      },
    }),
  );
  // What happens on a real workspace without the portal's doing; the guard of /sandbox/* covers it.
  app.post("/sandbox/say", async (c) => {
    const body = (await c.req.json().catch(() => ({}))) as Record<string, unknown>;
    const room = workspace.rooms.all().find(({ name, _id }) => name === body.room || _id === body.room);
    const author = workspace.accounts.byUsername(String(body.from));
    if (!room || !author || typeof body.text !== "string")
      return c.json({ error: 'Send {"room", "from", "text"} with a room and a username that exist.' }, 400);
    workspace.rooms.say(room, author, body.text);
    return c.json({ status: "ok" });
  });
  app.post("/sandbox/sign-out", async (c) => {
    const body = (await c.req.json().catch(() => ({}))) as Record<string, unknown>;
    const user = workspace.accounts.byUsername(String(body.username));
    if (!user) return c.json({ error: 'Send {"username"} with a username that exists.' }, 400);
    workspace.accounts.removeTokens(user, (token) => !token.type);
    return c.json({ status: "ok" });
  });
  app.post("/sandbox/settings", async (c) => {
    const body: unknown = await c.req.json().catch(() => null);
    const values = Object.entries(typeof body === "object" && body !== null ? body : {});
    const wrong = values.find(([id, value]) => !isSettingValue(value) || !workspace.settings.accepts(id, value));
    if (wrong || values.length === 0)
      return c.json(
        { error: `Send settings by their ids${wrong ? `; there is no such value of ${wrong[0]}` : ""}.` },
        400,
      );
    for (const [id, value] of values) if (isSettingValue(value)) workspace.settings.set(id, value);
    return c.json({ status: "ok" });
  });
  app.all("/sandbox/*", (c) => c.json({ error: "There is no such control route." }, 404));
}

function mountApi(app: Hono, workspace: Workspace): void {
  app.use("/api/*", async (c, next) => {
    const cors = corsHeaders(workspace, c.req.header("origin"));
    if (cors === "refused") return c.body(null, 403);
    if (c.req.method === "OPTIONS") return c.text("OK", 200, cors);
    await next();
    for (const [name, value] of Object.entries(cors)) c.res.headers.set(name, value);
  });
  app.get("/api/info", (c) => {
    const caller = authenticate(workspace, c);
    const { reported } = workspace.version;
    const full = caller && workspace.may(caller.user, "edit-privileged-setting");
    return toResponse(success(full ? { info: { version: `${reported}.1` } } : { version: reported }));
  });
  app.route("/", methodRoutes(workspace));
  app.route(
    "/",
    apiRoutes(workspace, [
      ...sessionRoutes,
      ...userRoutes,
      ...tokenRoutes,
      ...settingsRoutes,
      ...roomRoutes,
      ...presenceRoutes,
      ...roleRoutes,
    ]),
  );
  app.all("/api/*", () =>
    toResponse({ status: 404, body: { status: "error", message: "API endpoint does not exist" } }),
  );
}

/** REST CORS by its two settings; a foreign origin is refused only while CORS is on. */
function corsHeaders(workspace: Workspace, origin: string | undefined): Record<string, string> | "refused" {
  const { settings } = workspace;
  if (!origin || !settings.flag("API_Enable_CORS")) return {};
  const allowed = settings.text("API_CORS_Origin").trim();
  const listed = allowed.split(",").map((entry) => entry.trim());
  if (allowed !== "*" && !listed.includes(origin)) return "refused";
  return {
    "access-control-allow-origin": allowed === "*" ? "*" : origin,
    "access-control-allow-methods": "GET, POST, PUT, DELETE, HEAD, PATCH",
    "access-control-allow-headers":
      "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token, x-visitor-token, Authorization",
    ...(allowed === "*" ? {} : { vary: "Origin" }),
  };
}
