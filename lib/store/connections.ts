import "server-only";
/**
 * Live vendor sessions and tokens, encrypted; while one is being opened, the lease of the instance that opens it.
 *
 * Every write names the lease or the connection it expects to find, so that an instance that was too slow changes nothing.
 */
import { later, sharedNow } from "./clock";
import { compiledOnce } from "./compiled";
import { getStore, type Store } from "./database";
import { insertRevocations, makeReplacedDue, type NewRevocation } from "./revocations";
import type { ConnectionTable } from "./schema";

/** The primary key of a connection. */
export interface ConnectionId {
  readonly sessionId: string;
  readonly vendor: string;
  readonly scope: string;
}

/** The sealing context of a connection: what its encrypted state is bound to. */
export const connectionContext = ({ sessionId, vendor, scope }: ConnectionId) =>
  `connection:${sessionId}:${vendor}:${scope}`;

const byId = compiledOnce((db, sessionId: string, vendor: string, scope: string) =>
  db
    .selectFrom("connection")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("vendor", "=", vendor)
    .where("scope", "=", scope),
);

/** The row of a connection, whatever its state. */
export async function readConnection({ sessionId, vendor, scope }: ConnectionId): Promise<ConnectionTable | undefined> {
  const [row] = await byId(sessionId, vendor, scope);
  return row;
}

/** Who a connection belongs to, and when its portal session ends. */
export interface ConnectionOwner {
  readonly userId: string;
  readonly account: string;
  readonly sessionExpiresAt: Date;
}

/**
 * Takes the lease of a connection unless another instance holds it.
 *
 * @param leaseOwner unique per attempt
 * @param leaseMs how long no other instance may take it
 * @returns the row with the lease, or undefined
 */
export async function acquireLease(
  { sessionId, vendor, scope }: ConnectionId,
  { userId, account, sessionExpiresAt }: ConnectionOwner,
  leaseOwner: string,
  leaseMs: number,
): Promise<ConnectionTable | undefined> {
  const db = await getStore();
  const now = await sharedNow();
  const lease = { lease_owner: leaseOwner, lease_until: later(now, leaseMs) };
  return db
    .insertInto("connection")
    .values({
      session_id: sessionId,
      vendor,
      scope,
      user_id: userId,
      account,
      sealed: null,
      connected_at: 0,
      expires_at: null,
      session_expires_at: sessionExpiresAt.getTime(),
      ...lease,
    })
    .onConflict((conflict) =>
      conflict.columns(["session_id", "vendor", "scope"]).doUpdateSet(lease).where("connection.lease_until", "<", now),
    )
    .returningAll()
    .executeTakeFirst();
}

/** Gives a lease back. Does nothing when another instance has taken it over. */
export async function releaseLease({ sessionId, vendor, scope }: ConnectionId, leaseOwner: string): Promise<void> {
  const db = await getStore();
  await db
    .updateTable("connection")
    .set({ lease_owner: null, lease_until: 0 })
    .where("session_id", "=", sessionId)
    .where("vendor", "=", vendor)
    .where("scope", "=", scope)
    .where("lease_owner", "=", leaseOwner)
    .execute();
}

/**
 * What became of a new connection: it is stored; its portal session had ended; the user had disconnected meanwhile; or
 * another instance had taken the lease over. In the last three cases its revocation is queued.
 */
export type StoreOutcome = "stored" | "session-ended" | "disconnected" | "lease-lost";

export interface NewConnection {
  readonly sealed: string;
  readonly connectedAt: number;
  readonly expiresAt: Date | undefined;
}

/**
 * Puts a new connection in the place of the one it replaces, and queues the revocation of whichever of the two is not
 * needed, in one transaction.
 *
 * @param replaced what the lease holder found in the row
 * @param graceMs how long the replaced connection stays alive
 */
export async function storeConnection(
  id: ConnectionId,
  owner: ConnectionOwner,
  leaseOwner: string,
  fresh: NewConnection,
  replaced: NewRevocation | null,
  graceMs: number,
): Promise<StoreOutcome> {
  const db = await getStore();
  const { sessionId, vendor, scope } = id;
  const place = connectionContext(id);
  return db.transaction().execute(async (step) => {
    const { numUpdatedRows } = await step
      .updateTable("connection")
      .set({
        sealed: fresh.sealed,
        account: owner.account,
        user_id: owner.userId,
        connected_at: fresh.connectedAt,
        expires_at: fresh.expiresAt?.getTime() ?? null,
        session_expires_at: owner.sessionExpiresAt.getTime(),
        lease_owner: null,
        lease_until: 0,
      })
      .where("session_id", "=", sessionId)
      .where("vendor", "=", vendor)
      .where("scope", "=", scope)
      .where("lease_owner", "=", leaseOwner)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom("ended_session").select("session_id").where("session_id", "=", sessionId))),
      )
      .executeTakeFirst();
    if (numUpdatedRows > 0n) {
      // The caller still used the connection that is replaced now; those replaced before it are not in use any more.
      await makeReplacedDue(step, sessionId, place);
      if (replaced) await insertRevocations(step, [replaced], graceMs);
      return "stored";
    }
    const revocation = { vendor, user_id: owner.userId, account: owner.account, session_id: sessionId, place };
    await insertRevocations(step, [{ ...revocation, sealed: fresh.sealed }]);
    return whyNotStored(step, id);
  });
}

async function whyNotStored(
  db: Store,
  { sessionId, vendor, scope }: ConnectionId,
): Promise<Exclude<StoreOutcome, "stored">> {
  const ended = await db
    .selectFrom("ended_session")
    .select("session_id")
    .where("session_id", "=", sessionId)
    .executeTakeFirst();
  if (ended) return "session-ended";
  const row = await db
    .selectFrom("connection")
    .select("lease_owner")
    .where("session_id", "=", sessionId)
    .where("vendor", "=", vendor)
    .where("scope", "=", scope)
    .executeTakeFirst();
  return row ? "lease-lost" : "disconnected";
}

/**
 * Stores the changed state of a connection, unless the connection was replaced meanwhile.
 *
 * @param connectedAt names the connection that the change belongs to
 * @returns whether it was stored
 */
export async function updateConnectionState(
  { sessionId, vendor, scope }: ConnectionId,
  connectedAt: number,
  sealed: string,
): Promise<boolean> {
  const db = await getStore();
  const { numUpdatedRows } = await db
    .updateTable("connection")
    .set({ sealed })
    .where("session_id", "=", sessionId)
    .where("vendor", "=", vendor)
    .where("scope", "=", scope)
    .where("connected_at", "=", connectedAt)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Replaces the sealed text of a row that still holds the former one. @returns whether it did */
export async function resealConnection(
  { sessionId, vendor, scope }: ConnectionId,
  former: string,
  fresh: string,
): Promise<boolean> {
  const db = await getStore();
  const { numUpdatedRows } = await db
    .updateTable("connection")
    .set({ sealed: fresh })
    .where("session_id", "=", sessionId)
    .where("vendor", "=", vendor)
    .where("scope", "=", scope)
    .where("sealed", "=", former)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The live connections of one portal session, oldest first. */
export async function connectionsOfSession(
  sessionId: string,
): Promise<readonly Pick<ConnectionTable, "vendor" | "account" | "scope" | "connected_at">[]> {
  const db = await getStore();
  return db
    .selectFrom("connection")
    .select(["vendor", "account", "scope", "connected_at"])
    .where("session_id", "=", sessionId)
    .where("sealed", "is not", null)
    .orderBy("connected_at")
    .execute();
}

/** Which connections are to end: those of a session, of a user at one vendor, or of every session expired by then. */
export type ConnectionSelection =
  | { readonly sessionId: string; readonly vendor?: string }
  | { readonly userId: string; readonly vendor: string }
  | { readonly expiredBy: number };

/**
 * Deletes connections and queues their revocations: as one step of the caller's transaction, both happen or neither.
 *
 * @param limit at most so many rows
 * @returns how many rows were deleted, leases without a connection included
 */
export async function moveToRevocations(step: Store, which: ConnectionSelection, limit: number): Promise<number> {
  const rows = await step
    .deleteFrom("connection")
    .where(({ eb, refTuple, selectFrom }) => {
      let chosen = selectFrom("connection").select(["session_id", "vendor", "scope"]);
      if ("expiredBy" in which) chosen = chosen.where("session_expires_at", "<", which.expiredBy);
      else if ("userId" in which) chosen = chosen.where("user_id", "=", which.userId);
      else chosen = chosen.where("session_id", "=", which.sessionId);
      if ("vendor" in which && which.vendor) chosen = chosen.where("vendor", "=", which.vendor);
      return eb(
        refTuple("session_id", "vendor", "scope"),
        "in",
        chosen.limit(limit).$asTuple("session_id", "vendor", "scope"),
      );
    })
    .returningAll()
    .execute();
  const revocations = rows.flatMap(({ sealed, session_id, vendor, scope, user_id, account }) =>
    sealed === null
      ? []
      : [
          {
            vendor,
            user_id,
            account,
            session_id,
            place: connectionContext({ sessionId: session_id, vendor, scope }),
            sealed,
          },
        ],
  );
  await insertRevocations(step, revocations);
  return rows.length;
}

/** How many connections are live, and how many users they belong to, for each vendor that has some. */
export async function countConnections(): Promise<
  readonly { readonly vendor: string; readonly connections: number; readonly users: number }[]
> {
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
  // PostgreSQL counts in a type that its driver hands over as text.
  return rows.map(({ vendor, connections, users }) => ({
    vendor,
    connections: Number(connections),
    users: Number(users),
  }));
}
