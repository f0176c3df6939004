import "server-only";
/** Portal sessions that were ended before their cookie expired. A stateless cookie needs this to stay ended. */
import { compiledOnce } from "./compiled";
import { getStore, type Store } from "./database";
import { removeInBatches } from "./remove-in-batches";

/**
 * Remembers that a session has ended, until its cookie expires by itself.
 *
 * @param step the transaction it is a part of
 */
export async function markSessionEnded(sessionId: string, expiresAt: Date, step?: Store): Promise<void> {
  const db = step ?? (await getStore());
  await db
    .insertInto("ended_session")
    .values({ session_id: sessionId, expires_at: expiresAt.getTime() })
    .onConflict((conflict) => conflict.column("session_id").doNothing())
    .execute();
}

const endedSession = compiledOnce((db, sessionId: string) =>
  db.selectFrom("ended_session").select("session_id").where("session_id", "=", sessionId),
);

/** Whether this session was ended. */
export async function sessionEnded(sessionId: string): Promise<boolean> {
  return (await endedSession(sessionId)).length > 0;
}

/** How many rows one clean-up removes at most; it runs every few seconds. */
const maxRemoved = 50_000;

/** Forgets sessions whose cookie has expired. */
export function forgetExpiredSessions(now: number): Promise<void> {
  return removeInBatches(maxRemoved, async (db, limit) => {
    const { numDeletedRows } = await db
      .deleteFrom("ended_session")
      .where("session_id", "in", (eb) =>
        eb.selectFrom("ended_session").select("session_id").where("expires_at", "<", now).limit(limit),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  });
}
