import { only } from "@/lib/broker/guard";
import { openRoom } from "@/lib/vendors/rocketchat/open";

/** The deep link, e.g. `/open/rocketchat?path=/channel/general`. */
export const GET = openRoom;

export const { OPTIONS, POST, PUT, PATCH, DELETE } = only("GET", "HEAD");
