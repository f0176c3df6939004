import "server-only";
/** Reading the audit: a page at a time, newest first, and the end of what is too old to keep. */
import { type ExpressionBuilder, sql } from "kysely";
import { getConfig } from "@/lib/config/config";
import { isProblemCode, type ProblemCode } from "@/lib/problem/codes";
import { getStore, type Store } from "@/lib/store/database";
import type { AuditEventTable, Tables } from "@/lib/store/schema";
import { type AuditFilter, auditTimes, portalItself } from "./audit-filter";

/** One event as it was written. */
export interface AuditEntry {
  readonly id: string;
  readonly at: Date;
  readonly requestId: string;
  readonly userId: string | null;
  readonly action: string;
  readonly outcome: string;
  /** Null for a success; an older release may have written a code that the list no longer has, which is dropped here. */
  readonly code: ProblemCode | null;
  readonly vendor: string | null;
  readonly account: string | null;
  readonly item: string | null;
  readonly reference: string | null;
  readonly requestedAccess: Readonly<Record<string, string>>;
  readonly durationMs: number | null;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** The cursor of the page with older events; null when there are none. */
  readonly older: string | null;
  /** The cursor of the page with newer events; null when there are none. */
  readonly newer: string | null;
}

/** Where a page begins: older than, or newer than, the event that the cursor names. */
export type AuditPlace = { readonly before?: string; readonly after?: string };

export const auditPageSize = 50;

interface Cursor {
  readonly at: number;
  readonly id: string;
}

const cursorOf = ({ at, id }: AuditEntry) => `${at.getTime()}_${id}`;

function parseCursor(text: string | undefined): Cursor | null {
  const [, at, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text ?? "") ?? [];
  return at && id ? { at: Number(at), id } : null;
}

/** Events of the same millisecond keep an order by their id, so that no page skips or repeats one. */
const beyond =
  (cursor: Cursor, side: "<" | ">") =>
  ({ eb, or, and }: ExpressionBuilder<Tables, "audit_event">) =>
    or([eb("at", side, cursor.at), and([eb("at", "=", cursor.at), eb("id", side, cursor.id)])]);

/** Text to look for anywhere in a column, with what LIKE takes for a placeholder made plain. */
const containing = (text: string) => `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;

function matching(db: Store, filter: AuditFilter) {
  let query = db.selectFrom("audit_event").selectAll();
  if (filter.user) query = query.where("user_id", "=", filter.user);
  if (filter.request) query = query.where("request_id", "=", filter.request);
  if (filter.vendor)
    query =
      filter.vendor === portalItself ? query.where("vendor", "is", null) : query.where("vendor", "=", filter.vendor);
  if (filter.action) query = query.where("action", "=", filter.action);
  if (filter.outcome) query = query.where("outcome", "=", filter.outcome);
  if (filter.code) query = query.where("code", "=", filter.code);
  if (filter.time) query = query.where("at", ">=", Date.now() - auditTimes[filter.time]);
  if (filter.find) {
    const wanted = containing(filter.find);
    query = query.where(({ or }) =>
      or(
        (["user_id", "account", "item", "request_id"] as const).map(
          (column) => sql<boolean>`lower(${sql.ref(column)}) like ${wanted} escape '\\'`,
        ),
      ),
    );
  }
  return query;
}

function asEntry(row: AuditEventTable): AuditEntry {
  return {
    id: row.id,
    at: new Date(row.at),
    requestId: row.request_id,
    userId: row.user_id,
    action: row.action,
    outcome: row.outcome,
    code: isProblemCode(row.code) ? row.code : null,
    vendor: row.vendor,
    account: row.account,
    item: row.item,
    reference: row.reference,
    requestedAccess: row.asked_for ? (JSON.parse(row.asked_for) as Record<string, string>) : {},
    durationMs: row.duration_ms,
  };
}

/**
 * One page of the events that match, newest first.
 *
 * @param place a cursor that is none is the first page
 */
export async function readAudit(
  filter: AuditFilter,
  place: AuditPlace = {},
  size: number = auditPageSize,
): Promise<AuditPage> {
  const db = await getStore();
  const [before, after] = [parseCursor(place.before), parseCursor(place.after)];
  const backwards = !before && after !== null;
  let query = matching(db, filter);
  if (before) query = query.where(beyond(before, "<"));
  else if (after) query = query.where(beyond(after, ">"));
  const direction = backwards ? "asc" : "desc";
  // One more than shown tells whether there is another page.
  const rows = await query
    .orderBy("at", direction)
    .orderBy("id", direction)
    .limit(size + 1)
    .execute();
  const entries = rows.slice(0, size).map(asEntry);
  if (backwards) entries.reverse();
  const more = rows.length > size;
  const [first, last] = [entries[0], entries.at(-1)];
  return {
    entries,
    older: last && (backwards || more) ? cursorOf(last) : null,
    newer: first && (backwards ? more : before !== null) ? cursorOf(first) : null,
  };
}

/** One event, or null. */
export async function readAuditEntry(id: string): Promise<AuditEntry | null> {
  const db = await getStore();
  const row = await db.selectFrom("audit_event").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? asEntry(row) : null;
}

/** Every event that matches, newest first, a few hundred in memory at a time. */
export async function* allAuditEntries(filter: AuditFilter): AsyncGenerator<AuditEntry> {
  let before: string | undefined;
  do {
    const page: AuditPage = await readAudit(filter, { before }, 500);
    yield* page.entries;
    before = page.older ?? undefined;
  } while (before);
}

const removedAtOnce = 2_000;
const dayMs = 24 * 3600_000;

/**
 * Removes events older than `PORTAL_AUDIT_DAYS`, a bounded number at a time: the embedded store holds the process while
 * it works, and the next sweep comes soon.
 */
export async function removeOldAuditEvents(now: number, days = getConfig().auditDays): Promise<void> {
  const db = await getStore();
  await db
    .deleteFrom("audit_event")
    .where("id", "in", (eb) =>
      eb
        .selectFrom("audit_event")
        .select("id")
        .where("at", "<", now - days * dayMs)
        .orderBy("at")
        .limit(removedAtOnce),
    )
    .execute();
}
