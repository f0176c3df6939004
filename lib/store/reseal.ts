import "server-only";
/** Reseals what older keys have sealed with the first key, so that the older keys can be removed. */
import { sql } from "kysely";
import { isUnsealError, sealedHeaderLength, sealedWith } from "@/lib/security/seal";
import { connectionContext, resealConnection } from "./connections";
import { credentialContext, resealCredential } from "./credentials";
import { getStore, type Store, untilDurable } from "./database";
import { resealRevocation } from "./revocations";
import { getSealer } from "./sealing";
import { resealSignIn, signInContext } from "./sign-ins";

/** A row as the move sees it. */
interface SealedRow {
  readonly sealed: string;
  readonly sealingContext: string;
  readonly rewrite: (fresh: string) => Promise<boolean>;
}

const header = sql<string>`substr(sealed, 1, ${sql.lit(sealedHeaderLength)})`;

/** Reads rows of a table whose sealed text begins with one of the headers. */
type ReadRows = (db: Store, headers: readonly string[], skip: number, limit: number) => Promise<readonly SealedRow[]>;

/** Every table with sealed values. A test compares the list with the schema. */
export const sealedTables = {
  async credential(db, headers, skip, limit) {
    const rows = await db
      .selectFrom("credential")
      .select(["user_id", "vendor", "sealed"])
      .where(header, "in", headers)
      .orderBy("user_id")
      .orderBy("vendor")
      .offset(skip)
      .limit(limit)
      .execute();
    return rows.map(({ user_id, vendor, sealed }) => ({
      sealed,
      sealingContext: credentialContext(user_id, vendor),
      rewrite: (fresh) => resealCredential(user_id, vendor, sealed, fresh),
    }));
  },
  async connection(db, headers, skip, limit) {
    const rows = await db
      .selectFrom("connection")
      .select(["session_id", "vendor", "scope", "sealed"])
      .where(header, "in", headers)
      .orderBy("session_id")
      .orderBy("vendor")
      .orderBy("scope")
      .offset(skip)
      .limit(limit)
      .execute();
    return rows.map(({ session_id, vendor, scope, sealed }) => {
      const id = { sessionId: session_id, vendor, scope };
      const text = sealed ?? "";
      return {
        sealed: text,
        sealingContext: connectionContext(id),
        rewrite: (fresh) => resealConnection(id, text, fresh),
      };
    });
  },
  async revocation(db, headers, skip, limit) {
    const rows = await db
      .selectFrom("revocation")
      .select(["id", "place", "sealed"])
      .where(header, "in", headers)
      .orderBy("id")
      .offset(skip)
      .limit(limit)
      .execute();
    return rows.map(({ id, place, sealed }) => ({
      sealed,
      sealingContext: place,
      rewrite: (fresh) => resealRevocation(id, sealed, fresh),
    }));
  },
  async sign_in(db, headers, skip, limit) {
    const rows = await db
      .selectFrom("sign_in")
      .select(["session_id", "sealed"])
      .where(header, "in", headers)
      .orderBy("session_id")
      .offset(skip)
      .limit(limit)
      .execute();
    return rows.map(({ session_id, sealed }) => ({
      sealed,
      sealingContext: signInContext(session_id),
      rewrite: (fresh) => resealSignIn(session_id, sealed, fresh),
    }));
  },
} as const satisfies Readonly<Record<string, ReadRows>>;

export type SealedTable = keyof typeof sealedTables;
const tables = Object.keys(sealedTables) as SealedTable[];

const batchSize = 200;

async function resealTable(read: ReadRows): Promise<number> {
  const db = await getStore();
  const keys = getSealer();
  const headers = keys.keyIds.slice(1).map((id) => keys.headerOf(id));
  if (headers.length === 0) return 0;
  let resealed = 0;
  // Altered rows cannot be unsealed: they are skipped and counted, or the loop would meet them again.
  for (let skip = 0; ; ) {
    const rows = await read(db, headers, skip, batchSize);
    for (const { sealed, sealingContext, rewrite } of rows) {
      const value = await keys.unseal(sealingContext, sealed).catch((error: unknown) => {
        if (isUnsealError(error)) return undefined;
        throw error;
      });
      if (value === undefined) skip += 1;
      else if (await rewrite(await keys.seal(sealingContext, value))) resealed += 1;
    }
    if (rows.length < batchSize) return resealed;
  }
}

/** The rows of one table that one key sealed. */
export interface SealedRows {
  readonly table: SealedTable;
  /** Null for a text that no key of ours sealed. */
  readonly keyId: string | null;
  /** `first`: up to date. `older`: sealed with a later key of the list. `unknown`: sealed with a key that is not configured. */
  readonly key: "first" | "older" | "unknown";
  readonly rows: number;
}

/** Which keys the store still needs. */
export async function countSealedRows(): Promise<readonly SealedRows[]> {
  const db = await getStore();
  const { keyIds } = getSealer();
  const counts = await Promise.all(
    tables.map(async (table) => {
      const rows = await db
        .selectFrom(table)
        .select([header.as("header"), (eb) => eb.fn.countAll<number | string>().as("count")])
        .where("sealed", "is not", null)
        .groupBy("header")
        .execute();
      return rows.map(({ header: text, count }): SealedRows => {
        const keyId = sealedWith(text);
        const position = keyId === null ? -1 : keyIds.indexOf(keyId);
        return {
          table,
          keyId,
          key: position === 0 ? "first" : position > 0 ? "older" : "unknown",
          rows: Number(count),
        };
      });
    }),
  );
  return counts.flat();
}

/**
 * Reseals all rows of older keys with the first key. Safe while instances run: a row that changes meanwhile is left as
 * changed.
 *
 * @returns how many rows of each table were resealed
 */
export async function resealAll(): Promise<Readonly<Record<SealedTable, number>>> {
  const resealed: Record<SealedTable, number> = { credential: 0, connection: 0, revocation: 0, sign_in: 0 };
  for (const table of tables) resealed[table] = await resealTable(sealedTables[table]);
  await untilDurable();
  return resealed;
}
