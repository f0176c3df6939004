import "server-only";
/** What a connection keeps, sealed. */
import type { UserContext } from "@/lib/broker/vendor-adapter";
import type { Config } from "../config";

/** One login token of one portal session. */
export interface State {
  readonly token: string;
  readonly userId: string;
  /** When the server last accepted it, milliseconds. */
  readonly checkedAt: number;
  /** When the portal lets go of it, milliseconds. */
  readonly endsAt: number;
}

/** What every step towards a token knows. */
export type Context = UserContext<Config>;
