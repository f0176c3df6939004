import "server-only";
/** A grant is an address that the portal signs by itself: no connection, and nothing to revoke. */
import { randomUUID } from "node:crypto";
import type { Connected, UserContext } from "@/lib/broker/vendor-adapter";
import { Problem } from "@/lib/problem/problem";
import type { AtlasConfig } from "../config";
import { type AtlasGrant, vendorName } from "../protocol";
import { signedAddress } from "./api";

const lifetimeMs = 5 * 60_000;

export const connect = async (): Promise<Connected<object>> => ({ state: {} });

/** @throws Problem `item_missing` when the catalog's item names no report */
export async function mint({ config, account, item }: UserContext<AtlasConfig>): Promise<{ grant: AtlasGrant }> {
  const { report } = item.target;
  if (!report) throw new Problem("item_missing", { vendorName });
  const ends = new Date(Date.now() + lifetimeMs);
  const expires = Math.floor(ends.getTime() / 1000);
  const address = signedAddress(config, { report, account, expires, nonce: randomUUID() });
  return { grant: { address, expiresAt: ends.toISOString() } };
}

export const revoke = async (): Promise<void> => {};
