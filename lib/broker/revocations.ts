import "server-only";
/**
 * Ending connections at the vendors. A revocation is queued in the store before it is tried, so that neither a slow
 * vendor nor a crash loses it; it is retried until the vendor confirms or the vendor's own lifetime is surely over.
 */
import { randomUUID } from "node:crypto";
import { bulkhead, type IPolicy } from "cockatiel";
import type { Kysely } from "kysely";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isProblem, Problem } from "@/lib/problem/problem";
import { isUnsealError } from "@/lib/security/seal";
import { getStore } from "@/lib/store/database";
import type { RevocationTable, Tables } from "@/lib/store/schema";
import { getSealer } from "@/lib/store/sealing";
import { audit } from "./audit";
import type { Brokered } from "./brokered";

/** Finds a vendor and its configuration by id; null when the portal no longer has it. */
export type VendorLookup = (id: string) => { vendor: Brokered; config: unknown } | null;

export type Revocation = Pick<RevocationTable, "vendor" | "user_id" | "account" | "place" | "sealed">;

const firstRetryMs = 5_000;
const longestRetryMs = 10 * 60_000;
const giveUpMs = 7 * 24 * 3600_000;

/** Revocations this process is carrying out. */
const underWay = perProcess("revocations:under-way", () => new Map<string, Promise<boolean>>());

/** So many at once per vendor: whoever waits for a grant must find the way there free, however many tokens end at once. */
const mostAtOnce = 8;
const lanes = perProcess("revocations:lanes", () => new Map<string, IPolicy>());

function laneOf(vendor: string): IPolicy {
  const lane = lanes.get(vendor) ?? bulkhead(mostAtOnce, Number.POSITIVE_INFINITY);
  lanes.set(vendor, lane);
  return lane;
}

const runner = perProcess("revocations:runner", () => ({ find: undefined as VendorLookup | undefined }));

/** From now on a queued revocation is carried out at once, not only by the next sweep. */
export function runRevocationsAtOnce(find: VendorLookup): void {
  runner.find = find;
}

/**
 * Queues the end of a connection. Durable when this resolves.
 *
 * @param delayMs how long to leave it alive: a frame needs a moment to move from a replaced token to the new one
 * @param store where it is one step of a transaction
 */
export async function queueRevocation(revocation: Revocation, delayMs = 0, store?: Kysely<Tables>): Promise<void> {
  const db = store ?? (await getStore());
  const { vendor, user_id, account, place, sealed } = revocation;
  const created_at = Date.now();
  await db
    .insertInto("revocation")
    .values({
      id: randomUUID(),
      vendor,
      user_id,
      account,
      place,
      sealed,
      created_at,
      attempts: 0,
      next_at: created_at + delayMs,
    })
    .execute();
  const { find } = runner;
  if (find && delayMs === 0)
    runRevocations(find).catch((error: unknown) => log.error({ err: error }, "Revocations could not be run"));
}

/** Makes every waiting revocation of a portal session due now. */
export async function hastenRevocations(sessionId: string): Promise<void> {
  const db = await getStore();
  await db
    .updateTable("revocation")
    .set({ next_at: Date.now() })
    .where("place", "like", `connection:${sessionId}:%`)
    .where("attempts", "=", 0)
    .execute();
}

/** A revocation that its vendor has not confirmed yet. */
export interface PendingRevocation {
  readonly vendor: string;
  readonly userId: string;
  readonly account: string;
  /** How often it was tried; 0 while a frame still moves from a replaced token to the new one. */
  readonly attempts: number;
  readonly since: Date;
  /** When it is tried next. */
  readonly nextAt: Date;
}

/** Revocations that still wait for their vendor, oldest first, for the admin pages. */
export async function pendingRevocations(): Promise<readonly PendingRevocation[]> {
  const db = await getStore();
  const rows = await db.selectFrom("revocation").selectAll().orderBy("created_at").execute();
  return rows.map((row) => ({
    vendor: row.vendor,
    userId: row.user_id,
    account: row.account,
    attempts: row.attempts,
    since: new Date(row.created_at),
    nextAt: new Date(row.next_at),
  }));
}

/**
 * Tries every waiting revocation of a vendor now, however long it was to wait for its next try.
 *
 * @returns how many the vendor has still not confirmed
 */
export async function retryRevocations(vendor: string, find: VendorLookup): Promise<number> {
  const db = await getStore();
  // One that was never tried waits for its frame to move on, not for the vendor.
  await db
    .updateTable("revocation")
    .set({ next_at: Date.now() })
    .where("vendor", "=", vendor)
    .where("attempts", ">", 0)
    .execute();
  await runRevocations(find);
  const waiting = await pendingRevocations();
  return waiting.filter((one) => one.vendor === vendor && one.attempts > 0).length;
}

/**
 * Carries out every revocation that is due, all vendors side by side, and waits for those already under way here.
 *
 * @returns how many the vendors confirmed
 */
export async function runRevocations(find: VendorLookup): Promise<number> {
  const db = await getStore();
  const now = Date.now();
  const due = await db
    .selectFrom("revocation")
    .selectAll()
    .where("next_at", "<=", now)
    .orderBy("next_at")
    .limit(200)
    .execute();
  for (const row of due) {
    if (!underWay.has(row.id))
      underWay.set(
        row.id,
        laneOf(row.vendor)
          .execute(() => claimAndRevoke(row, find))
          .finally(() => underWay.delete(row.id)),
      );
  }
  const done = await Promise.all(underWay.values());
  return done.filter(Boolean).length;
}

async function claimAndRevoke(row: RevocationTable, find: VendorLookup): Promise<boolean> {
  const db = await getStore();
  const backoff = Math.min(longestRetryMs, firstRetryMs * 2 ** row.attempts);
  const claimed = await db
    .updateTable("revocation")
    .set({ attempts: row.attempts + 1, next_at: Date.now() + backoff })
    .where("id", "=", row.id)
    .where("attempts", "=", row.attempts)
    .executeTakeFirst();
  if (claimed.numUpdatedRows === 0n) return false; // another instance has it

  const requestId = randomUUID();
  const event = { requestId, userId: row.user_id, action: "revoke", vendor: row.vendor, account: row.account } as const;
  const started = performance.now();
  try {
    const found = find(row.vendor);
    if (found) {
      const state = (await getSealer().open(row.place, row.sealed)) as object;
      await found.vendor.revoke({ config: found.config, signal: AbortSignal.timeout(5_000), requestId }, state);
    }
    await db.deleteFrom("revocation").where("id", "=", row.id).execute();
    await audit({ ...event, outcome: "ok", durationMs: performance.now() - started });
    return true;
  } catch (error) {
    const problem = isProblem(error) ? error : new Problem("portal_failed", { cause: error });
    if (!isProblem(error)) log.error({ err: error, requestId }, "A revocation failed");
    await audit({ ...event, outcome: "failed", code: problem.code, reference: problem.options.reference });
    // What does not open now never will: nobody can end it but the vendor's own clock.
    const hopeless = isUnsealError(error) || Date.now() - row.created_at > giveUpMs;
    if (hopeless) await db.deleteFrom("revocation").where("id", "=", row.id).execute();
    return false;
  }
}
