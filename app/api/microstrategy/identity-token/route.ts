import { itemGrantRoute } from "@/lib/grants/grant";
import { methodNotAllowed } from "@/lib/http/guard";

/** `{item}` → `{identityToken, userId}`; a new identity token at every call. */
export const POST = itemGrantRoute("microstrategy");

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
