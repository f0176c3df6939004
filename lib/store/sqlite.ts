import "server-only";
/**
 * SQLite for Kysely, over the embedded `libsql`, for a file that other processes may write too.
 *
 * Kysely's own driver does not fit, because a prepared statement of libsql 0.5 that meets a lock is not reset: from then on
 * the connection commits nothing ("cannot commit transaction - SQL statements in progress"), and what it writes outside a
 * transaction is lost without an error (docs/decisions/0019). So this one takes the write lock before any
 * statement runs, waits for it without blocking the process, and replaces a connection that turned bad.
 */
import { close, closeSync, fdatasync, mkdirSync, open, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type Database from "libsql";

/** How long a write waits for the lock, counted from the call, in milliseconds. */
const maxLockWaitMs = 1_000;
/** Between two attempts to take the lock; doubles up to the second number. */
const lockPollMs = [1, 50] as const;

/**
 * With WAL, reads continue during a write. NORMAL does not sync at each commit: `sync` does, off the event loop. The log
 * is moved into the file every 200 pages, not every 1,000: that syncs on the event loop, and took 35 to 50 ms. The cache
 * of 32 MB keeps the inner pages of the audit's indexes.
 */
const settings = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 200;
  PRAGMA cache_size = -32000;
`;

type Parameters = CompiledQuery["parameters"];

interface Statement {
  readonly reader: boolean;
  all(parameters: Parameters): unknown[];
  run(parameters: Parameters): { changes: number; lastInsertRowid: number | bigint };
}

/** One connection, which prepares each of the portal's few dozen statements once. */
class Connection {
  readonly #database: InstanceType<typeof Database>;
  readonly #prepared = new Map<string, Statement>();

  constructor(database: InstanceType<typeof Database>) {
    this.#database = database;
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** Runs a statement without parameters or rows. It leaves nothing behind when it fails. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  execute<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const statement = this.#prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as Row[] };
    const { changes, lastInsertRowid } = statement.run(parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  #prepare(sql: string): Statement {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql) as unknown as Statement;
    if (this.#prepared.size < 200 && /^(select|insert|update|delete)\b/.test(sql)) this.#prepared.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#database.close();
  }
}

/** Lets one caller in at a time, in the order of arrival. */
class Mutex {
  #tail: Promise<void> = Promise.resolve();

  /** @returns releases it */
  async lock(): Promise<() => void> {
    const before = this.#tail;
    let release = () => {};
    this.#tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  }
}

/**
 * The connections to one database. A file has one for writes, which takes one transaction at a time, and one for reads, so
 * that reads never wait. A database in memory has a single connection for both.
 */
export class SqliteDatabase {
  readonly path: string;
  readonly #open: (busyTimeoutMs: number) => Connection;
  readonly #mutex = new Mutex();
  #writer: Connection;
  #reader: Connection;
  #wal: Promise<number> | undefined;
  #sync: Promise<void> = Promise.resolve();
  #nextSync: Promise<void> | undefined;

  private constructor(path: string, driver: typeof Database) {
    this.path = path;
    this.#open = (busyTimeoutMs) => {
      const database = openFile(driver, path);
      database.exec(settings);
      database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      return new Connection(database);
    };
    this.#writer = this.#open(0);
    this.#reader = this.#openReader();
  }

  /** Opens a file, made for its owner alone, or `:memory:`. */
  static async open(path: string): Promise<SqliteDatabase> {
    const { default: driver } = await import("libsql");
    if (path !== ":memory:") {
      mkdirSync(dirname(path), { recursive: true });
      // Readable by its owner only. SQLite gives the files beside it the same mode.
      closeSync(openSync(path, "a", 0o600));
    }
    return new SqliteDatabase(path, driver);
  }

  get inMemory(): boolean {
    return this.path === ":memory:";
  }

  #openReader(): Connection {
    // Reads only ever wait for another process that recovers the file after a crash.
    return this.inMemory ? this.#writer : this.#open(50);
  }

  async read<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    // On a shared connection a read would see what a transaction has not committed yet.
    const release = this.inMemory ? await this.#mutex.lock() : undefined;
    try {
      return this.#reader.execute<Row>(query);
    } catch (error) {
      if (isUnavailable(error) && !this.inMemory) this.#reader = this.#replace(this.#reader, () => this.#openReader());
      throw error;
    } finally {
      release?.();
    }
  }

  /**
   * Begins a transaction that may write.
   *
   * @throws SqliteError `SQLITE_BUSY` when another process held the lock all the time
   */
  async begin(): Promise<Transaction> {
    const deadline = Date.now() + maxLockWaitMs;
    const release = await this.#mutex.lock();
    try {
      await this.#takeLock(deadline);
    } catch (error) {
      release();
      throw error;
    }
    return new Transaction(this.#writer, (usable) => {
      try {
        if (!usable) this.#replaceWriter();
      } catch {
        // The file cannot be opened now. The next transaction tries again, and says so if it fails.
      } finally {
        release();
      }
    });
  }

  async #takeLock(deadline: number): Promise<void> {
    let replaced = this.inMemory;
    for (let waitMs: number = lockPollMs[0]; ; waitMs = Math.min(lockPollMs[1], waitMs * 2)) {
      try {
        this.#writer.exec("BEGIN IMMEDIATE");
        return;
      } catch (error) {
        if (!isLocked(error)) {
          if (replaced) throw error;
          this.#replaceWriter();
          replaced = true;
          continue;
        }
        if (Date.now() + waitMs > deadline) throw error;
      }
      await pause(waitMs);
    }
  }

  #replaceWriter(): void {
    // Replacing the connection would lose a database in memory.
    if (!this.inMemory) this.#writer = this.#replace(this.#writer, () => this.#open(0));
  }

  #replace(connection: Connection, open: () => Connection): Connection {
    try {
      connection.close();
    } catch {
      // It was closed when the last attempt to replace it failed.
    }
    // Without any open connection SQLite removes the log, and the next one is another file.
    void this.#closeLog().catch(() => {});
    return open();
  }

  async #closeLog(): Promise<void> {
    const log = this.#wal;
    this.#wal = undefined;
    if (log) await promisify(close)(await log);
  }

  /**
   * Resolves when everything committed before is on the disk and survives a power cut. `synchronous = FULL` would do the
   * same at each commit, but block the event loop; this syncs the write-ahead log in the thread pool, once for all callers
   * that wait.
   */
  sync(): Promise<void> {
    if (this.inMemory) return Promise.resolve();
    // A sync that is running may have begun before the caller's commit: the caller waits for the next one.
    this.#nextSync ??= this.#sync
      .catch(() => {})
      .then(() => {
        this.#nextSync = undefined;
        this.#sync = this.#syncNow();
        return this.#sync;
      });
    return this.#nextSync;
  }

  async #syncNow(): Promise<void> {
    this.#wal ??= promisify(open)(`${this.path}-wal`, "r+").catch((error: unknown) => {
      this.#wal = undefined;
      throw error;
    });
    await promisify(fdatasync)(await this.#wal);
  }

  async close(): Promise<void> {
    const release = await this.#mutex.lock();
    await this.#sync.catch(() => {});
    await this.#closeLog();
    if (this.#reader !== this.#writer) this.#reader.close();
    this.#writer.close();
    release();
  }
}

const codeOf = (error: unknown) => String((error as { code?: unknown }).code);

/** The driver reports a file that it cannot open without a code. */
function openFile(driver: typeof Database, path: string): InstanceType<typeof Database> {
  try {
    return new driver(path);
  } catch (error) {
    throw Object.assign(new Error("The database file cannot be opened", { cause: error }), { code: "SQLITE_CANTOPEN" });
  }
}

/** The connection may be the reason: a new one may work. */
const isUnavailable = (error: unknown) => /^SQLITE_(BUSY|LOCKED|IOERR|CANTOPEN)/.test(codeOf(error));

const isLocked = (error: unknown) => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));

/** The writing connection, for as long as one transaction lasts. */
class Transaction {
  readonly #connection: Connection;
  readonly #end: (usable: boolean) => void;
  /** A statement failed and may not be reset: later commits of this connection would fail. */
  #suspect = false;

  constructor(connection: Connection, end: (usable: boolean) => void) {
    this.#connection = connection;
    this.#end = end;
  }

  execute<Row>(query: CompiledQuery): QueryResult<Row> {
    try {
      return this.#connection.execute<Row>(query);
    } catch (error) {
      this.#suspect ||= !codeOf(error).startsWith("SQLITE_CONSTRAINT");
      throw error;
    }
  }

  commit(): void {
    try {
      this.#connection.exec("COMMIT");
    } catch (error) {
      this.#suspect = true;
      this.rollback();
      throw error;
    }
    this.#end(!this.#suspect);
  }

  /** Never throws: a connection that cannot roll back is replaced, and its transaction ends with it. */
  rollback(): void {
    try {
      if (this.#connection.inTransaction) this.#connection.exec("ROLLBACK");
    } catch {
      this.#suspect = true;
    }
    this.#end(!this.#suspect);
  }
}

/** What Kysely holds while it runs a query or a transaction. */
class SqliteConnection implements DatabaseConnection {
  readonly #database: SqliteDatabase;
  transaction: Transaction | undefined;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.transaction) return this.transaction.execute<Row>(query);
    if (SelectQueryNode.is(query.query) || /^\s*select\b/i.test(query.sql)) return this.#database.read<Row>(query);
    const transaction = await this.#database.begin();
    let result: QueryResult<Row>;
    try {
      result = transaction.execute<Row>(query);
    } catch (error) {
      transaction.rollback();
      throw error;
    }
    transaction.commit();
    return result;
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("The store reads pages, not streams");
  }
}

class SqliteDriver implements Driver {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    return new SqliteConnection(this.#database);
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    connection.transaction = await this.#database.begin();
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    const { transaction } = connection;
    connection.transaction = undefined;
    transaction?.commit();
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    const { transaction } = connection;
    connection.transaction = undefined;
    transaction?.rollback();
  }

  async releaseConnection(connection: SqliteConnection): Promise<void> {
    await this.rollbackTransaction(connection);
  }

  destroy(): Promise<void> {
    return this.#database.close();
  }
}

/** A migration is one transaction with the write lock: of two processes that start at once, one migrates. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

export const sqliteDialect = (database: SqliteDatabase): Dialect => ({
  createAdapter: () => new TransactionalAdapter(),
  createDriver: () => new SqliteDriver(database),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});
