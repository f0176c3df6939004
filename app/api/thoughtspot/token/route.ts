import { itemGrantRoute } from "@/lib/vendors/grant";

/** `{item, renew?}` → `{token, username, expiresAt}`. */
export const POST = itemGrantRoute("thoughtspot");
