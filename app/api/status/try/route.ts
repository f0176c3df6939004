import { z } from "zod";
import { liveStatuses, tryVendor } from "@/lib/health/live-status";
import { actionRoute, methodNotAllowed } from "@/lib/http/guard";

const body = z.strictObject({ vendor: z.string().min(1).max(50) });

/** `{vendor}` → `{vendors}`, once the vendor has been asked for a grant. */
export const POST = actionRoute(undefined, body, async ({ session, request, requestId, body: { vendor } }) => {
  await tryVendor({ session, vendorId: vendor, requestId, headers: request.headers });
  return Response.json({ vendors: await liveStatuses(session) });
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
