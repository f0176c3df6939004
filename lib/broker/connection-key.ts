/** What names a connection, and what the broker hands on of one. */
import type { ConnectionId, ConnectionOwner } from "@/lib/store/connections";
import type { PortalSession } from "./user";

/** One connection: at most one is live per portal session, vendor and scope. */
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

export const idOf = ({ session, vendor, scope }: ConnectionKey): ConnectionId => ({
  sessionId: session.id,
  vendor,
  scope,
});

export const ownerOf = ({ session, account }: ConnectionKey): ConnectionOwner => ({
  userId: session.user.id,
  account,
  sessionExpiresAt: session.expiresAt,
});
