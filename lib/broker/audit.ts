import "server-only";
/** One event per decision: who asked for what, what was decided, why. Never a token, key or password. */
import { randomUUID } from "node:crypto";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { type ProblemCode, problems } from "@/lib/problem/codes";
import { insertAuditEvents, maxEventsPerInsert, type NewAuditEvent } from "@/lib/store/audit-events";
import { untilDurable } from "@/lib/store/database";
import { hop } from "@/lib/trace/trace";
import type { AuditAction, AuditOutcome } from "./audit-filter";
import { keepsRefusal } from "./rate-limit";

export interface AuditEvent {
  readonly requestId: string;
  readonly userId?: string;
  readonly action: AuditAction;
  /**
   * `denied` is a refusal: the portal's own, or of a login that a user wants to link. `failed` is an outage or a fault.
   * `abandoned`: a revocation that no vendor confirmed and the portal tries no more.
   */
  readonly outcome: AuditOutcome;
  readonly code?: ProblemCode;
  readonly vendor?: string;
  readonly account?: string;
  readonly item?: string;
  readonly reference?: string;
  /** What was requested from the vendor, in its own terms: access level, object. Never a secret. */
  readonly requestedAccess?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly durationMs?: number;
}

/** How a problem is audited: a refusal is `denied`, an outage or a fault is `failed`. */
export const outcomeOf = (code: ProblemCode): AuditOutcome =>
  problems[code].status >= 500 && code !== "vendor_unconfigured" ? "failed" : "denied";

interface Waiting {
  readonly row: NewAuditEvent;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

const waiting = perProcess("audit:waiting", () => [] as Waiting[]);

/** Events of the same moment share one statement, and one sync of the disk: a burst costs little more than one event. */
async function flush(): Promise<void> {
  while (waiting.length > 0) {
    const batch = waiting.splice(0, maxEventsPerInsert);
    const failed = (error: unknown) => {
      for (const one of batch) one.failed(error);
    };
    try {
      await insertAuditEvents(batch.map(({ row }) => row));
    } catch (error) {
      failed(error);
      continue;
    }
    // Not awaited: the next events need not wait for this disk.
    untilDurable().then(() => {
      for (const { done } of batch) done();
    }, failed);
  }
}

const last = perProcess("audit:last-id", () => ({ at: 0, count: 0 }));

/**
 * An id that sorts as the events happened, also within one millisecond: a UUID of version 7 whose first twelve bits after
 * the time count (RFC 9562, section 6.2, method 1).
 */
function idAt(at: number): string {
  last.count = at === last.at ? last.count + 1 : 0;
  last.at = at;
  const time = at.toString(16).padStart(12, "0");
  const count = (last.count & 0xfff).toString(16).padStart(3, "0");
  const [, , , ...chance] = randomUUID().split("-");
  return [time.slice(0, 8), time.slice(8), `7${count}`, ...chance].join("-");
}

/**
 * Writes an event to the store and to the log. It is durable when this resolves, but for refusals beyond 600 a minute of
 * one user, or of everyone who is not signed in: those are in the log alone.
 */
export const audit = (event: AuditEvent): Promise<void> => hop("audit", () => write(event));

async function write(event: AuditEvent): Promise<void> {
  log[event.outcome === "ok" ? "info" : "warn"]({ audit: event }, "audit");
  if (event.outcome === "denied" && !(await keepsRefusal(event.userId))) return;
  const at = Date.now();
  const row = {
    id: idAt(at),
    at,
    request_id: event.requestId,
    user_id: event.userId ?? null,
    action: event.action,
    outcome: event.outcome,
    code: event.code ?? null,
    vendor: event.vendor ?? null,
    account: event.account ?? null,
    item: event.item ?? null,
    reference: event.reference ?? null,
    asked_for: event.requestedAccess ? JSON.stringify(event.requestedAccess) : null,
    duration_ms: event.durationMs === undefined ? null : Math.round(event.durationMs),
  };
  return new Promise((done, failed) => {
    waiting.push({ row, done, failed });
    if (waiting.length === 1) setImmediate(flush);
  });
}
