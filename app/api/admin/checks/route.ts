import { z } from "zod";
import { audit } from "@/lib/broker/audit";
import { checkHealth, isReportFresh } from "@/lib/health/health";
import { adminActionRoute, methodNotAllowed } from "@/lib/http/guard";

/**
 * `{automatic?}` → 204 once every check has run; the health page shows what they found. The page's own repetitions
 * (`automatic`) share a report that is fresh, and are no event of the audit: no one decided on them.
 */
export const POST = adminActionRoute(
  z.strictObject({ automatic: z.boolean().optional() }),
  async ({ session, requestId, body }) => {
    if (body.automatic) {
      if (!isReportFresh()) await checkHealth();
    } else {
      await checkHealth();
      await audit({ requestId, userId: session.user.id, action: "admin", outcome: "ok", item: "checks" });
    }
    return new Response(null, { status: 204 });
  },
);

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
