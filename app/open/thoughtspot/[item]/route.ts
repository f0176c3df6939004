import { openItem } from "@/lib/vendors/thoughtspot/open";

/** The redirect login, e.g. `/open/thoughtspot/customer-health`. */
export const GET = openItem;
