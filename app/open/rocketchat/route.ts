import { openRoom } from "@/lib/vendors/rocketchat/open";

/** The deep link, e.g. `/open/rocketchat?path=/channel/general`. */
export const GET = openRoom;
