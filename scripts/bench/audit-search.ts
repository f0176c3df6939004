/**
 * How long the process is held while the audit is searched for something that is nowhere in it, in an embedded database of
 * a million events. Written as JSON for the parent process.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { type AuditPosition, removeAuditEvents, searchAuditEvents } from "@/lib/store/audit-events";
import { getStore, replaceStore } from "@/lib/store/database";
import { heldWhile } from "./event-loop";

const events = 1_000_000;
const dayMs = 24 * 3600_000;

/** Events of the last ninety days, of a thousand users at three vendors. */
async function fill(): Promise<void> {
  const db = await getStore();
  const from = Date.now() - 90 * dayMs;
  await sql`
    with recursive n(i) as (select 0 union all select i + 1 from n where i < ${events - 1})
    insert into audit_event (id, at, request_id, user_id, action, outcome, code, vendor, account, item)
    select printf('%08x-0000-7000-8000-%012x', i, i), ${from} + i * ${(90 * dayMs) / events}, printf('%036x', i),
      'user-' || (i % 1000), case when i % 10 then 'mint' else 'renew' end,
      case when i % 50 then 'ok' else 'failed' end, case when i % 50 then null else 'vendor_timeout' end,
      case i % 3 when 0 then 'rocketchat' when 1 then 'thoughtspot' else 'microstrategy' end, 'account-' || (i % 1000),
      'item-' || (i % 40)
    from n`.execute(db);
}

async function searchAll(find: string): Promise<void> {
  let before: AuditPosition | undefined;
  do {
    const { rows, reached } = await searchAuditEvents({ find }, { before }, 51);
    if (rows.length > 0) throw new Error("The search was to find nothing");
    before = reached ?? undefined;
  } while (before);
}

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "portico-bench-"));
  const close = await replaceStore(join(folder, "audit.db"));
  try {
    await fill();
    const search = await heldWhile(() => searchAll("nowhere to be found"));
    const cleanUp = await heldWhile(() => removeAuditEvents(Date.now() - 80 * dayMs));
    return { events, search, cleanUp };
  } finally {
    await close();
    rmSync(folder, { recursive: true });
  }
}

void measure().then((result) => process.stdout.write(JSON.stringify(result)));
