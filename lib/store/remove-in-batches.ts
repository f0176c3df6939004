import "server-only";
/** Removes many rows without blocking the event loop, on which the embedded database works. */
import { setImmediate as yieldToOthers } from "node:timers/promises";
import { getStore, type Store } from "./database";

/** Rows per statement, a few milliseconds of work. */
const batchSize = 200;

/**
 * Removes rows until none is left, or so many that the next clean-up may do the rest.
 *
 * @param max how many in all
 * @param remove removes at most `batch` rows and says how many it removed
 */
export async function removeInBatches(
  max: number,
  remove: (db: Store, batch: number) => Promise<number>,
): Promise<void> {
  const db = await getStore();
  for (let removed = 0; removed < max; ) {
    const count = await remove(db, batchSize);
    if (count < batchSize) return;
    removed += count;
    await yieldToOthers();
  }
}
