import "server-only";
/** Whether anyone in the portal still uses a vendor account. */
import { getStore } from "./database";

/** Whether a live portal session has a connection of this vendor account. */
export async function hasConnection(vendor: string, account: string): Promise<boolean> {
  const db = await getStore();
  const found = await db
    .selectFrom("connection")
    .select("session_id")
    .where("vendor", "=", vendor)
    .where("account", "=", account)
    .where("session_expires_at", ">", Date.now())
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
