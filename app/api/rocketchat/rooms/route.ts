import { shareRoomsRoute } from "@/lib/grants/share";
import { methodNotAllowed } from "@/lib/http/guard";

/** `{}` → `{rooms}`: the user's own rooms. */
export const POST = shareRoomsRoute("rocketchat");

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
