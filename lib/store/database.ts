import "server-only";
/**
 * Opens the store: an embedded libsql file by default, PostgreSQL when `DATABASE_URL` starts with `postgres`. One query
 * code for both.
 */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely, Migrator, PostgresDialect, type SqliteDatabase, SqliteDialect } from "kysely";
import type { Pool } from "pg";
import { getConfig } from "@/lib/config/config";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { migrations } from "./migrations";
import type { Tables } from "./schema";

export type Store = Kysely<Tables>;

async function openSqlite(path: string): Promise<Store> {
  const { default: Database } = await import("libsql");
  if (path !== ":memory:") {
    mkdirSync(dirname(path), { recursive: true });
    // For the owner alone: who did what is nobody else's business. The files beside it get the same mode.
    closeSync(openSync(path, "a", 0o600));
  }
  const database = new Database(path);
  // Write-ahead logging survives a killed process; waiting beats failing when a second instance writes.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;");
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: reusingStatements(database) }) });
}

/** The portal runs a few dozen different statements: each is prepared once. */
function reusingStatements(database: { prepare(sql: string): unknown; close(): void }): SqliteDatabase {
  const prepared = new Map<string, unknown>();
  const prepare = (sql: string) => {
    const known = prepared.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    if (prepared.size < 200 && /^(select|insert|update|delete)\b/.test(sql)) prepared.set(sql, statement);
    return statement;
  };
  // libsql has better-sqlite3's interface, which is what the dialect is written for.
  return { prepare, close: () => database.close() } as SqliteDatabase;
}

/** Connections to PostgreSQL that survive its restart: one that ends while nobody uses it is replaced by the next user. */
export async function postgresPool(url: string): Promise<Pool> {
  const { default: pg } = await import("pg");
  // Milliseconds since the epoch fit a JavaScript number; pg would hand them over as text.
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5_000, keepAlive: true });
  // Without a listener it would be an uncaught exception.
  pool.on("error", (error) => log.warn({ reason: error.message }, "An idle connection to the database ended"));
  return pool;
}

const openPostgres = async (url: string): Promise<Store> =>
  new Kysely<Tables>({ dialect: new PostgresDialect({ pool: await postgresPool(url) }) });

/**
 * Brings the schema up to date. Two instances may start at once: the migrator's lock lets one of them do it; where a
 * loser fails instead of waiting it looks again.
 */
async function migrate(db: Store): Promise<void> {
  const migrator = new Migrator({ db, provider: migrations });
  const attempt = async () => (await migrator.migrateToLatest()).error;
  const error = (await attempt()) && (await attempt());
  if (error) throw error;
}

/**
 * Opens and migrates a store.
 *
 * @param url a path, `:memory:`, or a `postgres://` address
 */
export async function openStore(url: string): Promise<Store> {
  if (/^postgres(ql)?:/.test(url)) {
    const db = await openPostgres(url);
    await migrate(db);
    return db;
  }
  try {
    const db = await openSqlite(url);
    await migrate(db);
    return db;
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    if (!["EROFS", "EACCES", "SQLITE_CANTOPEN", "SQLITE_READONLY"].includes(code)) throw error;
    log.warn(
      { path: url },
      "The database file cannot be written: keeping everything in memory, for this instance only",
    );
    return openStore(":memory:");
  }
}

interface Holder {
  store?: Promise<Store>;
}

/** The store of this process, opened at first use. A failure to open is tried again by the next caller. */
export function getStore(): Promise<Store> {
  const holder = perProcess<Holder>("store", () => ({}));
  holder.store ??= openStore(getConfig().databaseUrl).catch((error: unknown) => {
    holder.store = undefined;
    throw error;
  });
  return holder.store;
}

/**
 * Opens another store in place of this process's: for tests that choose one.
 *
 * @returns closes it; the next caller of {@link getStore} opens the configured one
 */
export async function replaceStore(url: string): Promise<() => Promise<void>> {
  const holder = perProcess<Holder>("store", () => ({}));
  const store = openStore(url);
  holder.store = store;
  const db = await store;
  return async () => {
    holder.store = undefined;
    await db.destroy();
  };
}
