import "server-only";
/**
 * Across instances at most one opens a connection at a time: the one that holds the lease in the connection's row. The
 * others wait and take what it has opened.
 */
import { setTimeout as pause } from "node:timers/promises";
import { log } from "@/lib/log";
import { Problem } from "@/lib/problem/problem";
import { isUnsealError } from "@/lib/security/seal";
import {
  acquireLease,
  connectionContext,
  readConnection,
  releaseLease,
  resealConnection,
} from "@/lib/store/connections";
import type { NewRevocation } from "@/lib/store/revocations";
import type { ConnectionTable } from "@/lib/store/schema";
import { type ConnectionKey, idOf, type LiveConnection, ownerOf } from "./connection-key";
import { unsealState } from "./unseal-cache";

/** A connect takes at most this long, whatever it waits for; so do the calls to the vendor of one grant together. */
export const connectMs = 15_000;
/** A lease outlasts the longest connect and the writing of its result, so that only a crashed holder ever loses it. */
const leaseMs = connectMs + 10_000;
/** How often an instance looks whether another one has finished connecting. */
const leasePollMs = 40;
/** A connection this close to its expiry is not handed out any more. */
const skewMs = 5_000;

type SealedRow = ConnectionTable & { readonly sealed: string };

function isLive(row: ConnectionTable | undefined, key: ConnectionKey, after: number): row is SealedRow {
  return (
    row !== undefined &&
    row.sealed !== null &&
    row.connected_at > after &&
    row.account === key.account &&
    (row.expires_at === null || row.expires_at > Date.now() + skewMs)
  );
}

async function liveConnection(
  row: ConnectionTable | undefined,
  key: ConnectionKey,
  after: number,
): Promise<LiveConnection | null> {
  if (!isLive(row, key, after)) return null;
  try {
    const id = idOf(key);
    const state = await unsealState(connectionContext(id), row.sealed, (fresh) =>
      resealConnection(id, row.sealed, fresh),
    );
    return { state, connectedAt: row.connected_at };
  } catch (error) {
    if (!isUnsealError(error)) throw error;
    log.error(
      { vendor: key.vendor, userId: key.session.user.id },
      "A stored connection cannot be decrypted; replacing it",
    );
    return null;
  }
}

/**
 * The stored connection of a key, or null when there is none, it has expired, or it cannot be decrypted: a new one then
 * takes its place.
 *
 * @param after it must have been opened later than this; 0 for any
 */
export const storedConnection = async (key: ConnectionKey, after: number): Promise<LiveConnection | null> =>
  liveConnection(await readConnection(idOf(key)), key, after);

/** The lease of a connection, held by this instance. */
export interface Lease {
  readonly owner: string;
  /** The connection that the new one will replace. */
  readonly replaced: NewRevocation | null;
}

const asRevocation = (row: SealedRow, key: ConnectionKey): NewRevocation => ({
  vendor: row.vendor,
  user_id: row.user_id,
  account: row.account,
  session_id: row.session_id,
  place: connectionContext(idOf(key)),
  sealed: row.sealed,
});

/**
 * Waits for the lease of a key.
 *
 * @param owner unique per attempt
 * @returns the lease, or the connection that another instance has opened meanwhile
 * @throws Problem `vendor_busy` when another instance holds it for longer than a connect takes
 */
export async function waitForLease(
  key: ConnectionKey,
  owner: string,
  after: number,
): Promise<{ readonly live: LiveConnection } | { readonly lease: Lease }> {
  const id = idOf(key);
  const deadline = Date.now() + connectMs;
  for (;;) {
    const leased = await acquireLease(id, ownerOf(key), owner, leaseMs);
    const live = await liveConnection(leased ?? (await readConnection(id)), key, after);
    if (live) {
      // Another instance finished before this one took the lease.
      if (leased) await releaseLease(id, owner);
      return { live };
    }
    if (leased) {
      const { sealed } = leased;
      return { lease: { owner, replaced: sealed === null ? null : asRevocation({ ...leased, sealed }, key) } };
    }
    if (Date.now() > deadline) throw new Problem("vendor_busy", { retryAfter: 2 });
    await pause(leasePollMs);
  }
}
