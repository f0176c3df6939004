import { z } from "zod";
import { sandboxPanel, setFault } from "@/lib/health/sandbox-panel";
import { actionRoute, methodNotAllowed, sessionRoute } from "@/lib/http/guard";

/** What is emulated, who the user is there, what is broken, and the last calls. */
export const GET = sessionRoute(async ({ session }) => Response.json(await sandboxPanel(session)));

const body = z.strictObject({
  vendor: z.string().min(1).max(50),
  fault: z.string().min(1).max(50),
  undo: z.boolean().optional(),
});

/** `{vendor, fault, undo?}` → the panel afterwards. On this machine alone. */
export const POST = actionRoute(undefined, body, async ({ session, body: { vendor, fault, undo } }) => {
  await setFault(vendor, fault, undo ?? false);
  return Response.json(await sandboxPanel(session));
});

export const { OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("GET", "HEAD", "POST");
