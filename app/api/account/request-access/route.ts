import { requestAccess } from "@/lib/accounts/request-access";
import { methodNotAllowed } from "@/lib/http/guard";

/** `{page}` → 204, whether there is such an item or not. */
export const POST = requestAccess;

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
