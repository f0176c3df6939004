import "server-only";
/**
 * Ending connections at the vendors. A revocation is queued in the store before it is tried, so that neither a slow
 * vendor nor a crash loses it. It is retried until the vendor confirms; past the vendor's own maximum lifetime, or when
 * it cannot be carried out any more, it is abandoned, and the audit says so.
 */
import { randomUUID } from "node:crypto";
import { setImmediate as yieldToOthers } from "node:timers/promises";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isProblem, Problem } from "@/lib/problem/problem";
import { isUnsealError } from "@/lib/security/seal";
import { readSharedNow } from "@/lib/store/clock";
import { getStore } from "@/lib/store/database";
import {
  claimRevocation,
  countWaitingRevocations,
  deleteRevocation,
  dueRevocations,
  insertRevocations,
  makeFailedDue,
  type NewRevocation,
  postponeRevocation,
  unclaimRevocation,
  vendorsWithDue,
  waitingRevocations,
} from "@/lib/store/revocations";
import type { RevocationTable } from "@/lib/store/schema";
import { getSealer } from "@/lib/store/sealing";
import { note, record } from "@/lib/trace/trace";
import { type AuditEvent, audit } from "./audit";
import type { VendorAdapter } from "./vendor-adapter";

/** Finds a vendor and its configuration by id; null when the portal no longer has it. */
export type VendorLookup = (id: string) => { vendor: VendorAdapter; config: unknown } | null;

const firstRetryMs = 5_000;
const maxRetryMs = 10 * 60_000;
const callTimeoutMs = 5_000;
/** How long no other instance takes a claimed revocation over: longer than the call may take. */
const claimMs = 15_000;
/** Revocations in flight per vendor: calls that fetch a grant must find room there, however many tokens end at once. */
const maxInFlight = 8;
const batchSize = 64;

/** What this process does at one vendor. */
interface Drain {
  running?: Promise<number>;
  /** Something was queued after the running drain had looked. */
  again: boolean;
  /** The vendor asked for a pause until then, or its circuit is open. Milliseconds since the epoch. */
  pausedUntil: number;
}

const state = perProcess("revocations", () => ({
  find: undefined as VendorLookup | undefined,
  drains: new Map<string, Drain>(),
  wakeUps: new Set<number>(),
}));

function drainOf(vendor: string): Drain {
  const known = state.drains.get(vendor);
  if (known) return known;
  const drain: Drain = { again: false, pausedUntil: 0 };
  state.drains.set(vendor, drain);
  return drain;
}

/** From now on this process carries out what {@link scheduleRevocations} announces, not only what a sweep finds. */
export function runScheduledRevocations(find: VendorLookup): void {
  state.find = find;
}

/** Wake-ups are rounded up to this, so that many at once are one. */
const wakeUpGridMs = 100;

/** Runs the revocations in some time: call it when something that becomes due then is durably queued. */
export function scheduleRevocations(delayMs: number): void {
  const at = Math.ceil((Date.now() + delayMs) / wakeUpGridMs) * wakeUpGridMs;
  if (!state.find || state.wakeUps.has(at)) return;
  state.wakeUps.add(at);
  setTimeout(() => {
    state.wakeUps.delete(at);
    if (state.find)
      runRevocations(state.find).catch((error: unknown) => log.error({ err: error }, "Revocations could not be run"));
  }, at - Date.now()).unref();
}

/** Queues the revocation of a connection that is not in the store. Durable when this resolves. */
export async function queueRevocation(revocation: NewRevocation): Promise<void> {
  await insertRevocations(await getStore(), [revocation]);
  scheduleRevocations(0);
}

/**
 * Carries out every revocation that is due, all vendors side by side, until none is left.
 *
 * @returns how many the vendors confirmed
 */
export async function runRevocations(find: VendorLookup): Promise<number> {
  const running = [...state.drains].flatMap(([vendor, drain]) => (drain.running ? [vendor] : []));
  const vendors = new Set([...(await vendorsWithDue()), ...running]);
  const confirmed = await Promise.all([...vendors].map((vendor) => drainVendor(vendor, find)));
  return confirmed.reduce((total, count) => total + count, 0);
}

/**
 * The same, but waits a moment only: what the vendors have not confirmed by then goes on in the background. Never throws:
 * what is queued is tried again by the next sweep.
 */
export async function settleRevocations(find: VendorLookup, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  const running = runRevocations(find).catch((error: unknown) =>
    log.error({ err: error }, "Revocations could not be run"),
  );
  await Promise.race([running, patience]);
  clearTimeout(timer);
}

/** One drain per vendor and process; a call while it runs makes it look once more, and waits for it. */
function drainVendor(vendor: string, find: VendorLookup): Promise<number> {
  const drain = drainOf(vendor);
  if (drain.running) drain.again = true;
  else if (Date.now() < drain.pausedUntil) return Promise.resolve(0);
  else drain.running = drainUntilEmpty(vendor, drain, find);
  return drain.running;
}

async function drainUntilEmpty(vendor: string, drain: Drain, find: VendorLookup): Promise<number> {
  let confirmed = 0;
  const worker = async (rows: RevocationTable[]) => {
    for (let row = rows.shift(); row && Date.now() >= drain.pausedUntil; row = rows.shift()) {
      const { outcome, pauseMs } = await attempt(row, find);
      if (outcome === "confirmed") confirmed += 1;
      // The embedded store answers at once: without this, all workers would go on in one turn of the event loop.
      await yieldToOthers();
      if (pauseMs) {
        drain.pausedUntil = Date.now() + pauseMs;
        scheduleRevocations(pauseMs);
      }
    }
  };
  try {
    do {
      drain.again = false;
      while (Date.now() >= drain.pausedUntil) {
        const rows = [...(await dueRevocations(vendor, batchSize))];
        if (rows.length === 0) break;
        await Promise.all(Array.from({ length: maxInFlight }, () => worker(rows)));
      }
    } while (drain.again);
  } finally {
    // In the same turn as the last look at `again`, or a call in between would be forgotten.
    drain.running = undefined;
  }
  return confirmed;
}

interface Attempt {
  readonly outcome: "confirmed" | "put-off" | "failed" | "abandoned" | "claimed-elsewhere";
  /** The vendor takes no more for so long. */
  readonly pauseMs?: number;
}

async function attempt(row: RevocationTable, find: VendorLookup): Promise<Attempt> {
  const backoffMs = Math.min(maxRetryMs, firstRetryMs * 2 ** row.attempts);
  if (!(await claimRevocation(row, Math.max(backoffMs, claimMs)))) return { outcome: "claimed-elsewhere" };
  const requestId = randomUUID();
  const { vendor, account, user_id, session_id } = row;
  const session = { id: session_id, user: { id: user_id, name: "" } };
  // Detached: whoever's request runs the queue, the rows are other people's.
  return record(
    {
      requestId,
      root: "revoke",
      method: "REVOKE",
      path: vendor,
      kind: "revoke",
      detached: true,
      session,
      vendor,
      account,
    },
    () => claimed(row, find, requestId, backoffMs),
  );
}

async function claimed(
  row: RevocationTable,
  find: VendorLookup,
  requestId: string,
  backoffMs: number,
): Promise<Attempt> {
  const event = { requestId, userId: row.user_id, action: "revoke", vendor: row.vendor, account: row.account } as const;
  const started = performance.now();
  const found = find(row.vendor);
  if (!found) return abandon(row, { ...event, code: "vendor_unconfigured" });
  try {
    const sealed = (await getSealer().unseal(row.place, row.sealed)) as object;
    const signal = AbortSignal.timeout(callTimeoutMs);
    await found.vendor.revoke({ config: found.config, signal, requestId }, sealed);
  } catch (error) {
    // What cannot be decrypted now never will be.
    if (isUnsealError(error)) return abandon(row, { ...event, code: "portal_failed", reference: "not decryptable" });
    const problem = isProblem(error) ? error : new Problem("portal_failed", { cause: error });
    note({ code: problem.code, reference: problem.options.reference });
    if (!isProblem(error)) log.error({ err: error, requestId }, "A revocation failed unexpectedly");
    const failed = { ...event, code: problem.code, reference: problem.options.reference };
    if ((await readSharedNow()) - Number(row.created_at) > found.vendor.maxLifetimeMs) return abandon(row, failed);
    const pauseMs = (problem.options.retryAfter ?? 0) * 1000;
    if (problem.code === "vendor_busy" && pauseMs > 0) {
      // A rate limit: nothing failed. The revocation keeps its place in the queue.
      await unclaimRevocation(row);
      return { outcome: "put-off", pauseMs };
    }
    await postponeRevocation(row.id, pauseMs || backoffMs);
    // The first failure is an event; the retries of a vendor that is down for a day would be a million.
    if (row.attempts === 0) await audit({ ...failed, outcome: "failed", durationMs: performance.now() - started });
    return { outcome: "failed", pauseMs };
  }
  await deleteRevocation(row.id);
  await audit({ ...event, outcome: "ok", durationMs: performance.now() - started });
  return { outcome: "confirmed" };
}

async function abandon(row: RevocationTable, event: Omit<AuditEvent, "outcome">): Promise<Attempt> {
  await audit({ ...event, outcome: "abandoned" });
  await deleteRevocation(row.id);
  return { outcome: "abandoned" };
}

/** A revocation that waits for its vendor: it has failed to confirm, or takes no calls now. */
export interface PendingRevocation {
  readonly vendor: string;
  readonly userId: string;
  readonly account: string;
  /** How often it failed. */
  readonly attempts: number;
  readonly since: Date;
  /** When it is tried next. */
  readonly nextAt: Date;
}

/** The revocations that wait for a vendor. */
export interface PendingRevocations {
  readonly count: number;
  /** The oldest ones. */
  readonly oldest: readonly PendingRevocation[];
}

const maxListed = 20;

/** What waits for its vendor, for the admin pages, for each vendor at which something does. */
export async function pendingRevocations(): Promise<ReadonlyMap<string, PendingRevocations>> {
  const counts = await countWaitingRevocations();
  const entries = [...counts].map(async ([vendor, count]) => {
    const rows = await waitingRevocations(vendor, maxListed);
    const oldest = rows.map((row) => ({
      vendor,
      userId: row.user_id,
      account: row.account,
      attempts: row.attempts,
      since: new Date(row.created_at),
      nextAt: new Date(row.next_at),
    }));
    return [vendor, { count, oldest }] as const;
  });
  return new Map(await Promise.all(entries));
}

const retryPatienceMs = 8_000;

/**
 * Tries every waiting revocation of a vendor now, however long it was to wait for its next try.
 *
 * @returns how many the vendor has still not confirmed after a moment
 */
export async function retryRevocations(vendor: string, find: VendorLookup): Promise<number> {
  await makeFailedDue(vendor);
  drainOf(vendor).pausedUntil = 0;
  await settleRevocations(find, retryPatienceMs);
  return (await countWaitingRevocations()).get(vendor) ?? 0;
}
