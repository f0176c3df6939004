import { z } from "zod";
import { audit } from "@/lib/broker/audit";
import { retryRevocations } from "@/lib/broker/revocations";
import { findVendor } from "@/lib/grants/grant";
import { adminActionRoute, methodNotAllowed } from "@/lib/http/guard";

const body = z.strictObject({ vendor: z.string().min(1).max(50) });

/** `{vendor}` → `{waiting}`: retries the vendor's pending revocations; returns how many are still unconfirmed. */
export const POST = adminActionRoute(body, async ({ session, requestId, body: { vendor } }) => {
  const waiting = await retryRevocations(vendor, findVendor);
  await audit({ requestId, userId: session.user.id, action: "admin", outcome: "ok", vendor, item: "revocations" });
  return Response.json({ waiting });
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
