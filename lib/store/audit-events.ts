import "server-only";
/**
 * The audit's events: written in batches, searched in steps that never hold the process, removed when they are old.
 *
 * A search walks along one index, newest event first, and never looks at more than a step's events in one statement:
 * the embedded database works on the event loop, and a million events take it a second.
 */
import { setImmediate as yieldToOthers } from "node:timers/promises";
import { type ExpressionBuilder, type Insertable, type Selectable, type SelectQueryBuilder, sql } from "kysely";
import { getStore } from "./database";
import { removeInBatches } from "./remove-in-batches";
import type { AuditEventTable, Tables } from "./schema";

export type AuditEventRow = Selectable<AuditEventTable>;
export type NewAuditEvent = Insertable<AuditEventTable>;

/** How many events fit in one statement: SQLite takes at least 999 values, and an event has thirteen. */
export const maxEventsPerInsert = 75;

/** @param events at most {@link maxEventsPerInsert} */
export async function insertAuditEvents(events: readonly NewAuditEvent[]): Promise<void> {
  const db = await getStore();
  await db.insertInto("audit_event").values(events).execute();
}

/** One event, or undefined. */
export async function readAuditEvent(id: string): Promise<AuditEventRow | undefined> {
  const db = await getStore();
  return db.selectFrom("audit_event").selectAll().where("id", "=", id).executeTakeFirst();
}

/** What a search asks for; every part that is given must hold. */
export interface AuditSearch {
  /** Part of a user, vendor account, item or request id, in any case. */
  readonly find?: string;
  readonly user?: string;
  readonly request?: string;
  /** Null for events that concern no vendor. */
  readonly vendor?: string | null;
  readonly action?: string;
  readonly outcome?: string;
  readonly code?: string;
  /** No event before this, milliseconds since the epoch. */
  readonly from?: number;
}

/** A place in the order of events: within a millisecond they are in the order of their ids. */
export interface AuditPosition {
  readonly at: number;
  readonly id: string;
}

type Events = SelectQueryBuilder<Tables, "audit_event", object>;
type Where = ExpressionBuilder<Tables, "audit_event">;

/** Most events have one of these actions, so an index on them would select nearly every event; the time index does as well. */
const commonActions = ["mint", "renew"];

/**
 * The events along the most selective index, and the conditions that remain to be tested. The indexes for action and outcome
 * are partial: SQLite uses one only if the query repeats its condition literally.
 */
function alongIndex(events: Events, search: AuditSearch): { walk: Events; rest: AuditSearch } {
  const { request, user, code, outcome, action, vendor, ...rest } = search;
  if (request !== undefined)
    return { walk: events.where("request_id", "=", request), rest: { ...search, request: undefined } };
  if (user !== undefined) return { walk: events.where("user_id", "=", user), rest: { ...search, user: undefined } };
  if (code !== undefined)
    return {
      walk: events.where("code", "=", code).where("code", "is not", null),
      rest: { ...search, code: undefined },
    };
  if (outcome !== undefined && outcome !== "ok")
    return {
      walk: events.where("outcome", "=", outcome).where(sql<boolean>`outcome <> 'ok'`),
      rest: { ...search, outcome: undefined },
    };
  if (action !== undefined && !commonActions.includes(action))
    return {
      walk: events.where("action", "=", action).where(sql<boolean>`action not in ('mint', 'renew')`),
      rest: { ...search, action: undefined },
    };
  if (vendor !== undefined)
    return {
      walk: vendor === null ? events.where("vendor", "is", null) : events.where("vendor", "=", vendor),
      rest: { ...rest, action, outcome },
    };
  return { walk: events, rest: search };
}

/** Text to look for anywhere in a column, with LIKE's own placeholders taken literally. */
const containing = (text: string) => `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;

const searchedColumns = ["user_id", "account", "item", "request_id"] as const;

function matching(events: Events, { find, user, request, vendor, action, outcome, code }: AuditSearch): Events {
  let query = events;
  for (const [column, value] of [
    ["user_id", user],
    ["request_id", request],
    ["action", action],
    ["outcome", outcome],
    ["code", code],
  ] as const)
    if (value !== undefined) query = query.where(column, "=", value);
  if (vendor === null) query = query.where("vendor", "is", null);
  else if (vendor !== undefined) query = query.where("vendor", "=", vendor);
  if (find !== undefined) {
    const wanted = containing(find);
    query = query.where(({ or }: Where) =>
      or(searchedColumns.map((column) => sql<boolean>`lower(${sql.ref(column)}) like ${wanted} escape '\\'`)),
    );
  }
  return query;
}

const beyond = ({ at, id }: AuditPosition, comparison: "<" | "<=" | ">" | ">=") =>
  sql<boolean>`(at, id) ${sql.raw(comparison)} (${at}, ${id})`;

/** How many events one statement looks at: at first, at least and at most. */
const stepEvents = { first: 2_000, min: 500, max: 50_000 } as const;
/** A step that took longer than this is followed by a shorter one, one below a third of it by a longer one, in ms. */
const stepMs = 8;
/** How many events one search looks at before it reports how far it has come. */
const maxExamined = 200_000;

export interface AuditSearchResult {
  /** In the order in which they were met: newest first, or oldest first when the search went forward. */
  readonly rows: readonly AuditEventRow[];
  /** Where the search stopped though there may be more; null when all events in this direction have been looked at. */
  readonly reached: AuditPosition | null;
}

/**
 * Events that match, from a position on.
 *
 * @param start `before`: older events, newest first (from the newest of all without one); `after`: newer events, oldest
 *   first
 * @param limit stops after so many
 * @param examine stops after so many events were looked at
 */
export async function searchAuditEvents(
  search: AuditSearch,
  start: { readonly before?: AuditPosition; readonly after?: AuditPosition },
  limit: number,
  examine: number = maxExamined,
): Promise<AuditSearchResult> {
  const db = await getStore();
  const forward = start.before === undefined && start.after !== undefined;
  const direction = forward ? "asc" : "desc";
  const { walk, rest } = alongIndex(db.selectFrom("audit_event"), search);
  // SQLite uses one bound per side for its walk through the index and tests others row by row, so each side has a single
  // bound on `at`: the tightest.
  const part = (low: number | undefined, high: number | undefined) => {
    let events = walk.orderBy("at", direction).orderBy("id", direction);
    if (position) events = events.where(beyond(position, forward ? ">" : "<"));
    const from = Math.max(search.from ?? Number.MIN_SAFE_INTEGER, low ?? Number.MIN_SAFE_INTEGER);
    if (from > Number.MIN_SAFE_INTEGER) events = events.where("at", ">=", from);
    return high === undefined ? events : events.where("at", "<=", high);
  };
  const rows: AuditEventRow[] = [];
  let position = start.before ?? start.after;
  let step: number = stepEvents.first;
  for (let examined = 0; examined < examine; ) {
    const began = performance.now();
    const [low, high] = forward ? [position?.at, undefined] : [undefined, position?.at];
    const end = await part(low, high)
      .select(["at", "id"])
      .offset(step - 1)
      .limit(1)
      .executeTakeFirst();
    const within = !end
      ? part(low, high)
      : forward
        ? part(low, end.at).where(beyond(end, "<="))
        : part(end.at, high).where(beyond(end, ">="));
    const found = await matching(within, rest)
      .selectAll()
      .limit(limit - rows.length)
      .execute();
    rows.push(...(found as AuditEventRow[]));
    const last = rows.at(-1);
    if (rows.length === limit && last) return { rows, reached: { at: last.at, id: last.id } };
    if (!end) return { rows, reached: null };
    position = end;
    examined += step;
    const tookMs = performance.now() - began;
    if (tookMs > stepMs) step = Math.max(stepEvents.min, step >> 1);
    else if (tookMs < stepMs / 3) step = Math.min(stepEvents.max, step << 1);
    await yieldToOthers();
  }
  return { rows, reached: position ?? null };
}

/** How many events one clean-up removes at most: more than a thousand a second, when it runs every 15 seconds. */
const maxRemoved = 50_000;

/** Removes events older than a moment, in milliseconds since the epoch. */
export function removeAuditEvents(before: number): Promise<void> {
  return removeInBatches(maxRemoved, async (db, limit) => {
    const { numDeletedRows } = await db
      .deleteFrom("audit_event")
      .where("id", "in", (eb) =>
        eb.selectFrom("audit_event").select("id").where("at", "<", before).orderBy("at").limit(limit),
      )
      .executeTakeFirst();
    return Number(numDeletedRows);
  });
}

/** How many revocations of each vendor were abandoned since a moment. */
export async function countAbandoned(since: number): Promise<ReadonlyMap<string, number>> {
  const db = await getStore();
  const rows = await db
    .selectFrom("audit_event")
    .select(({ fn }) => ["vendor", fn.countAll<number | string>().as("count")])
    // Literally as in the partial index, or SQLite would not use it.
    .where(sql<boolean>`outcome = 'abandoned'`)
    .where("at", ">=", since)
    .groupBy("vendor")
    .execute();
  return new Map(rows.flatMap(({ vendor, count }) => (vendor === null ? [] : [[vendor, Number(count)] as const])));
}
