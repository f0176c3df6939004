import "server-only";
/** The users' own vendor logins, sealed. They are never shown again and never logged. */
import { z } from "zod";
import type { Credential } from "@/lib/broker/vendor-adapter";
import { getStore } from "./database";
import { getSealer } from "./sealing";

const place = (userId: string, vendor: string) => `credential:${userId}:${vendor}`;

const schema = z.object({ username: z.string(), password: z.string(), mode: z.number().optional() });

/** The linked login, or null. @throws UnsealError when no configured key opens it */
export async function readCredential(userId: string, vendor: string): Promise<Credential | null> {
  const db = await getStore();
  const row = await db
    .selectFrom("credential")
    .select("sealed")
    .where("user_id", "=", userId)
    .where("vendor", "=", vendor)
    .executeTakeFirst();
  return row ? schema.parse(await getSealer().open(place(userId, vendor), row.sealed)) : null;
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

/** Stores a login in place of an earlier one. The caller has verified it against the vendor. */
export async function writeCredential(userId: string, vendor: string, credential: Credential): Promise<void> {
  const db = await getStore();
  const sealed = await getSealer().seal(place(userId, vendor), credential);
  const updated_at = Date.now();
  await db
    .insertInto("credential")
    .values({ user_id: userId, vendor, sealed, updated_at })
    .onConflict((conflict) => conflict.columns(["user_id", "vendor"]).doUpdateSet({ sealed, updated_at }))
    .execute();
}

/** Removes a login. @returns whether there was one */
export async function removeCredential(userId: string, vendor: string): Promise<boolean> {
  const db = await getStore();
  const result = await db
    .deleteFrom("credential")
    .where("user_id", "=", userId)
    .where("vendor", "=", vendor)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
