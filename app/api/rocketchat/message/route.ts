import { shareMessageRoute } from "@/lib/grants/share";
import { methodNotAllowed } from "@/lib/http/guard";

/** `{room, item, view?, text?}` → `{room}`: posts the link to a view, as the user. */
export const POST = shareMessageRoute("rocketchat");

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
