import "server-only";
/** A grant is an address that the portal signs by itself: no connection, and nothing to revoke. */
import type { Connected, UserContext } from "@/lib/broker/vendor-adapter";
import { Problem } from "@/lib/problem/problem";
import type { MetabaseConfig } from "../config";
import { type MetabaseGrant, vendorName } from "../protocol";
import { signedAddress } from "./api";

/** As in Metabase's own examples. */
const lifetimeMs = 10 * 60_000;

export const connect = async (): Promise<Connected<object>> => ({ state: {} });

/** @throws Problem `item_missing` when the catalog's item names no dashboard by its number */
export async function mint({ config, account, item }: UserContext<MetabaseConfig>): Promise<{ grant: MetabaseGrant }> {
  const { dashboard = "", locked } = item.target;
  if (!/^\d+$/.test(dashboard)) throw new Problem("item_missing", { vendorName });
  const expires = new Date(Date.now() + lifetimeMs);
  const address = await signedAddress(config, Number(dashboard), locked ? { [locked]: account } : {}, expires);
  return { grant: { address, expiresAt: expires.toISOString() } };
}

export const revoke = async (): Promise<void> => {};
