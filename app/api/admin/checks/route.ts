import { z } from "zod";
import { audit } from "@/lib/broker/audit";
import { checkHealth } from "@/lib/health/health";
import { adminActionRoute, methodNotAllowed } from "@/lib/http/guard";

/** `{}` → 204 once every check has run; the health page shows what they found. */
export const POST = adminActionRoute(z.strictObject({}), async ({ session, requestId }) => {
  await checkHealth();
  await audit({ requestId, userId: session.user.id, action: "admin", outcome: "ok", item: "checks" });
  return new Response(null, { status: 204 });
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
