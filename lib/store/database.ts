import "server-only";
/**
 * Opens the store: an embedded SQLite file by default, PostgreSQL when `DATABASE_URL` starts with `postgres`. One query
 * code for both.
 */
import { randomUUID } from "node:crypto";
import { Kysely, Migrator, PostgresDialect } from "kysely";
import { getConfig } from "@/lib/config/config";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isProblem } from "@/lib/problem/problem";
import { migrations } from "./migrations";
import { postgresPool } from "./postgres";
import type { Tables } from "./schema";
import { SqliteDatabase, sqliteDialect } from "./sqlite";
import { asStoreProblem, reportingUnavailable } from "./unavailable";

export type Store = Kysely<Tables>;

/** What the store really is: a file that cannot be written has been replaced by memory. */
export type StoreKind = "file" | "memory" | "postgresql";

export interface OpenedStore {
  readonly db: Store;
  readonly kind: StoreKind;
  /** Resolves when all that was committed before is on the disk. */
  sync(): Promise<void>;
}

/**
 * Brings the schema up to date. Of two instances that start at once one migrates, under a lock; one that fails instead of
 * waiting looks again.
 */
async function migrate(db: Store): Promise<void> {
  const migrator = new Migrator({ db, provider: migrations });
  const attempt = async () => (await migrator.migrateToLatest()).error;
  const error = (await attempt()) && (await attempt());
  if (error) throw error;
}

async function openPostgres(url: string): Promise<OpenedStore> {
  const open = async (patient: boolean): Promise<Store> =>
    new Kysely<Tables>({
      dialect: reportingUnavailable(new PostgresDialect({ pool: await postgresPool(url, { patient }) })),
    });
  const migrating = await open(true);
  try {
    await migrate(migrating);
  } finally {
    await migrating.destroy();
  }
  // The server itself syncs each commit (`synchronous_commit`), unless its administrator decided otherwise.
  return { db: await open(false), kind: "postgresql", sync: () => Promise.resolve() };
}

async function openSqlite(path: string): Promise<OpenedStore> {
  const database = await SqliteDatabase.open(path);
  const db = new Kysely<Tables>({ dialect: reportingUnavailable(sqliteDialect(database)) });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    db,
    kind: database.inMemory ? "memory" : "file",
    sync: () =>
      database.sync().catch((error: unknown) => {
        throw asStoreProblem(error);
      }),
  };
}

/** The driver's own error, which tells an operator more than the problem that a user sees. */
const causeOf = (error: unknown) => (isProblem(error) ? error.options.cause : error);

/**
 * Opens and migrates a store.
 *
 * @param url a path, `:memory:`, or a `postgres://` address
 * @throws the driver's error
 */
export async function openStore(url: string): Promise<OpenedStore> {
  try {
    return await (/^postgres(ql)?:/.test(url) ? openPostgres(url) : openSqlite(url));
  } catch (error) {
    const cause = causeOf(error);
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (!["EROFS", "EACCES", "SQLITE_CANTOPEN", "SQLITE_READONLY"].includes(code)) throw cause;
    log.warn(
      { path: url },
      "The database file cannot be written: keeping everything in memory, for this instance only",
    );
    return openSqlite(":memory:");
  }
}

const holder = () => perProcess("store", () => ({ opened: undefined as Promise<OpenedStore> | undefined }));

/** The store of this process, opened at first use. A failure to open is tried again by the next caller. */
export function getOpenedStore(): Promise<OpenedStore> {
  const held = holder();
  held.opened ??= openStore(getConfig().databaseUrl).catch((error: unknown) => {
    held.opened = undefined;
    throw asStoreProblem(error);
  });
  return held.opened;
}

export async function storeKind(): Promise<StoreKind> {
  return (await getOpenedStore()).kind;
}

/** Its queries. They throw the problem `store_busy` while the database is busy or away. */
export async function getStore(): Promise<Store> {
  return (await getOpenedStore()).db;
}

/**
 * Resolves when all that this process has committed is on the disk and survives a power cut. Commits that nothing waits for
 * reach the disk with the next call; they survive a killed process in any case.
 */
export async function untilDurable(): Promise<void> {
  await (await getOpenedStore()).sync();
}

/**
 * Proves that the store takes writes: writes a row and rolls it back.
 *
 * @throws Problem `store_busy`
 */
export async function checkStore(): Promise<StoreKind> {
  const { db, kind } = await getOpenedStore();
  const attempt = await db.startTransaction().execute();
  try {
    await attempt
      .insertInto("ended_session")
      .values({ session_id: `check:${randomUUID()}`, expires_at: 0 })
      .execute();
  } finally {
    await attempt.rollback().execute();
  }
  return kind;
}

/**
 * Opens another store in place of this process's: for tests that choose one.
 *
 * @returns closes it; the next caller of {@link getStore} opens the configured one
 */
export async function replaceStore(url: string): Promise<() => Promise<void>> {
  const held = holder();
  held.opened = openStore(url);
  const { db } = await held.opened;
  return async () => {
    held.opened = undefined;
    await db.destroy();
  };
}
