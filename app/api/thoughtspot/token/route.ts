import { only } from "@/lib/broker/guard";
import { itemGrantRoute } from "@/lib/vendors/grant";

/** `{item, renew?}` → `{token, username, expiresAt}`. */
export const POST = itemGrantRoute("thoughtspot");

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = only("POST");
