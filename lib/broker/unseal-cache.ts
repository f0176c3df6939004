import "server-only";
/**
 * Decrypted connection states, so that a reused connection costs no decryption. Keyed by sealing context and ciphertext:
 * a changed row misses, and what was decrypted in one context never counts as decrypted in another.
 */
import { LRUCache } from "lru-cache";
import { getConfig } from "@/lib/config/config";
import { perProcess } from "@/lib/per-process";
import { unsealRow } from "@/lib/store/sealing";

const unsealCache = () =>
  perProcess("connections:unseal-cache", () => new LRUCache<string, object>({ max: getConfig().cacheEntries }));

const nameOf = (sealingContext: string, sealed: string) => `${sealingContext} ${sealed}`;

/**
 * @param rewrite stores the resealed state, if an older key sealed it
 * @throws UnsealError when it was sealed for another context, altered, or sealed with a key that is gone
 */
export async function unsealState(
  sealingContext: string,
  sealed: string,
  rewrite: (fresh: string) => Promise<unknown>,
): Promise<object> {
  const known = unsealCache().get(nameOf(sealingContext, sealed));
  if (known) return known;
  const state = (await unsealRow(sealingContext, sealed, rewrite)) as object;
  cacheUnsealed(sealingContext, sealed, state);
  return state;
}

/** Remembers a state that this process has just sealed. */
export function cacheUnsealed(sealingContext: string, sealed: string, state: object): void {
  unsealCache().set(nameOf(sealingContext, sealed), state);
}
