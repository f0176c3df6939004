import "server-only";
/**
 * Connections: the live vendor sessions and tokens of portal sessions. At most one is opened at a time per key, in this
 * process by a map of promises and across instances by a lease in the store.
 */
import { randomUUID } from "node:crypto";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { Problem } from "@/lib/problem/problem";
import {
  connectionContext,
  connectionsOfSession,
  type NewConnection,
  releaseLease,
  storeConnection,
  updateConnectionState,
} from "@/lib/store/connections";
import { getSealer } from "@/lib/store/sealing";
import { hop } from "@/lib/trace/trace";
import { type ConnectionKey, idOf, type LiveConnection, ownerOf } from "./connection-key";
import { endConnections } from "./end-connections";
import { connectMs, type Lease, storedConnection, waitForLease } from "./lease";
import { requirePrintable } from "./printable";
import { queueRevocation, scheduleRevocations } from "./revocations";
import { cacheUnsealed } from "./unseal-cache";
import type { Connected, UserContext, VendorAdapter } from "./vendor-adapter";

/** How long a replaced connection stays alive, so that a frame can move to the new one without a gap. */
const revocationGraceMs = 30_000;

/** The current connection of a key, or null. */
export const currentConnection = (key: ConnectionKey): Promise<LiveConnection | null> => storedConnection(key, 0);

const flights = perProcess("connections:flights", () => new Map<string, Promise<LiveConnection>>());

/**
 * A connection that was opened later than `after` (0 for any live one): the stored one, the one that is being opened
 * right now, or a new one.
 *
 * @throws Problem whatever the vendor's connect throws; every waiter of one attempt gets the same error
 */
export function obtainConnection<Config, State extends object>(
  vendor: VendorAdapter<Config, State>,
  context: UserContext<Config>,
  key: ConnectionKey,
  after: number,
): Promise<LiveConnection> {
  const name = `${connectionContext(idOf(key))}:${key.account}`;
  const running = flights.get(name);
  if (running)
    return hop("lease", () => running, {
      decision: "shared",
      rule: "the same connection is being opened right now",
    }).then((live) => (live.connectedAt > after ? live : obtainConnection(vendor, context, key, after)));
  const flight = connect(vendor, context, key, after).finally(() => flights.delete(name));
  flights.set(name, flight);
  return flight;
}

async function connect<Config, State extends object>(
  vendor: VendorAdapter<Config, State>,
  context: UserContext<Config>,
  key: ConnectionKey,
  after: number,
): Promise<LiveConnection> {
  const once = async () => {
    const found = await hop("lease", async (step) => {
      const lease = await waitForLease(key, randomUUID(), after);
      step.set(
        "live" in lease
          ? { decision: "opened elsewhere", reused: "connection", rule: "another instance has opened it meanwhile" }
          : { decision: "new", rule: "one instance at a time opens a connection" },
      );
      return lease;
    });
    return "live" in found ? found.live : connectWithLease(vendor, context, key, after, found.lease);
  };
  // Disconnected while the vendor was answering, perhaps because another login was linked: that one is used now.
  const live = (await once()) ?? (await once());
  if (!live) throw new Problem("vendor_busy", { retryAfter: 1 });
  return live;
}

/** @returns null when the user disconnected meanwhile */
async function connectWithLease<Config, State extends object>(
  vendor: VendorAdapter<Config, State>,
  context: UserContext<Config>,
  key: ConnectionKey,
  after: number,
  lease: Lease,
): Promise<LiveConnection | null> {
  let connected: Connected<State>;
  try {
    connected = await hop("connect", () => connectInTime(vendor, context, key));
  } catch (error) {
    await hop("release-lease", () => releaseLease(idOf(key), lease.owner));
    throw error;
  }
  let stored: Stored;
  try {
    stored = await hop("store-connection", () => sealAndStore(key, connected, after, lease));
  } catch (error) {
    // Neither stored nor queued: this is the only chance to end it.
    await revokeNow(vendor, context, connected.state);
    throw error;
  }
  scheduleRevocations(0);
  switch (stored.outcome) {
    case "stored":
      if (lease.replaced) scheduleRevocations(revocationGraceMs);
      return { state: connected.state, connectedAt: stored.connectedAt };
    case "disconnected":
      return null;
    case "session-ended":
      await endConnections({ sessionId: key.session.id });
      throw new Problem("unauthenticated");
    case "lease-lost": {
      const winner = await storedConnection(key, after);
      if (winner) return winner;
      throw new Problem("vendor_busy", { retryAfter: 1 });
    }
  }
}

/**
 * Connects within {@link connectMs}, also when the vendor's code waits for something that has no deadline of its own.
 * What arrives later is revoked.
 */
async function connectInTime<Config, State extends object>(
  vendor: VendorAdapter<Config, State>,
  context: UserContext<Config>,
  key: ConnectionKey,
): Promise<Connected<State>> {
  // Reading the signal starts its deadline: with the lease, and not only with the first call to the vendor.
  void context.signal;
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem("vendor_timeout", { vendorName: vendor.name })), connectMs);
  });
  const connecting = vendor.connect(context);
  try {
    const connected = await Promise.race([connecting, overdue]);
    requirePrintable(connected.state);
    return connected;
  } catch (error) {
    connecting.then(
      ({ state }) => revokeLate(key, state),
      () => undefined,
    );
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function revokeLate(key: ConnectionKey, state: object): Promise<void> {
  try {
    const sealingContext = connectionContext(idOf(key));
    await queueRevocation({
      vendor: key.vendor,
      user_id: key.session.user.id,
      account: key.account,
      session_id: key.session.id,
      place: sealingContext,
      sealed: await getSealer().seal(sealingContext, state),
    });
  } catch (error) {
    log.error({ err: error, vendor: key.vendor }, "A connection that came too late could not be queued for revocation");
  }
}

async function revokeNow<Config, State extends object>(
  vendor: VendorAdapter<Config, State>,
  { config, requestId }: UserContext<Config>,
  state: State,
): Promise<void> {
  try {
    await vendor.revoke({ config, requestId, signal: AbortSignal.timeout(5_000) }, state);
  } catch (error) {
    log.error({ err: error, vendor: vendor.id, requestId }, "A connection that could not be stored was not revoked");
  }
}

interface Stored {
  readonly outcome: Awaited<ReturnType<typeof storeConnection>>;
  readonly connectedAt: number;
}

async function sealAndStore(
  key: ConnectionKey,
  { state, expiresAt }: Connected<object>,
  after: number,
  { owner, replaced }: Lease,
): Promise<Stored> {
  const sealingContext = connectionContext(idOf(key));
  const fresh: NewConnection = {
    sealed: await getSealer().seal(sealingContext, state),
    // Later than what it replaces even within one millisecond: the order of connections depends on it.
    connectedAt: Math.max(Date.now(), after + 1),
    expiresAt,
  };
  const outcome = await storeConnection(idOf(key), ownerOf(key), owner, fresh, replaced, revocationGraceMs);
  if (outcome === "stored") cacheUnsealed(sealingContext, fresh.sealed, state);
  return { outcome, connectedAt: fresh.connectedAt };
}

/** Stores what a mint changed in the connection (new cookies), unless the connection was replaced meanwhile. */
export async function updateConnection(key: ConnectionKey, connectedAt: number, state: object): Promise<void> {
  const sealingContext = connectionContext(idOf(key));
  const sealed = await getSealer().seal(sealingContext, state);
  if (await updateConnectionState(idOf(key), connectedAt, sealed)) cacheUnsealed(sealingContext, sealed, state);
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
  const rows = await connectionsOfSession(sessionId);
  return rows.map(({ vendor, account, scope, connected_at }) => ({
    vendor,
    account,
    scope,
    connectedAt: new Date(connected_at),
  }));
}
