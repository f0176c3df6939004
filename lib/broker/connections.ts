import "server-only";
/**
 * Connections: the live vendor sessions and tokens of portal sessions. At most one is opened at a time per key, in this
 * process by a map of promises and across instances by a lease in the store.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { Problem } from "@/lib/problem/problem";
import { isUnsealError } from "@/lib/security/seal";
import { compiledOnce } from "@/lib/store/compiled";
import { getStore } from "@/lib/store/database";
import type { ConnectionTable } from "@/lib/store/schema";
import { getSealer } from "@/lib/store/sealing";
import type { Brokered, Connected, UserContext } from "./brokered";
import { queueRevocation } from "./revocations";
import type { PortalSession } from "./user";

/** What identifies a connection. */
export interface ConnectionKey {
  readonly session: PortalSession;
  readonly vendor: string;
  readonly scope: string;
  readonly account: string;
}

export interface LiveConnection {
  readonly state: object;
  /** Milliseconds since the epoch; orders the connections of one key. */
  readonly connectedAt: number;
}

/** A lease lasts longer than any connect may take, so that only a crashed holder ever loses it. */
const leaseMs = 15_000;
/** How long a replaced connection stays alive, so that a frame can move to the new one without a gap. */
const replacedLivesMs = 30_000;
/** How often an instance looks whether another one has finished connecting. */
const watchMs = 40;
/** A connection this close to its end is not handed out any more. */
const skewMs = 5_000;

const place = (key: ConnectionKey) => `connection:${key.session.id}:${key.vendor}:${key.scope}`;

// Opened states, so that a reused connection costs no decryption. Keyed by place and sealed text: a changed row misses,
// and what was opened at one place never counts as opened at another.
const opened = perProcess("connections:opened", () => new Map<string, object>());
const openedMax = 2_000;

const nameOf = (key: ConnectionKey, sealed: string) => `${place(key)} ${sealed}`;

/** @throws UnsealError when it was sealed for another place, altered, or sealed with a key that is gone */
async function openState(key: ConnectionKey, sealed: string): Promise<object> {
  const name = nameOf(key, sealed);
  const known = opened.get(name);
  if (known) return known;
  const state = (await getSealer().open(place(key), sealed)) as object;
  keepOpen(name, state);
  return state;
}

function keepOpen(name: string, state: object): void {
  if (opened.size >= openedMax) opened.delete(opened.keys().next().value as string);
  opened.set(name, state);
}

const connectionRow = compiledOnce((db, sessionId: string, vendor: string, scope: string) =>
  db
    .selectFrom("connection")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("vendor", "=", vendor)
    .where("scope", "=", scope),
);

async function readRow(key: ConnectionKey): Promise<ConnectionTable | undefined> {
  const [row] = await connectionRow(key.session.id, key.vendor, key.scope);
  return row;
}

type LiveRow = ConnectionTable & { sealed: string };

function isLive(row: ConnectionTable | undefined, key: ConnectionKey, after: number): row is LiveRow {
  return (
    row !== undefined &&
    row.sealed !== null &&
    row.connected_at > after &&
    row.account === key.account &&
    (row.expires_at === null || row.expires_at > Date.now() + skewMs)
  );
}

/** The connection in a row, or null when there is none, it is over, or it does not open here: a new one takes its place. */
async function openRow(
  row: ConnectionTable | undefined,
  key: ConnectionKey,
  after: number,
): Promise<LiveConnection | null> {
  if (!isLive(row, key, after)) return null;
  try {
    return { state: await openState(key, row.sealed), connectedAt: row.connected_at };
  } catch (error) {
    if (!isUnsealError(error)) throw error;
    log.error({ vendor: key.vendor, userId: key.session.user.id }, "A stored connection does not open; it is replaced");
    return null;
  }
}

/** The current connection of a key, or null. */
export async function currentConnection(key: ConnectionKey): Promise<LiveConnection | null> {
  return openRow(await readRow(key), key, 0);
}

const flights = perProcess("connections:flights", () => new Map<string, Promise<LiveConnection>>());

/**
 * A connection that was opened later than `after` (0 for any live one): the stored one, or the one that somebody is
 * opening right now, or a new one.
 *
 * @throws Problem whatever the vendor's connect throws; every waiter of one attempt gets the same error
 */
export function obtainConnection<Config, State extends object>(
  vendor: Brokered<Config, State>,
  context: UserContext<Config>,
  key: ConnectionKey,
  after: number,
): Promise<LiveConnection> {
  const name = `${place(key)}:${key.account}`;
  const running = flights.get(name);
  if (running)
    return running.then((live) => (live.connectedAt > after ? live : obtainConnection(vendor, context, key, after)));
  const flight = connectOnce(vendor, context, key, after).finally(() => flights.delete(name));
  flights.set(name, flight);
  return flight;
}

async function connectOnce<Config, State extends object>(
  vendor: Brokered<Config, State>,
  context: UserContext<Config>,
  key: ConnectionKey,
  after: number,
): Promise<LiveConnection> {
  const owner = randomUUID();
  const old = await takeLease(key, owner, after);
  if ("live" in old) return old.live;
  let connected: Connected<State>;
  try {
    connected = await vendor.connect(context);
  } catch (error) {
    await releaseLease(key, owner);
    throw error;
  }
  return storeConnection(key, owner, connected, old.replaced, after);
}

/**
 * Waits for the lease of a key.
 *
 * @returns the connection another instance opened meanwhile, or, with the lease held, the row that is to be replaced
 */
async function takeLease(
  key: ConnectionKey,
  owner: string,
  after: number,
): Promise<{ live: LiveConnection } | { replaced: LiveRow | null }> {
  const deadline = Date.now() + leaseMs;
  for (;;) {
    const leased = await tryLease(key, owner);
    const live = await openRow(leased ?? (await readRow(key)), key, after);
    if (live) {
      // Another instance finished before this one took the lease.
      if (leased) await releaseLease(key, owner);
      return { live };
    }
    if (leased) return { replaced: leased.sealed === null ? null : { ...leased, sealed: leased.sealed } };
    if (Date.now() > deadline) throw new Problem("vendor_busy", { retryAfter: 2 });
    await pause(watchMs);
  }
}

/** Takes the lease unless somebody holds it. @returns the row with the lease, or undefined */
async function tryLease(key: ConnectionKey, owner: string): Promise<ConnectionTable | undefined> {
  const db = await getStore();
  const now = Date.now();
  return db
    .insertInto("connection")
    .values({
      session_id: key.session.id,
      vendor: key.vendor,
      scope: key.scope,
      user_id: key.session.user.id,
      account: key.account,
      sealed: null,
      connected_at: 0,
      expires_at: null,
      session_expires_at: key.session.expiresAt.getTime(),
      lease_owner: owner,
      lease_until: now + leaseMs,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["session_id", "vendor", "scope"])
        .doUpdateSet({ lease_owner: owner, lease_until: now + leaseMs })
        .where("connection.lease_until", "<", now),
    )
    .returningAll()
    .executeTakeFirst();
}

async function releaseLease(key: ConnectionKey, owner: string): Promise<void> {
  const db = await getStore();
  await db
    .updateTable("connection")
    .set({ lease_owner: null, lease_until: 0 })
    .where("session_id", "=", key.session.id)
    .where("vendor", "=", key.vendor)
    .where("scope", "=", key.scope)
    .where("lease_owner", "=", owner)
    .execute();
}

/** Puts the new connection in the place of the old one and queues the old one's end: both or neither. */
async function storeConnection(
  key: ConnectionKey,
  owner: string,
  connected: Connected<object>,
  replaced: LiveRow | null,
  after: number,
): Promise<LiveConnection> {
  const db = await getStore();
  const sealed = await getSealer().seal(place(key), connected.state);
  // Later than what it replaces even within one millisecond: the order of connections hangs on it.
  const connectedAt = Math.max(Date.now(), after + 1);
  const stored = await db.transaction().execute(async (step) => {
    const { numUpdatedRows } = await step
      .updateTable("connection")
      .set({
        sealed,
        account: key.account,
        user_id: key.session.user.id,
        connected_at: connectedAt,
        expires_at: connected.expiresAt?.getTime() ?? null,
        session_expires_at: key.session.expiresAt.getTime(),
        lease_owner: null,
        lease_until: 0,
      })
      .where("session_id", "=", key.session.id)
      .where("vendor", "=", key.vendor)
      .where("scope", "=", key.scope)
      .where("lease_owner", "=", owner)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom("ended_session").select("session_id").where("session_id", "=", key.session.id))),
      )
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    if (replaced) await queueRevocation({ ...replaced, place: place(key) }, replacedLivesMs, step);
    return true;
  });
  // The user signed out while the vendor was answering: what was opened must not stay.
  if (!stored) {
    await removeRows(key);
    await queueRevocation({
      vendor: key.vendor,
      user_id: key.session.user.id,
      account: key.account,
      sealed,
      place: place(key),
    });
    throw new Problem("unauthenticated");
  }
  keepOpen(nameOf(key, sealed), connected.state);
  return { state: connected.state, connectedAt };
}

async function removeRows(key: ConnectionKey): Promise<void> {
  const db = await getStore();
  await db
    .deleteFrom("connection")
    .where("session_id", "=", key.session.id)
    .where("vendor", "=", key.vendor)
    .where("scope", "=", key.scope)
    .execute();
}

/** Stores what a mint changed in the connection (new cookies), unless the connection was replaced meanwhile. */
export async function updateConnection(key: ConnectionKey, connectedAt: number, state: object): Promise<void> {
  const db = await getStore();
  await db
    .updateTable("connection")
    .set({ sealed: await getSealer().seal(place(key), state) })
    .where("session_id", "=", key.session.id)
    .where("vendor", "=", key.vendor)
    .where("scope", "=", key.scope)
    .where("connected_at", "=", connectedAt)
    .execute();
}

/** What the connections page shows of one connection. */
export interface ConnectionSummary {
  readonly vendor: string;
  readonly account: string;
  readonly scope: string;
  readonly connectedAt: Date;
}

/** The live connections of one portal session. */
export async function connectionsOf(sessionId: string): Promise<readonly ConnectionSummary[]> {
  const db = await getStore();
  const rows = await db
    .selectFrom("connection")
    .select(["vendor", "account", "scope", "connected_at"])
    .where("session_id", "=", sessionId)
    .where("sealed", "is not", null)
    .orderBy("connected_at")
    .execute();
  return rows.map((row) => ({
    vendor: row.vendor,
    account: row.account,
    scope: row.scope,
    connectedAt: new Date(row.connected_at),
  }));
}

/**
 * Takes connections out of the store and queues their end at the vendors.
 *
 * @param which the connections of a session, of one vendor in it, of one vendor in all of a user's sessions, or of every
 *   session that has expired by `expiredBy`
 * @returns how many were queued
 */
export async function dropConnections(
  which:
    | { readonly sessionId: string; readonly vendor?: string }
    | { readonly userId: string; readonly vendor: string }
    | { readonly expiredBy: number },
): Promise<number> {
  const db = await getStore();
  let query = db.deleteFrom("connection").returningAll();
  if ("expiredBy" in which) query = query.where("session_expires_at", "<", which.expiredBy);
  else {
    query =
      "userId" in which ? query.where("user_id", "=", which.userId) : query.where("session_id", "=", which.sessionId);
    if (which.vendor) query = query.where("vendor", "=", which.vendor);
  }
  const rows = await query.execute();
  const live = rows.flatMap((row) => (row.sealed === null ? [] : [{ ...row, sealed: row.sealed }]));
  for (const row of live)
    await queueRevocation({ ...row, place: `connection:${row.session_id}:${row.vendor}:${row.scope}` });
  return live.length;
}
