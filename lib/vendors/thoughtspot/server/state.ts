import "server-only";
/** What a connection keeps, sealed: one token of one portal session for one scope. */
import type { Generation } from "./decide";

export interface State {
  readonly generation: Generation;
  /** Whether the browser makes a session of ThoughtSpot's own out of the token, which outlives it. */
  readonly opensSession: boolean;
  readonly token: string;
  /** As ThoughtSpot writes it, which may differ from the account in letter case. */
  readonly username: string;
  /** The account that the portal's mapping names. */
  readonly account: string;
  /** Milliseconds since the epoch, by the portal's clock. */
  readonly expiresAt: number;
}
