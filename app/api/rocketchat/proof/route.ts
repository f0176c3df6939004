import { methodNotAllowed } from "@/lib/http/guard";
import { proveSubscriptions } from "@/lib/vendors/rocketchat/server/proof";

/** `{subscriptions}` → `{userId, own}`. */
export const POST = proveSubscriptions;

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
