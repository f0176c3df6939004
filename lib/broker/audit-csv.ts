import "server-only";
/** The audit as a file for a spreadsheet (RFC 4180). */
import type { AuditEntry } from "./audit-log";

const columns = [
  "time",
  "user",
  "vendor",
  "action",
  "item",
  "result",
  "code",
  "account",
  "asked for",
  "request",
  "reference",
  "milliseconds",
] as const;

/**
 * A text as a cell. A spreadsheet runs what begins with one of these characters as a formula, and a refused item's name
 * comes from outside: an apostrophe in front makes it text.
 */
function cell(value: string | number | null): string {
  if (typeof value === "number") return String(value);
  const text = value ?? "";
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

const line = (values: readonly (string | number | null)[]) => `${values.map(cell).join(",")}\r\n`;

const lineOf = (entry: AuditEntry) =>
  line([
    entry.at.toISOString(),
    entry.userId,
    entry.vendor,
    entry.action,
    entry.item,
    entry.outcome,
    entry.code,
    entry.account,
    Object.entries(entry.requestedAccess)
      .map(([name, value]) => `${name}: ${value}`)
      .join("; "),
    entry.requestId,
    entry.reference,
    entry.durationMs,
  ]);

/** The file, written while it is read: the events never stand in memory together. */
export function auditCsv(entries: AsyncGenerator<AuditEntry>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(line(columns)));
    },
    async pull(controller) {
      const next = await entries.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(lineOf(next.value)));
    },
    async cancel() {
      await entries.return(undefined);
    },
  });
}
