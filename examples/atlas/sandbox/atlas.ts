/** Atlas in memory: opens a report for whoever has an address that is signed and has not expired. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { sandboxSecret } from "@/lib/config/sandbox";
import { escapeHtml, scriptJson } from "@/sandbox/kit/html";
import { htmlPage } from "@/sandbox/kit/page";
import { Control, type Sandbox, type SandboxOptions } from "@/sandbox/kit/sandbox";

const reports: Readonly<Record<string, string>> = { quarter: "The quarter in figures", stores: "Every store" };

function isSigned(path: string): boolean {
  const [signed = "", signature = ""] = path.split("&signature=");
  const right = createHmac("sha256", sandboxSecret("atlas:secret-key")).update(signed).digest();
  const given = Buffer.from(signature, "base64url");
  return given.length === right.length && timingSafeEqual(given, right);
}

export function createAtlas({ origin, portalOrigin, closed }: SandboxOptions): Sandbox {
  const control = new Control({});
  const app = new Hono();
  app.use("*", control.middleware());
  app.route("/", control.routes({ id: "atlas", name: "Atlas", origin, closed, state: () => ({}), reset: () => {} }));
  app.get("/api/health", (c) => c.json({ product: "atlas" }));
  app.get("/embed/:report", (c) => {
    const { pathname, search } = new URL(c.req.url);
    c.header("content-security-policy", `frame-ancestors ${portalOrigin}`);
    if (!isSigned(pathname + search)) return c.text("This address is not signed.", 401);
    const left = Number(c.req.query("expires")) * 1000 - control.clock.now();
    if (left <= 0) return c.text("This address has expired.", 410);
    const title = reports[c.req.param("report")];
    const account = c.req.query("user") ?? "";
    if (!title) return c.text("There is no such report.", 404);
    const say = (type: string) => `parent.postMessage({ type: "${type}" }, ${scriptJson(portalOrigin)})`;
    return c.html(
      htmlPage({
        title,
        attributes: { "data-sandbox-user": account, "data-sandbox-item": c.req.param("report") },
        body: `<h1>${escapeHtml(title)}</h1><p>Signed in as ${escapeHtml(account)}</p>`,
        scripts: [{ text: `${say("atlas:ready")}; setTimeout(() => ${say("atlas:expired")}, ${left});` }],
      }),
    );
  });
  return { id: "atlas", name: "Atlas", fetch: (request, bindings) => app.fetch(request, bindings) };
}
