import { only } from "@/lib/broker/guard";
import { vendorGrantRoute } from "@/lib/vendors/grant";

/** `{renew?}` → `{token, userId, expiresAt}`. */
export const POST = vendorGrantRoute("rocketchat");

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = only("POST");
