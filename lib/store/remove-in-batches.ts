import "server-only";
/** Removes many rows without blocking the event loop, on which the embedded database works. */
import { setImmediate as yieldToOthers } from "node:timers/promises";
import { getStore, type Store } from "./database";

/** Rows per statement: at first, at least and at most. */
const batch = { first: 100, min: 20, max: 1_000 } as const;
/** A statement that took longer than this is followed by a smaller one, one below a third of it by a larger one, in ms. */
const batchMs = 8;

/**
 * Removes rows until none is left, or so many that the next clean-up may do the rest.
 *
 * @param max how many in all
 * @param remove removes at most `limit` rows and returns how many it removed
 */
export async function removeInBatches(
  max: number,
  remove: (db: Store, limit: number) => Promise<number>,
): Promise<void> {
  const db = await getStore();
  let limit: number = batch.first;
  for (let removed = 0; removed < max; ) {
    const began = performance.now();
    const count = await remove(db, limit);
    if (count < limit) return;
    removed += count;
    const tookMs = performance.now() - began;
    if (tookMs > batchMs) limit = Math.max(batch.min, limit >> 1);
    else if (tookMs < batchMs / 3) limit = Math.min(batch.max, limit << 1);
    await yieldToOthers();
  }
}
