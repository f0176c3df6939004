import { only } from "@/lib/broker/guard";
import { itemGrantRoute } from "@/lib/vendors/grant";

/** `{item}` → `{identityToken, userId}`; a new identity token at every call. */
export const POST = itemGrantRoute("microstrategy");

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = only("POST");
