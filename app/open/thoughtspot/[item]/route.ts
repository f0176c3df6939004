import { methodNotAllowed } from "@/lib/http/guard";
import { openItem } from "@/lib/vendors/thoughtspot/server/routes/open";

/** The redirect login, e.g. `/open/thoughtspot/customer-health`. */
export const GET = openItem;

export const { OPTIONS, POST, PUT, PATCH, DELETE } = methodNotAllowed("GET", "HEAD");
