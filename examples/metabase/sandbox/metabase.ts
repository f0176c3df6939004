/** Metabase in memory: opens a dashboard for whoever has a token that is signed, whole and has not expired. */
import { Hono } from "hono";
import { errors, jwtVerify } from "jose";
import { sandboxSecret } from "@/lib/config/sandbox";
import { escapeHtml, scriptJson } from "@/sandbox/kit/html";
import { htmlPage } from "@/sandbox/kit/page";
import { Control, type Sandbox, type SandboxOptions } from "@/sandbox/kit/sandbox";

/** The published dashboards, with their locked parameter. */
const dashboards: Readonly<Record<number, { readonly title: string; readonly locked?: string }>> = {
  7: { title: "Orders of a customer", locked: "customer" },
  8: { title: "All orders" },
};

const key = () =>
  new TextEncoder().encode(Buffer.from(sandboxSecret("metabase:secret-key"), "base64url").toString("hex"));

interface Token {
  readonly resource?: { readonly dashboard?: number };
  readonly params?: Readonly<Record<string, string>>;
}

export function createMetabase({ origin, portalOrigin, closed }: SandboxOptions): Sandbox {
  const control = new Control({});
  const app = new Hono();
  app.use("*", control.middleware());
  app.route(
    "/",
    control.routes({ id: "metabase", name: "Metabase", origin, closed, state: () => ({}), reset: () => {} }),
  );
  app.get("/api/health", (c) => c.json({ status: "ok" }));
  app.get("/embed/dashboard/:token", async (c) => {
    c.header("content-security-policy", `frame-ancestors ${portalOrigin}`);
    const currentDate = new Date(control.clock.now());
    const read = await jwtVerify(c.req.param("token"), key(), { algorithms: ["HS256"], currentDate }).catch(
      (error: unknown) =>
        error instanceof errors.JWTExpired ? "Token is expired" : "Message seems corrupt or manipulated",
    );
    if (typeof read === "string") return c.text(read, 400);
    const { resource, params } = read.payload as Token;
    if (!resource || !params) return c.text("The token lacks resource or params.", 400);
    const dashboard = dashboards[resource.dashboard ?? 0];
    if (!dashboard) return c.text("Embedding is not enabled for this object.", 400);
    const given = Object.keys(params).join();
    if (given !== (dashboard.locked ?? ""))
      return c.text(`You must specify exactly: ${dashboard.locked ?? "nothing"}`, 400);
    const customer = params[given] ?? "";
    return c.html(
      htmlPage({
        title: dashboard.title,
        attributes: { "data-sandbox-user": customer, "data-sandbox-item": String(resource.dashboard) },
        body: `<h1>${escapeHtml(dashboard.title)}</h1><p>Rows of ${escapeHtml(customer || "everyone")}</p>`,
        scripts: [{ text: `parent.postMessage("[iFrameResizerChild]Ready", ${scriptJson("*")})` }],
      }),
    );
  });
  return { id: "metabase", name: "Metabase", fetch: (request, bindings) => app.fetch(request, bindings) };
}
