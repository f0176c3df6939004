import "server-only";
/** The users' own vendor logins, sealed. They are never shown again and never logged. */
import { z } from "zod";
import type { Credential } from "@/lib/broker/vendor-adapter";
import { log } from "@/lib/log";
import { Problem } from "@/lib/problem/problem";
import { isUnsealError } from "@/lib/security/seal";
import { getStore, untilDurable } from "./database";
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

/** Stores a login in place of an earlier one, on the disk when this resolves. The caller has verified it at the vendor. */
export async function writeCredential(userId: string, vendor: string, credential: Credential): Promise<void> {
  const db = await getStore();
  const sealed = await getSealer().seal(credentialContext(userId, vendor), credential);
  const updated_at = Date.now();
  await db
    .insertInto("credential")
    .values({ user_id: userId, vendor, sealed, updated_at })
    .onConflict((conflict) => conflict.columns(["user_id", "vendor"]).doUpdateSet({ sealed, updated_at }))
    .execute();
  await untilDurable();
}

/** Removes a login, from the disk too when this resolves. @returns whether there was one */
export async function removeCredential(userId: string, vendor: string): Promise<boolean> {
  const db = await getStore();
  const result = await db
    .deleteFrom("credential")
    .where("user_id", "=", userId)
    .where("vendor", "=", vendor)
    .executeTakeFirst();
  await untilDurable();
  return result.numDeletedRows > 0n;
}
