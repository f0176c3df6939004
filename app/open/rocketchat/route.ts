import { methodNotAllowed } from "@/lib/http/guard";
import { openRoom } from "@/lib/vendors/rocketchat/server/routes/open";

/** The deep link, e.g. `/open/rocketchat?path=/channel/general`. */
export const GET = openRoom;

export const { OPTIONS, POST, PUT, PATCH, DELETE } = methodNotAllowed("GET", "HEAD");
