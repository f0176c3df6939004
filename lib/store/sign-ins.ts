import "server-only";
/** What the identity provider issued at a sign-in, sealed and kept as long as the portal session. */
import { z } from "zod";
import { getStore, type Store } from "./database";
import { removeInBatches } from "./remove-in-batches";
import { getSealer, unsealRow } from "./sealing";

const schema = z.object({
  accessToken: z.string(),
  idToken: z.string(),
  refreshToken: z.string().nullable(),
  /** When the access token ends, milliseconds since the epoch. */
  expiresAt: z.number(),
});

export type SignInTokens = z.infer<typeof schema>;

/** The sealing context of a sign-in. */
export const signInContext = (sessionId: string) => `sign-in:${sessionId}`;

/** Stores the tokens of a session that begins. */
export async function writeSignIn(sessionId: string, sessionEnds: Date, tokens: SignInTokens): Promise<void> {
  const db = await getStore();
  const sealed = await getSealer().seal(signInContext(sessionId), tokens);
  await db
    .insertInto("sign_in")
    .values({ session_id: sessionId, sealed, session_expires_at: sessionEnds.getTime() })
    .execute();
}

/** Stores renewed tokens, unless the session was ended meanwhile. @returns whether they were stored */
export async function replaceSignIn(sessionId: string, tokens: SignInTokens): Promise<boolean> {
  const db = await getStore();
  const sealed = await getSealer().seal(signInContext(sessionId), tokens);
  const { numUpdatedRows } = await db
    .updateTable("sign_in")
    .set({ sealed })
    .where("session_id", "=", sessionId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The tokens of a session, or null. @throws UnsealError when no configured key opens them */
export async function readSignIn(sessionId: string): Promise<SignInTokens | null> {
  const db = await getStore();
  const row = await db.selectFrom("sign_in").select("sealed").where("session_id", "=", sessionId).executeTakeFirst();
  if (!row) return null;
  const value = await unsealRow(signInContext(sessionId), row.sealed, (fresh) =>
    resealSignIn(sessionId, row.sealed, fresh),
  );
  return schema.parse(value);
}

/** Replaces the sealed text of a row that still holds the former one. @returns whether it did */
export async function resealSignIn(sessionId: string, former: string, fresh: string): Promise<boolean> {
  const db = await getStore();
  const { numUpdatedRows } = await db
    .updateTable("sign_in")
    .set({ sealed: fresh })
    .where("session_id", "=", sessionId)
    .where("sealed", "=", former)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Whether a session began with the identity provider. */
export async function hasSignIn(sessionId: string): Promise<boolean> {
  const db = await getStore();
  const row = await db
    .selectFrom("sign_in")
    .select("session_id")
    .where("session_id", "=", sessionId)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Forgets the tokens of a session that was ended.
 *
 * @param step the transaction it is a part of
 */
export async function removeSignIn(sessionId: string, step?: Store): Promise<void> {
  const db = step ?? (await getStore());
  await db.deleteFrom("sign_in").where("session_id", "=", sessionId).execute();
}

/** How many rows one clean-up removes at most; it runs every few seconds. */
const maxRemoved = 50_000;

/** Forgets the tokens of sessions that have expired. */
export function removeExpiredSignIns(now: number): Promise<void> {
  return removeInBatches(maxRemoved, async (db, limit) => {
    const { numDeletedRows } = await db
      .deleteFrom("sign_in")
      .where("session_id", "in", (eb) =>
        eb.selectFrom("sign_in").select("session_id").where("session_expires_at", "<", now).limit(limit),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  });
}
