import "server-only";
/** The schema's history. Never edit a step that was released: add one. */
import { type Kysely, type Migration, type MigrationProvider, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration sees the schema of its own time, not today's types
type AnyDatabase = Kysely<any>;

const first: Migration = {
  async up(db: AnyDatabase) {
    await db.schema
      .createTable("credential")
      .addColumn("user_id", "text", (column) => column.notNull())
      .addColumn("vendor", "text", (column) => column.notNull())
      .addColumn("sealed", "text", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("credential_pk", ["user_id", "vendor"])
      .execute();
    await db.schema
      .createTable("connection")
      .addColumn("session_id", "text", (column) => column.notNull())
      .addColumn("vendor", "text", (column) => column.notNull())
      .addColumn("scope", "text", (column) => column.notNull())
      .addColumn("user_id", "text", (column) => column.notNull())
      .addColumn("account", "text", (column) => column.notNull())
      .addColumn("sealed", "text")
      .addColumn("connected_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint")
      .addColumn("session_expires_at", "bigint", (column) => column.notNull())
      .addColumn("lease_owner", "text")
      .addColumn("lease_until", "bigint", (column) => column.notNull())
      .addPrimaryKeyConstraint("connection_pk", ["session_id", "vendor", "scope"])
      .execute();
    await db.schema.createIndex("connection_user").on("connection").columns(["user_id", "vendor"]).execute();
    await db.schema.createIndex("connection_end").on("connection").column("session_expires_at").execute();
    await db.schema
      .createTable("revocation")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("vendor", "text", (column) => column.notNull())
      .addColumn("user_id", "text", (column) => column.notNull())
      .addColumn("account", "text", (column) => column.notNull())
      .addColumn("place", "text", (column) => column.notNull())
      .addColumn("sealed", "text", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("attempts", "integer", (column) => column.notNull())
      .addColumn("next_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("ended_session")
      .addColumn("session_id", "text", (column) => column.primaryKey())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("audit_event")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("at", "bigint", (column) => column.notNull())
      .addColumn("request_id", "text", (column) => column.notNull())
      .addColumn("user_id", "text")
      .addColumn("action", "text", (column) => column.notNull())
      .addColumn("outcome", "text", (column) => column.notNull())
      .addColumn("code", "text")
      .addColumn("vendor", "text")
      .addColumn("account", "text")
      .addColumn("item", "text")
      .addColumn("reference", "text")
      .addColumn("duration_ms", "integer")
      .execute();
    await db.schema.createIndex("audit_event_at").on("audit_event").column("at").execute();
    await db.schema.createIndex("audit_event_user").on("audit_event").columns(["user_id", "at"]).execute();
  },
};

const signInsAndAskedFor: Migration = {
  async up(db: AnyDatabase) {
    await db.schema
      .createTable("sign_in")
      .addColumn("session_id", "text", (column) => column.primaryKey())
      .addColumn("sealed", "text", (column) => column.notNull())
      .addColumn("session_expires_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema.alterTable("audit_event").addColumn("asked_for", "text").execute();
  },
};

/** The audit is searched by the number that a user reports, and by what went wrong. */
const auditIndexes: Migration = {
  async up(db: AnyDatabase) {
    await db.schema.createIndex("audit_event_request").on("audit_event").column("request_id").execute();
    // Most events have no code: they stay out of the index, and writing them costs nothing more.
    await db.schema
      .createIndex("audit_event_code")
      .on("audit_event")
      .columns(["code", "at"])
      .where("code", "is not", null)
      .execute();
  },
};

/** Revocations are found by their session and by what is due, however long the queue is. */
const revocationQueue: Migration = {
  async up(db: AnyDatabase) {
    await db.schema
      .alterTable("revocation")
      .addColumn("session_id", "text", (column) => column.notNull().defaultTo(""))
      .execute();
    // The context of a connection is `connection:<session id, a UUID>:<vendor>:<scope>`.
    await sql`update revocation set session_id = substr(place, 12, 36)`.execute(db);
    await db.schema.createIndex("revocation_session").on("revocation").column("session_id").execute();
    await db.schema.createIndex("revocation_due").on("revocation").columns(["vendor", "next_at"]).execute();
    await db.schema
      .createIndex("audit_event_abandoned")
      .on("audit_event")
      .columns(["at", "vendor"])
      .where(sql`outcome`, "=", sql.lit("abandoned"))
      .execute();
  },
};

/** The counters of rate-limiter-flexible, in the columns it expects. */
const rateLimits: Migration = {
  async up(db: AnyDatabase) {
    await db.schema
      .createTable("rate_limit")
      .addColumn("key", "text", (column) => column.primaryKey())
      .addColumn("points", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("expire", "bigint")
      .execute();
    await db.schema.createIndex("rate_limit_expire").on("rate_limit").column("expire").execute();
  },
};

/**
 * The audit is searched by each of its columns, newest event first, and in steps: every index ends with the order of
 * events. What nearly every event has is left out of the index for its column. Clean-ups find what has expired.
 */
const auditSearch: Migration = {
  async up(db: AnyDatabase) {
    for (const name of ["audit_event_at", "audit_event_user", "audit_event_code"])
      await db.schema.dropIndex(name).execute();
    const index = (name: string, ...columns: string[]) =>
      db.schema
        .createIndex(`audit_event_${name}`)
        .on("audit_event")
        .columns([...columns, "at", "id"]);
    await index("time").execute();
    await index("of_user", "user_id").execute();
    await index("of_vendor", "vendor").execute();
    await index("with_code", "code").where("code", "is not", null).execute();
    await index("with_outcome", "outcome").where(sql`outcome`, "<>", sql.lit("ok")).execute();
    await index("with_action", "action").where(sql<boolean>`action not in ('mint', 'renew')`).execute();
    await db.schema.createIndex("ended_session_expiry").on("ended_session").column("expires_at").execute();
    await db.schema.createIndex("sign_in_expiry").on("sign_in").column("session_expires_at").execute();
  },
};

export const migrations: MigrationProvider = {
  getMigrations: async () => ({
    "0001_first": first,
    "0002_sign_ins_and_asked_for": signInsAndAskedFor,
    "0003_audit_indexes": auditIndexes,
    "0004_revocation_queue": revocationQueue,
    "0005_rate_limits": rateLimits,
    "0006_audit_search": auditSearch,
  }),
};
