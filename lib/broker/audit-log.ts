import "server-only";
/** Reading the audit: a page at a time, newest first, and the end of what is too old to keep. */
import { getConfig } from "@/lib/config/config";
import { isProblemCode, type ProblemCode } from "@/lib/problem/codes";
import {
  type AuditEventRow,
  type AuditPosition,
  type AuditSearch,
  readAuditEvent,
  removeAuditEvents,
  searchAuditEvents,
} from "@/lib/store/audit-events";
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
  /** How far the search came when it stopped before the page was full; the next page continues there. Else null. */
  readonly stoppedAt: Date | null;
}

/** Where a page begins: older than, or newer than, the event that the cursor names. */
export type AuditCursor = { readonly before?: string; readonly after?: string };

const auditPageSize = 50;

const cursorOf = ({ at, id }: AuditPosition) => `${at}_${id}`;

function parseCursor(text: string | undefined): AuditPosition | undefined {
  const [, at, id] = /^(\d{1,15})_([0-9a-f-]{36})$/.exec(text ?? "") ?? [];
  return at && id ? { at: Number(at), id } : undefined;
}

/** The positions right before and after all events of a millisecond. */
const lowestId = "00000000-0000-0000-0000-000000000000";
const highestId = "ffffffff-ffff-ffff-ffff-ffffffffffff";

const searchFor = ({ vendor, time, ...filter }: AuditFilter): AuditSearch => ({
  ...filter,
  ...(vendor === undefined ? {} : { vendor: vendor === portalItself ? null : vendor }),
  ...(time === undefined ? {} : { from: Date.now() - auditTimes[time] }),
});

function asEntry(row: AuditEventRow): AuditEntry {
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
 * One page of the events that match, newest first. A search for something rare ends before the page is full once it has
 * looked at so many events; the page's cursors continue it.
 *
 * @param cursor an invalid cursor is the first page
 * @param examine how many events to look at
 */
export async function readAudit(
  filter: AuditFilter,
  cursor: AuditCursor = {},
  size: number = auditPageSize,
  examine?: number,
): Promise<AuditPage> {
  const [before, after] = [parseCursor(cursor.before), parseCursor(cursor.after)];
  const start = before ? { before } : after ? { after } : {};
  // One more than shown tells whether there is another page.
  const { rows, reached } = await searchAuditEvents(searchFor(filter), start, size + 1, examine);
  const more = rows.length > size;
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const ahead = more && last ? cursorOf(last) : reached && cursorOf(reached);
  const stoppedAt = !more && reached ? new Date(reached.at) : null;
  const [first] = shown;
  if (start.after) {
    // Without a match, back to where the search began, with what is there.
    const older = cursorOf(first ?? { at: start.after.at + 1, id: lowestId });
    return { entries: shown.reverse().map(asEntry), older, newer: ahead, stoppedAt };
  }
  const newer = start.before ? cursorOf(first ?? { at: start.before.at - 1, id: highestId }) : null;
  return { entries: shown.map(asEntry), older: ahead, newer, stoppedAt };
}

/** One event, or null. */
export async function readAuditEntry(id: string): Promise<AuditEntry | null> {
  const row = await readAuditEvent(id);
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

const dayMs = 24 * 3600_000;

/** Removes events older than `PORTAL_AUDIT_DAYS`. */
export function removeOldAuditEvents(now: number, days = getConfig().auditDays): Promise<void> {
  return removeAuditEvents(now - days * dayMs);
}
