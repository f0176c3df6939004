import "server-only";
/** The connections to PostgreSQL. */
import type { Pool } from "pg";
import { log } from "@/lib/log";

/** A request gives up on a server that does not answer after this time, in milliseconds. */
const connectMs = 3_000;
/** No query of the portal takes a second; one that takes longer than this has met a lock or a dead connection. */
const queryMs = 10_000;

/**
 * Connections that survive the server's restart: one that ends while idle is replaced by the next user.
 *
 * @param patient without a limit for one query: a migration of a large table takes its time
 */
export async function postgresPool(url: string, { patient = false } = {}): Promise<Pool> {
  const { default: pg } = await import("pg");
  // Milliseconds since the epoch fit a JavaScript number; pg would hand them over as text.
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    // The server's own limit ends the query there too; the driver's is for a server that is gone.
    ...(patient ? {} : { statement_timeout: queryMs, query_timeout: queryMs + 1_000 }),
  });
  // Without a listener it would be an uncaught exception.
  pool.on("error", (error) => log.warn({ reason: error.message }, "An idle connection to the database ended"));
  return pool;
}
