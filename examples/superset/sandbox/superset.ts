/** Superset in memory: the service account's login, CSRF, guest tokens, and an embedded page that speaks its protocol. */
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { jwtVerify, SignJWT } from "jose";
import { sandboxSecret } from "@/lib/config/sandbox";
import { htmlPage } from "@/sandbox/kit/page";
import { Control, type Sandbox, type SandboxOptions } from "@/sandbox/kit/sandbox";

/** By the id of the embedding dialog. */
const dashboards: Readonly<Record<string, string>> = { "5e2f7c1a-90b4-4d38-a6e7-1c08d9f3b245": "Deliveries" };
const key = () => new TextEncoder().encode(sandboxSecret("superset:guest-token"));
const lifetimeSeconds = 300;

/** What the page does: waits for its port and its token, asks who that is, and says that its state is there. */
const pageScript = `
addEventListener("message", (event) => {
  if (event.data?.type !== "__embedded_comms__" || event.data.handshake !== "port transfer") return;
  const [port] = event.ports;
  port.onmessage = async ({ data }) => {
    if (data.switchboardAction !== "emit" || data.method !== "guestToken") return;
    const answer = await fetch("../api/v1/me/roles/", { headers: { "X-GuestToken": data.args.guestToken } });
    if (!answer.ok) { document.querySelector("p").textContent = "Something went wrong with embedded authentication."; return; }
    const { result } = await answer.json();
    document.body.dataset.sandboxUser = result.username;
    document.querySelector("p").textContent = "Shown to " + result.username;
    port.postMessage({ switchboardAction: "emit", method: "observeDataMask", args: {} });
  };
});`;

interface GuestBody {
  readonly user?: { readonly username?: string };
  readonly resources?: readonly { readonly type: string; readonly id: string }[];
  readonly rls?: readonly { readonly clause: string }[];
}

export function createSuperset({ origin, portalOrigin, closed }: SandboxOptions): Sandbox {
  const control = new Control({});
  const access = new Set<string>();
  /** CSRF tokens by session. */
  const sessions = new Map<string, string>();
  const reset = () => {
    access.clear();
    sessions.clear();
  };
  const app = new Hono();
  app.use("*", control.middleware());
  app.route("/", control.routes({ id: "superset", name: "Apache Superset", origin, closed, state: () => ({}), reset }));
  app.get("/health", (c) => c.text("OK"));
  app.post("/api/v1/security/login", async (c) => {
    const { username, password, provider } = await c.req.json<Record<string, unknown>>();
    if (provider !== "db" || username !== "portal" || password !== sandboxSecret("superset:password"))
      return c.json({ message: "Not authorized" }, 401);
    const token = randomUUID();
    access.add(token);
    return c.json({ access_token: token });
  });
  app.use("/api/v1/security/*", async (c, next) => {
    if (!access.has((c.req.header("authorization") ?? "").replace("Bearer ", "")))
      return c.json({ msg: "Missing token" }, 401);
    return next();
  });
  app.get("/api/v1/security/csrf_token/", (c) => {
    const [session, token] = [randomUUID(), randomUUID()];
    sessions.set(session, token);
    c.header("set-cookie", `session=${session}; HttpOnly; Path=/; SameSite=Lax`);
    return c.json({ result: token });
  });
  app.post("/api/v1/security/guest_token/", async (c) => {
    const session = /session=([^;]+)/.exec(c.req.header("cookie") ?? "")?.[1] ?? "";
    if (!sessions.has(session) || sessions.get(session) !== c.req.header("x-csrftoken"))
      return c.json({ message: "The CSRF token is missing." }, 400);
    const { user, resources = [], rls } = await c.req.json<GuestBody>();
    if (!user?.username || !rls || resources.some(({ type, id }) => type !== "dashboard" || !dashboards[id]))
      return c.json({ message: "EmbeddedDashboardNotFound" }, 400);
    const now = Math.floor(control.clock.now() / 1000);
    const token = await new SignJWT({ user, resources, rls_rules: rls, type: "guest", jti: randomUUID() })
      .setProtectedHeader({ alg: "HS256" })
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(key());
    return c.json({ token });
  });
  app.get("/api/v1/me/roles/", async (c) => {
    const read = await jwtVerify(c.req.header("x-guesttoken") ?? "", key(), {
      currentDate: new Date(control.clock.now()),
    }).catch(() => null);
    return read
      ? c.json({ result: { username: (read.payload as GuestBody).user?.username } })
      : c.json({ msg: "No" }, 401);
  });
  app.get("/embedded/:id", (c) => {
    const title = dashboards[c.req.param("id")];
    if (!title) return c.text("Not found", 404);
    c.header("content-security-policy", `frame-ancestors ${portalOrigin}`);
    const attributes = { "data-sandbox-item": c.req.param("id") };
    return c.html(
      htmlPage({ title, attributes, body: `<h1>${title}</h1><p>Loading</p>`, scripts: [{ text: pageScript }] }),
    );
  });
  return { id: "superset", name: "Apache Superset", fetch: (request, bindings) => app.fetch(request, bindings) };
}
