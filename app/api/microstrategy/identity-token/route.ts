import { itemGrantRoute } from "@/lib/vendors/grant";

/** `{item}` → `{identityToken, userId}`; a new identity token at every call. */
export const POST = itemGrantRoute("microstrategy");
