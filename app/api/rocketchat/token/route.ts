import { vendorGrantRoute } from "@/lib/vendors/grant";

/** `{renew?}` → `{token, userId, expiresAt}`. */
export const POST = vendorGrantRoute("rocketchat");
