/**
 * DDP methods over HTTP: what the client uses where no socket can be opened. The vendor has the same two routes.
 */
import { type Context, Hono } from "hono";
import { authenticate } from "./api";
import { success, toResponse, unauthenticated } from "./envelope";
import { type Caller, callMethod, toDdpError } from "./methods";
import type { Workspace } from "./workspace";

export function methodRoutes(workspace: Workspace): Hono {
  const app = new Hono();
  const run = async (c: Context, caller: Caller) => {
    const body = (await c.req.json().catch(() => null)) as { message?: unknown } | null;
    let id: unknown;
    let parameters: unknown[] = [];
    try {
      const message = JSON.parse(String(body?.message)) as { id?: unknown; params?: unknown };
      id = message.id;
      if (Array.isArray(message.params)) parameters = message.params;
    } catch {
      return toResponse({ status: 400, body: { success: false, error: "Invalid message" } });
    }
    const name = decodeURIComponent(c.req.param("method") ?? "").replaceAll(":", "/");
    try {
      const result = callMethod(workspace, caller, name, parameters);
      return toResponse(success({ message: JSON.stringify({ msg: "result", id, result }) }));
    } catch (error) {
      return toResponse(success({ message: JSON.stringify({ msg: "result", id, error: toDdpError(error) }) }));
    }
  };
  app.post("/api/v1/method.callAnon/:method", (c) =>
    run(c, { user: undefined, loginToken: undefined, changed: () => {} }),
  );
  app.post("/api/v1/method.call/:method", (c) => {
    const found = authenticate(workspace, c);
    if (!found) return toResponse(unauthenticated(workspace));
    return run(c, { user: found.user, loginToken: c.req.header("x-auth-token"), changed: () => {} });
  });
  return app;
}
