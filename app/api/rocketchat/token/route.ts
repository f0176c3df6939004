import { vendorGrantRoute } from "@/lib/grants/grant";
import { methodNotAllowed } from "@/lib/http/guard";

/** `{renew?}` → `{token, userId, expiresAt}`. */
export const POST = vendorGrantRoute("rocketchat");

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
