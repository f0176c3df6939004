import { itemGrantRoute } from "@/lib/grants/grant";
import { methodNotAllowed } from "@/lib/http/guard";

/** `{item, renew?}` → `{token, username, expiresAt}`. */
export const POST = itemGrantRoute("thoughtspot");

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
