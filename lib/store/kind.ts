import "server-only";
/** What the store really is: a file that cannot be written has been replaced by memory. */
import { sql } from "kysely";
import { getConfig } from "@/lib/config/config";
import { getStore } from "./database";

export type StoreKind = "file" | "memory" | "postgresql";

/** The store of this process. @throws when it does not answer */
export async function storeKind(): Promise<StoreKind> {
  const db = await getStore();
  if (/^postgres(ql)?:/.test(getConfig().databaseUrl)) {
    await sql`select 1`.execute(db);
    return "postgresql";
  }
  const { rows } = await sql<{
    file: string | null;
  }>`select file from pragma_database_list where name = 'main'`.execute(db);
  return rows[0]?.file ? "file" : "memory";
}
