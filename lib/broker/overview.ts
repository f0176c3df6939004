import "server-only";
/** How much is going on, for the admin pages. */
import { getStore } from "@/lib/store/database";

export interface OpenConnections {
  readonly connections: number;
  readonly users: number;
}

/** The live connections of each vendor that has some. */
export async function openConnections(): Promise<ReadonlyMap<string, OpenConnections>> {
  const db = await getStore();
  const rows = await db
    .selectFrom("connection")
    .select(({ fn }) => [
      "vendor",
      fn.countAll<number | string>().as("connections"),
      fn.count<number | string>("user_id").distinct().as("users"),
    ])
    .where("sealed", "is not", null)
    .groupBy("vendor")
    .execute();
  return new Map(
    rows.map(({ vendor, connections, users }) => [
      vendor,
      // PostgreSQL counts in a type that its driver hands over as text.
      { connections: Number(connections), users: Number(users) },
    ]),
  );
}
