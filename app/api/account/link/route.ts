import { z } from "zod";
import { linkCredential } from "@/lib/accounts/linking";
import { actionRoute, methodNotAllowed } from "@/lib/http/guard";

const body = z.strictObject({
  vendor: z.string().min(1).max(50),
  password: z.string().min(1).max(1000),
  mode: z.int().optional(),
});

/** `{vendor, password, mode?}` → 204 once the vendor has accepted the login. */
export const POST = actionRoute(undefined, body, async ({ session, requestId, body: { vendor, password, mode } }) => {
  await linkCredential({ session, vendorId: vendor, requestId }, password, mode);
  return new Response(null, { status: 204 });
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
