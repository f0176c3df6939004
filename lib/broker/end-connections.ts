import "server-only";
/** Takes connections out of the store and queues their revocations, a bounded number at a time. */
import { setImmediate as yieldToOthers } from "node:timers/promises";
import { type ConnectionSelection, moveToRevocations } from "@/lib/store/connections";
import { getStore } from "@/lib/store/database";
import { scheduleRevocations } from "./revocations";

/** Rows per transaction: SQLite holds the process while it works, and this takes about 3 ms. */
const batchSize = 50;

/**
 * Ends connections: each batch is deleted and queued in one transaction, so that a crash loses none, and whatever else
 * the process has to do goes on in between.
 *
 * @returns how many there were
 */
export async function endConnections(which: ConnectionSelection): Promise<number> {
  const db = await getStore();
  let ended = 0;
  for (;;) {
    const moved = await db.transaction().execute((step) => moveToRevocations(step, which, batchSize));
    ended += moved;
    if (moved > 0) scheduleRevocations(0);
    if (moved < batchSize) return ended;
    await yieldToOthers();
  }
}
