import "server-only";
/** Turns a driver's error for a database that is busy, locked, full or unreachable into the problem `store_busy` (`503`). */
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult, TransactionSettings } from "kysely";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isProblem, Problem } from "@/lib/problem/problem";

/** SQLite's result codes (https://sqlite.org/rescode.html) of a database that may recover without a change to the portal. */
const sqlite = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|READONLY|PROTOCOL)/;

/**
 * PostgreSQL's (https://www.postgresql.org/docs/current/errcodes-appendix.html): connection exceptions, refused access,
 * a database that is not there, serialization failures and deadlocks, insufficient resources, locks, operator
 * intervention, and a server that only reads since another one took over.
 */
const postgres = /^(08...|28...|3D000|40001|40P01|53...|55P03|57014|57P0.|25006)$/;

/** Node's, for a server that cannot be reached, and for a disk that fails or is full. */
const system =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT|EIO|ENOSPC|EBADF)$/;

/** What `pg` says without a code of a connection that it lost or does not get. */
const lost =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered)/;

/** Seconds until the next try makes sense: a lock passes sooner than an outage. */
const retryAfter = (code: string) => (/^SQLITE_(BUSY|LOCKED)|^(40001|40P01|55P03)$/.test(code) ? 1 : 5);

/** At most one log line in this time, in milliseconds: an outage fails many queries. */
const quietMs = 5_000;

/** An error of a driver as `store_busy`, when that is what it says; any other as it is. */
export function asStoreProblem(error: unknown): unknown {
  if (isProblem(error) || typeof error !== "object" || error === null) return error;
  const { code = "", message = "" } = error as Partial<NodeJS.ErrnoException>;
  if (![sqlite, postgres, system].some((codes) => codes.test(code)) && !lost.test(message)) return error;
  const told = perProcess("store:told", () => ({ at: 0 }));
  if (Date.now() - told.at > quietMs) {
    told.at = Date.now();
    // Neither the code nor the message holds the database's password.
    log.error({ code: code || undefined, reason: message }, "The database is busy or away");
  }
  return new Problem("store_busy", { retryAfter: retryAfter(code), cause: error });
}

async function reported<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw asStoreProblem(error);
  }
}

class ReportedConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;

  constructor(inner: DatabaseConnection) {
    this.inner = inner;
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return reported(() => this.inner.executeQuery<Row>(query));
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.inner.streamQuery<Row>(query, chunkSize);
  }
}

class ReportedDriver implements Driver {
  readonly #inner: Driver;

  constructor(inner: Driver) {
    this.#inner = inner;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  acquireConnection(): Promise<ReportedConnection> {
    return reported(async () => new ReportedConnection(await this.#inner.acquireConnection()));
  }

  beginTransaction({ inner }: ReportedConnection, settings: TransactionSettings): Promise<void> {
    return reported(() => this.#inner.beginTransaction(inner, settings));
  }

  commitTransaction({ inner }: ReportedConnection): Promise<void> {
    return reported(() => this.#inner.commitTransaction(inner));
  }

  rollbackTransaction({ inner }: ReportedConnection): Promise<void> {
    return reported(() => this.#inner.rollbackTransaction(inner));
  }

  releaseConnection({ inner }: ReportedConnection): Promise<void> {
    return this.#inner.releaseConnection(inner);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }
}

/** A dialect whose queries fail with the problem `store_busy` when the database is not available. */
export const reportingUnavailable = (dialect: Dialect): Dialect => ({
  createAdapter: () => dialect.createAdapter(),
  createDriver: () => new ReportedDriver(dialect.createDriver()),
  createIntrospector: (db) => dialect.createIntrospector(db),
  createQueryCompiler: () => dialect.createQueryCompiler(),
});
