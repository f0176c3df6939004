/**
 * DDP methods over HTTP: what the client uses where no socket can be opened. The vendor has the same two routes.
 */
import { type Context, Hono } from "hono";
import { authenticate } from "./api";
import {
  type Answer,
  BusinessError,
  failure,
  invalidParameters,
  success,
  toResponse,
  unauthenticated,
} from "./envelope";
import { type Caller, callMethod, MethodError, toDdpError } from "./methods";
import { check } from "./schema";
import type { Workspace } from "./workspace";

const messageOnly = { required: ["message"], properties: { message: "string" } } as const;

/** Runs the method that a body holds; a failure is a DDP error too, with the status of a failure from 8.0 on. */
async function run(workspace: Workspace, c: Context, caller: Caller): Promise<Answer> {
  const sent: unknown = await c.req.json().catch(() => ({}));
  const body = check(messageOnly, sent ?? {});
  if (!body.ok) return invalidParameters(workspace, "body", body.error);
  const message = messageOf(String(body.value.message));
  if (!message) return failure(new BusinessError("Invalid method call"));
  const { id, params } = message;
  const name = decodeURIComponent(c.req.param("method") ?? "").replaceAll(":", "/");
  const fault = await workspace.control.strike("ddp", name);
  if (fault?.hangUp) return { status: 502, body: null };
  const answer = (outcome: object) => ({ message: JSON.stringify({ msg: "result", id, ...outcome }) });
  try {
    if (fault) throw new MethodError(fault.status, fault.body || "The sandbox was told to fail here");
    return success(answer({ result: callMethod(workspace, caller, name, params) }));
  } catch (error) {
    const told = answer({ error: toDdpError(error) });
    return workspace.version.typedSchemaErrors ? { status: 400, body: { ...told, success: false } } : success(told);
  }
}

function messageOf(text: string): { id: unknown; params: unknown[] } | null {
  try {
    const { id, params } = JSON.parse(text) as { id?: unknown; params?: unknown };
    return { id, params: Array.isArray(params) ? params : [] };
  } catch {
    return null;
  }
}

export function methodRoutes(workspace: Workspace): Hono {
  const app = new Hono();
  const changed = () => {};
  app.post("/api/v1/method.callAnon/:method", async (c) =>
    toResponse(await run(workspace, c, { user: undefined, loginToken: undefined, changed })),
  );
  app.post("/api/v1/method.call/:method", async (c) => {
    const found = authenticate(workspace, c);
    if (!found) return toResponse(unauthenticated(workspace));
    return toResponse(await run(workspace, c, { user: found.user, loginToken: c.req.header("x-auth-token"), changed }));
  });
  return app;
}
