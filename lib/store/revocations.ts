import "server-only";
/** Connections that are to be ended at their vendors. A row stays until the vendor has confirmed, or the portal gives up. */
import { randomUUID } from "node:crypto";
import type { RawBuilder } from "kysely";
import { later, sharedNow } from "./clock";
import { getStore, type Store } from "./database";
import type { RevocationTable } from "./schema";

/** What is known of a connection when it is queued. */
export type NewRevocation = Pick<RevocationTable, "vendor" | "user_id" | "account" | "session_id" | "place" | "sealed">;

/** Rows per statement: SQLite takes at least 999 values in one, and a row has ten. */
const rowsPerInsert = 90;

/** @param delayMs how long to leave the connections alive */
export async function insertRevocations(db: Store, revocations: readonly NewRevocation[], delayMs = 0): Promise<void> {
  const created_at = await sharedNow();
  const rows = revocations.map(({ vendor, user_id, account, session_id, place, sealed }) => ({
    id: randomUUID(),
    vendor,
    user_id,
    account,
    session_id,
    place,
    sealed,
    created_at,
    attempts: 0,
    next_at: later(created_at, delayMs),
  }));
  for (let start = 0; start < rows.length; start += rowsPerInsert)
    await db
      .insertInto("revocation")
      .values(rows.slice(start, start + rowsPerInsert))
      .execute();
}

/** Due before everything else: a person who signs out does not wait behind sessions that merely expired. */
const firstInLine = 0;

/** Makes the untried revocations of a portal session due now, replaced connections in their grace period included. */
export async function makeSessionDue(db: Store, sessionId: string): Promise<void> {
  await db
    .updateTable("revocation")
    .set({ next_at: firstInLine })
    .where("session_id", "=", sessionId)
    .where("attempts", "=", 0)
    .execute();
}

/** Makes the untried revocations of one connection's predecessors due now. */
export async function makeReplacedDue(db: Store, sessionId: string, place: string): Promise<void> {
  await db
    .updateTable("revocation")
    .set({ next_at: firstInLine })
    .where("session_id", "=", sessionId)
    .where("place", "=", place)
    .where("attempts", "=", 0)
    .execute();
}

/** Makes what a vendor failed to confirm due now. What was never tried waits for its grace period, not for the vendor. */
export async function makeFailedDue(vendor: string): Promise<void> {
  const db = await getStore();
  await db
    .updateTable("revocation")
    .set({ next_at: await sharedNow() })
    .where("vendor", "=", vendor)
    .where("attempts", ">", 0)
    .execute();
}

/** The vendors at which something is due. */
export async function vendorsWithDue(): Promise<readonly string[]> {
  const db = await getStore();
  const now = await sharedNow();
  const rows = await db.selectFrom("revocation").select("vendor").distinct().where("next_at", "<=", now).execute();
  return rows.map(({ vendor }) => vendor);
}

/** What is due at a vendor, the longest due first. */
export async function dueRevocations(vendor: string, limit: number): Promise<readonly RevocationTable[]> {
  const db = await getStore();
  const now = await sharedNow();
  return db
    .selectFrom("revocation")
    .selectAll()
    .where("vendor", "=", vendor)
    .where("next_at", "<=", now)
    .orderBy("next_at")
    .limit(limit)
    .execute();
}

/**
 * Claims a revocation for this instance, and counts the attempt.
 *
 * @param row as it was read: its attempts tell whether another instance has claimed it since
 * @param forMs after which time another instance may try, should this one crash
 * @returns false when another instance was faster
 */
export async function claimRevocation(row: RevocationTable, forMs: number): Promise<boolean> {
  const db = await getStore();
  const { numUpdatedRows } = await db
    .updateTable("revocation")
    .set({ attempts: row.attempts + 1, next_at: later(await sharedNow(), forMs) })
    .where("id", "=", row.id)
    .where("attempts", "=", row.attempts)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * Gives a claim back as if it had never been made: the vendor takes no calls now, which says nothing about this one. Does
 * nothing when another instance has claimed it meanwhile.
 */
export async function unclaimRevocation(row: RevocationTable): Promise<void> {
  const db = await getStore();
  await db
    .updateTable("revocation")
    .set({ attempts: row.attempts, next_at: row.next_at })
    .where("id", "=", row.id)
    .where("attempts", "=", row.attempts + 1)
    .execute();
}

/** Sets after which time a claimed revocation is tried again. */
export async function postponeRevocation(id: string, byMs: number): Promise<void> {
  const db = await getStore();
  await db
    .updateTable("revocation")
    .set({ next_at: later(await sharedNow(), byMs) })
    .where("id", "=", id)
    .execute();
}

/** Replaces the sealed text of a row that still holds the former one. @returns whether it did */
export async function resealRevocation(id: string, former: string, fresh: string): Promise<boolean> {
  const db = await getStore();
  const { numUpdatedRows } = await db
    .updateTable("revocation")
    .set({ sealed: fresh })
    .where("id", "=", id)
    .where("sealed", "=", former)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function deleteRevocation(id: string): Promise<void> {
  const db = await getStore();
  await db.deleteFrom("revocation").where("id", "=", id).execute();
}

/** Which revocations wait for their vendor: it failed to confirm them, or takes no calls now. */
const waiting = (db: Store, now: RawBuilder<number>) =>
  db.selectFrom("revocation").where((row) => row.or([row("attempts", ">", 0), row("next_at", "<=", now)]));

/** How many revocations wait for each vendor at which some do. */
export async function countWaitingRevocations(): Promise<ReadonlyMap<string, number>> {
  const rows = await waiting(await getStore(), await sharedNow())
    .select(({ fn }) => ["vendor", fn.countAll<number | string>().as("count")])
    .groupBy("vendor")
    .execute();
  return new Map(rows.map(({ vendor, count }) => [vendor, Number(count)]));
}

/** The revocations that wait for a vendor, oldest first. */
export async function waitingRevocations(vendor: string, limit: number): Promise<readonly RevocationTable[]> {
  return waiting(await getStore(), await sharedNow())
    .selectAll()
    .where("vendor", "=", vendor)
    .orderBy("created_at")
    .limit(limit)
    .execute();
}
