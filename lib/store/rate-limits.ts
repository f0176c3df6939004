import "server-only";
/** The counters of rate limits, where several instances can share them: in PostgreSQL. */
import { CompiledQuery } from "kysely";
import { getStore, storeKind } from "./database";

/** The part of a `pg` client that rate-limiter-flexible uses. */
export interface CounterClient {
  query(query: { text: string; values?: unknown[] }): Promise<{ rows: unknown[]; rowCount: number }>;
}

export const counterTable = "rate_limit";

/** A client for shared counters, or null where the store belongs to this instance alone. */
export async function counterClient(): Promise<CounterClient | null> {
  if ((await storeKind()) !== "postgresql") return null;
  return {
    async query({ text, values = [] }) {
      const db = await getStore();
      const { rows, numAffectedRows } = await db.executeQuery(CompiledQuery.raw(text, values));
      return { rows, rowCount: rows.length || Number(numAffectedRows ?? 0) };
    },
  };
}
