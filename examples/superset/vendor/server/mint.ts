import "server-only";
/** A connection is one guest token for one dashboard; its grant is the token itself. */
import { type Connected, ConnectionLost, type UserContext } from "@/lib/broker/vendor-adapter";
import { Problem } from "@/lib/problem/problem";
import type { SupersetConfig } from "../config";
import { type SupersetGrant, vendorName } from "../protocol";
import { guestToken } from "./api";

export interface SupersetState {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

/** Superset's default; a deployment that shortens it shortens this. */
const lifetimeMs = 300_000;
/** With less left than this a token is not handed out any more. */
const closeToEndMs = 60_000;

/** @throws Problem with the reason */
export async function connect(context: UserContext<SupersetConfig>): Promise<Connected<SupersetState>> {
  const { account, item } = context;
  const { dashboard, clause } = item.target;
  if (!dashboard) throw new Problem("item_missing", { vendorName });
  const endsAt = Date.now() + lifetimeMs;
  return {
    state: { token: await guestToken(context, { account, dashboard, clause }), endsAt },
    expiresAt: new Date(endsAt),
  };
}

/** @throws ConnectionLost close to the token's end: the broker then connects once more */
export async function mint(_context: unknown, { token, endsAt }: SupersetState): Promise<{ grant: SupersetGrant }> {
  if (endsAt - Date.now() < closeToEndMs) throw new ConnectionLost();
  return { grant: { token, expiresAt: new Date(endsAt).toISOString() } };
}

/** Superset cannot revoke a guest token; it expires within five minutes. */
export const revoke = async (): Promise<void> => {};
