import "server-only";
/**
 * The clock by which instances agree on leases and on what is due. Instances with one PostgreSQL compare its time, so that
 * a clock of theirs that is wrong takes nobody's lease. Those with one SQLite file share a machine, and with it a clock.
 */
import { type RawBuilder, sql } from "kysely";
import { getStore, storeKind } from "./database";

/** Now, and the same within one statement: milliseconds since the epoch, as a value in a query. */
export async function sharedNow(): Promise<RawBuilder<number>> {
  return (await storeKind()) === "postgresql"
    ? sql<number>`(extract(epoch from statement_timestamp()) * 1000)::bigint`
    : sql<number>`cast(${Date.now()} as integer)`;
}

/** The same as a number, for what is compared outside a query: milliseconds since the epoch. */
export async function readSharedNow(): Promise<number> {
  if ((await storeKind()) !== "postgresql") return Date.now();
  const { rows } = await sql<{ now: number | string }>`select ${await sharedNow()} as now`.execute(await getStore());
  return Number(rows[0]?.now);
}

/** A time so many milliseconds after another. */
export const later = (time: RawBuilder<number>, ms: number): RawBuilder<number> =>
  sql<number>`${time} + ${sql.lit(Math.round(ms))}`;
