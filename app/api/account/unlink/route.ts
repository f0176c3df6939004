import { z } from "zod";
import { unlinkCredential } from "@/lib/accounts/linking";
import { actionRoute, methodNotAllowed } from "@/lib/http/guard";

const body = z.strictObject({ vendor: z.string().min(1).max(50) });

/** `{vendor}` → 204 once the login is deleted. */
export const POST = actionRoute(undefined, body, async ({ session, requestId, body: { vendor } }) => {
  await unlinkCredential({ session, vendorId: vendor, requestId });
  return new Response(null, { status: 204 });
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
