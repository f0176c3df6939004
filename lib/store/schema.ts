/** The tables, with column types that SQLite and PostgreSQL share: text and integers (milliseconds since the epoch). */

export interface CredentialTable {
  user_id: string;
  vendor: string;
  sealed: string;
  updated_at: number;
}

/** One live vendor session or token of one portal session; while it is being opened, only its lease. */
export interface ConnectionTable {
  session_id: string;
  vendor: string;
  scope: string;
  user_id: string;
  /** The vendor account it was opened for. */
  account: string;
  /** Sealed vendor state; null while it is being opened for the first time. */
  sealed: string | null;
  connected_at: number;
  expires_at: number | null;
  /** When the portal session ends by itself: the sweep revokes then. */
  session_expires_at: number;
  lease_owner: string | null;
  lease_until: number;
}

/** A connection that is to be ended at its vendor; stays until the vendor confirmed. */
export interface RevocationTable {
  id: string;
  vendor: string;
  user_id: string;
  account: string;
  /** The portal session it belonged to. */
  session_id: string;
  /** The sealing context of the state, needed to decrypt it. */
  place: string;
  sealed: string;
  created_at: number;
  attempts: number;
  next_at: number;
}

/** A portal session that was ended before its cookie expired: the cookie must not come back to life. */
export interface EndedSessionTable {
  session_id: string;
  /** When the cookie expires by itself and the row may go. */
  expires_at: number;
}

/** The identity provider's tokens of one portal session; they never go into its cookie. */
export interface SignInTable {
  session_id: string;
  sealed: string;
  /** When the portal session ends by itself and the row must go. */
  session_expires_at: number;
}

export interface AuditEventTable {
  id: string;
  at: number;
  request_id: string;
  user_id: string | null;
  action: string;
  outcome: string;
  code: string | null;
  vendor: string | null;
  account: string | null;
  item: string | null;
  /** The vendor's own reference of a failure, e.g. a ticket id. */
  reference: string | null;
  /** What was asked of the vendor: a JSON object of texts. */
  asked_for: string | null;
  duration_ms: number | null;
}

export interface Tables {
  credential: CredentialTable;
  connection: ConnectionTable;
  revocation: RevocationTable;
  ended_session: EndedSessionTable;
  sign_in: SignInTable;
  audit_event: AuditEventTable;
}
