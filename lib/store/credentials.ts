import "server-only";
/** The users' own vendor logins, sealed. They are never shown again and never logged. */
import { z } from "zod";
import type { Credential } from "@/lib/broker/vendor-adapter";
import { log } from "@/lib/log";
import { Problem } from "@/lib/problem/problem";
import { isUnsealError } from "@/lib/security/seal";
import { moveToRevocations } from "./connections";
import { getStore, type Store, untilDurable } from "./database";
import { getSealer, unsealRow } from "./sealing";

/** The sealing context of a credential. */
export const credentialContext = (userId: string, vendor: string) => `credential:${userId}:${vendor}`;

const schema = z.object({ username: z.string(), password: z.string(), mode: z.number().optional() });

/**
 * The linked login, or null.
 *
 * @throws Problem `credential_unreadable` when no configured key opens it: the user links it again
 */
export async function readCredential(userId: string, vendor: string): Promise<Credential | null> {
  const db = await getStore();
  const row = await db
    .selectFrom("credential")
    .select("sealed")
    .where("user_id", "=", userId)
    .where("vendor", "=", vendor)
    .executeTakeFirst();
  if (!row) return null;
  try {
    const value = await unsealRow(credentialContext(userId, vendor), row.sealed, (fresh) =>
      resealCredential(userId, vendor, row.sealed, fresh),
    );
    return schema.parse(value);
  } catch (error) {
    if (!isUnsealError(error)) throw error;
    log.error({ userId, vendor }, "A linked login cannot be decrypted; its user is asked to link it again");
    throw new Problem("credential_unreadable", { cause: error });
  }
}

/** Replaces the sealed text of a row that still holds the former one. @returns whether it did */
export async function resealCredential(
  userId: string,
  vendor: string,
  former: string,
  fresh: string,
): Promise<boolean> {
  const db = await getStore();
  const { numUpdatedRows } = await db
    .updateTable("credential")
    .set({ sealed: fresh })
    .where("user_id", "=", userId)
    .where("vendor", "=", vendor)
    .where("sealed", "=", former)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Whether a login is linked, without opening it. */
export async function hasCredential(userId: string, vendor: string): Promise<boolean> {
  const db = await getStore();
  const row = await db
    .selectFrom("credential")
    .select("updated_at")
    .where("user_id", "=", userId)
    .where("vendor", "=", vendor)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * A user has a connection for each vendor scope of each portal session: a handful. More than this are left to the
 * caller, so that one transaction stays short.
 */
const maxPerUser = 1_000;

/** Changes a login; the connections that the previous one opened end in the same transaction. On the disk afterwards. */
async function changeCredential(
  userId: string,
  vendor: string,
  change: (step: Store) => Promise<unknown>,
): Promise<void> {
  const db = await getStore();
  await db.transaction().execute(async (step) => {
    await change(step);
    await moveToRevocations(step, { userId, vendor }, maxPerUser);
  });
  await untilDurable();
}

/**
 * Stores a login in place of an earlier one, whose connections end with it. Both happen, or neither. The caller has
 * verified it at the vendor, and carries the revocations out.
 */
export async function writeCredential(userId: string, vendor: string, credential: Credential): Promise<void> {
  const sealed = await getSealer().seal(credentialContext(userId, vendor), credential);
  const updated_at = Date.now();
  await changeCredential(userId, vendor, (step) =>
    step
      .insertInto("credential")
      .values({ user_id: userId, vendor, sealed, updated_at })
      .onConflict((conflict) => conflict.columns(["user_id", "vendor"]).doUpdateSet({ sealed, updated_at }))
      .execute(),
  );
}

/** Removes a login, and ends what it opened as {@link writeCredential} does. */
export async function removeCredential(userId: string, vendor: string): Promise<void> {
  await changeCredential(userId, vendor, (step) =>
    step.deleteFrom("credential").where("user_id", "=", userId).where("vendor", "=", vendor).execute(),
  );
}
