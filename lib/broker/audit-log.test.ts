import { randomUUID } from "node:crypto";
import { CompiledQuery } from "kysely";
import { insertAuditEvents, maxEventsPerInsert } from "@/lib/store/audit-events";
import { getStore } from "@/lib/store/database";
import { onEachStore } from "@/tests/stores";
import { type AuditEvent, audit } from "./audit";
import { auditCsv } from "./audit-csv";
import { type AuditFilter, filterAddress, readFilter } from "./audit-filter";
import { allAuditEntries, readAudit, readAuditEntry, removeOldAuditEvents } from "./audit-log";

const requestId = () => randomUUID();
const event = (changes: Partial<AuditEvent> = {}): AuditEvent => ({
  requestId: requestId(),
  userId: "u-1",
  action: "mint",
  outcome: "ok",
  ...changes,
});

const found = async (filter: AuditFilter) => (await readAudit(filter)).entries.map(({ item }) => item);

onEachStore((kind) => {
  beforeEach(async () => {
    await (await getStore()).deleteFrom("audit_event").execute();
  });

  /** Events a second apart, the last one newest. */
  async function writeApart(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) await audit(event({ item: `i${n}` }));
    const db = await getStore();
    const now = Date.now();
    for (let n = 0; n < count; n += 1)
      await db
        .updateTable("audit_event")
        .set({ at: now - (count - n) * 1000 })
        .where("item", "=", `i${n}`)
        .execute();
  }

  test("events of one millisecond stay in the order in which they happened", async () => {
    const clock = jest.spyOn(Date, "now").mockReturnValue(Date.UTC(2026, 10, 26));
    const items = Array.from({ length: 40 }, (_, n) => `i${n}`);
    await Promise.all(items.map((item) => audit(event({ item }))));
    clock.mockRestore();
    const { entries } = await readAudit({});
    expect(entries.map(({ item }) => item)).toEqual(items.reverse().slice(0, entries.length));
    for (const { id } of entries)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  describe("the filter, which anyone can type", () => {
    test.each([
      [{ outcome: "maybe", action: "steal", code: "no_such", time: "year" }, {}],
      [{ vendor: "../etc", user: "", find: "   " }, {}],
      [{ user: ["a", "b"] }, {}],
      [{ find: "x".repeat(256) }, {}],
      [
        { outcome: "denied", vendor: "rocketchat", code: "item_forbidden", time: "day" },
        { outcome: "denied", vendor: "rocketchat", code: "item_forbidden", time: "day" },
      ],
      [{ find: " a.analyst " }, { find: "a.analyst" }],
    ])("%j", (query, filter) => {
      expect(readFilter(query)).toEqual(filter);
    });

    test("a support code that a user copied asks for its request", () => {
      const id = requestId();
      expect(readFilter({ find: `vendor_failed · ${id.toUpperCase()}` })).toEqual({ request: id });
    });

    test("survives its way through an address", () => {
      const filter = { find: "50% & more", vendor: "thoughtspot", outcome: "failed" } as const;
      const address = new URL(filterAddress("/admin/audit", filter), "http://x");
      expect(readFilter(Object.fromEntries(address.searchParams))).toEqual(filter);
    });
  });

  test("each part of the filter narrows", async () => {
    const id = requestId();
    await audit(event({ item: "a", vendor: "rocketchat", requestId: id }));
    await audit(event({ item: "b", vendor: "thoughtspot", outcome: "failed", code: "vendor_failed", userId: "u-2" }));
    await audit(event({ item: "c", action: "sign-in", account: "a.analyst" }));
    expect((await found({})).sort()).toEqual(["a", "b", "c"]);
    expect(await found({ vendor: "rocketchat" })).toEqual(["a"]);
    expect(await found({ vendor: "portal" })).toEqual(["c"]);
    expect(await found({ outcome: "failed" })).toEqual(["b"]);
    expect(await found({ code: "vendor_failed" })).toEqual(["b"]);
    expect(await found({ user: "u-2" })).toEqual(["b"]);
    expect(await found({ request: id })).toEqual(["a"]);
    expect(await found({ action: "sign-in" })).toEqual(["c"]);
    expect(await found({ find: "ANALYST" })).toEqual(["c"]);
    expect(await found({ vendor: "rocketchat", outcome: "failed" })).toEqual([]);
  });

  test("what LIKE takes for a placeholder is looked for as it stands", async () => {
    await audit(event({ item: "plain" }));
    await audit(event({ item: "50%_off\\" }));
    expect(await found({ find: "%" })).toEqual(["50%_off\\"]);
    expect(await found({ find: "_" })).toEqual(["50%_off\\"]);
    expect(await found({ find: "\\" })).toEqual(["50%_off\\"]);
    expect(await found({ find: "' or 1=1 --" })).toEqual([]);
  });

  test("time looks back from now", async () => {
    await audit(event({ item: "now" }));
    await audit(event({ item: "then" }));
    const db = await getStore();
    await db
      .updateTable("audit_event")
      .set({ at: Date.now() - 2 * 3600_000 })
      .where("item", "=", "then")
      .execute();
    expect(await found({ time: "hour" })).toEqual(["now"]);
    expect(await found({ time: "day" })).toEqual(["now", "then"]);
  });

  describe("pages", () => {
    const items = (page: { entries: readonly { item: string | null }[] }) => page.entries.map(({ item }) => item);

    test("newest first, there and back, without a gap or a repetition", async () => {
      await writeApart(5);
      const first = await readAudit({}, {}, 2);
      expect([items(first), first.newer]).toEqual([["i4", "i3"], null]);
      const second = await readAudit({}, { before: first.older ?? "" }, 2);
      expect(items(second)).toEqual(["i2", "i1"]);
      const third = await readAudit({}, { before: second.older ?? "" }, 2);
      expect([items(third), third.older]).toEqual([["i0"], null]);
      const back = await readAudit({}, { after: third.newer ?? "" }, 2);
      expect(items(back)).toEqual(["i2", "i1"]);
      const start = await readAudit({}, { after: back.newer ?? "" }, 2);
      expect([items(start), start.newer]).toEqual([["i4", "i3"], null]);
    });

    test("events of one millisecond are each shown once", async () => {
      await Promise.all(Array.from({ length: 7 }, (_, n) => audit(event({ item: `i${n}` }))));
      await (await getStore()).updateTable("audit_event").set({ at: 1_000 }).execute();
      const seen: (string | null)[] = [];
      let before: string | undefined;
      do {
        const page = await readAudit({}, { before }, 2);
        seen.push(...items(page));
        before = page.older ?? undefined;
      } while (before);
      expect(seen.sort()).toEqual(["i0", "i1", "i2", "i3", "i4", "i5", "i6"]);
    });

    test("an event that arrives meanwhile moves nothing on an older page", async () => {
      await writeApart(4);
      const { older } = await readAudit({}, {}, 2);
      await audit(event({ item: "new" }));
      expect(items(await readAudit({}, { before: older ?? "" }, 2))).toEqual(["i1", "i0"]);
    });

    test.each(["x", "1_", "1_'; drop table audit_event", "99999999999999999999_x"])(
      "the cursor %j is the first page",
      async (before) => {
        await writeApart(2);
        expect(items(await readAudit({}, { before }, 2))).toEqual(["i1", "i0"]);
      },
    );
  });

  test("an event comes back as it was written, with what was asked of the vendor", async () => {
    await audit(
      event({ vendor: "thoughtspot", requestedAccess: { access_type: "REST" }, durationMs: 12.4, account: "a" }),
    );
    const [entry] = (await readAudit({})).entries;
    expect(entry).toMatchObject({
      userId: "u-1",
      requestedAccess: { access_type: "REST" },
      durationMs: 12,
      account: "a",
    });
    expect(await readAuditEntry(entry?.id ?? "")).toEqual(entry);
    expect(await readAuditEntry("nothing")).toBeNull();
  });

  describe("the file for a spreadsheet", () => {
    const csv = () => new Response(auditCsv(allAuditEntries({}))).text();

    test.each(["=HYPERLINK(0)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])(
      "%j is a text, not a formula",
      async (item) => {
        await audit(event({ item }));
        expect(await csv()).toContain(`,"'${item}",`);
      },
    );

    test("quotes, commas and line ends stay in their cell", async () => {
      await audit(event({ item: 'a "b", c\r\nd' }));
      expect(await csv()).toContain('"a ""b"", c\r\nd"');
    });

    test("holds more events than one page", async () => {
      const db = await getStore();
      const row = {
        request_id: requestId(),
        user_id: null,
        action: "mint",
        outcome: "ok",
        code: null,
        vendor: null,
        account: null,
        item: null,
        reference: null,
        asked_for: null,
        duration_ms: null,
      };
      for (let n = 0; n < 13; n += 1)
        await db
          .insertInto("audit_event")
          .values(Array.from({ length: 50 }, (_, m) => ({ ...row, id: randomUUID(), at: n * 50 + m })))
          .execute();
      expect((await csv()).trimEnd().split("\r\n")).toHaveLength(651);
    });
  });

  test("events older than the days to keep are removed, younger ones stay", async () => {
    await writeApart(2);
    const day = 24 * 3600_000;
    const db = await getStore();
    await db
      .updateTable("audit_event")
      .set({ at: Date.now() - 31 * day })
      .where("item", "=", "i0")
      .execute();
    await removeOldAuditEvents(Date.now(), 30);
    expect(await found({})).toEqual(["i1"]);
  });

  describe("a search through many events", () => {
    const many = 5_000;
    const oldest = Date.now() - many;

    beforeEach(async () => {
      const row = {
        user_id: "u-1",
        action: "mint",
        outcome: "ok",
        code: null,
        vendor: "rocketchat",
        account: "a.analyst",
        reference: null,
        asked_for: null,
        duration_ms: null,
      };
      const rows = Array.from({ length: many }, (_, n) => ({
        ...row,
        id: randomUUID(),
        at: oldest + n,
        request_id: requestId(),
        item: n === 10 || n === many - 10 ? "rare" : "common",
      }));
      for (let start = 0; start < many; start += maxEventsPerInsert)
        await insertAuditEvents(rows.slice(start, start + maxEventsPerInsert));
    });

    test("stops after so many, says how far it came, and the next page goes on there", async () => {
      const first = await readAudit({ find: "rare" }, {}, 50, 1);
      expect([first.entries.length, first.newer]).toEqual([1, null]);
      expect(first.stoppedAt?.getTime()).toBeLessThan(oldest + many - 1_000);
      const second = await readAudit({ find: "rare" }, { before: first.older ?? "" }, 50, 1);
      expect([second.entries.length, second.stoppedAt === null]).toEqual([0, false]);
      const third = await readAudit({ find: "rare" }, { before: second.older ?? "" }, 50, 1);
      expect([third.entries.length, third.stoppedAt, third.older]).toEqual([1, null, null]);
      // And back, from a page without a match too.
      const back = await readAudit({ find: "rare" }, { after: second.newer ?? "" }, 50, 1);
      expect(back.entries.map(({ id }) => id)).toEqual(first.entries.map(({ id }) => id));
    });

    test("finds all of it in the export", async () => {
      let count = 0;
      for await (const { item } of allAuditEntries({ find: "rare" })) if (item === "rare") count += 1;
      expect(count).toBe(2);
    });

    test("lets the process work on meanwhile", async () => {
      let turns = 0;
      const other = setInterval(() => turns++, 0);
      await readAudit({ find: "nowhere" });
      clearInterval(other);
      expect(turns).toBeGreaterThanOrEqual(1);
    });

    test.each<[string, AuditFilter, Partial<AuditEvent>]>([
      ["user", { user: "u-2" }, { userId: "u-2" }],
      ["request", { request: "r-2" }, { requestId: "r-2" }],
      ["product", { vendor: "thoughtspot" }, { vendor: "thoughtspot" }],
      ["no product", { vendor: "portal" }, {}],
      ["action", { action: "link" }, { vendor: "rocketchat", action: "link" }],
      ["outcome", { outcome: "denied" }, { vendor: "rocketchat", outcome: "denied" }],
      ["code", { code: "item_forbidden" }, { vendor: "rocketchat", outcome: "denied", code: "item_forbidden" }],
    ])("goes straight to the one event of a %s, by an index", async (_name, filter, changes) => {
      await audit(event({ item: "the one", ...changes }));
      const db = await getStore();
      await db.updateTable("audit_event").set({ at: 1 }).where("item", "=", "the one").execute();
      const queries = jest.spyOn(db.getExecutor(), "executeQuery");
      const page = await readAudit(filter, {}, 50, 1);
      expect([page.entries.map(({ item }) => item), page.stoppedAt]).toEqual([["the one"], null]);
      const asked = queries.mock.calls.map(([query]) => query);
      queries.mockRestore();
      expect(asked).toHaveLength(2);
      if (kind === "PostgreSQL") return; // Its planner may choose to read a small table.
      for (const { sql, parameters } of asked) {
        const { rows } = await db.executeQuery<{ detail: string }>(
          CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
        );
        const plan = rows.map(({ detail }) => detail).join("; ");
        expect(plan).toMatch(/^SEARCH audit_event USING (COVERING )?INDEX/);
        // Nothing is sorted: the index has the order. One request has too few events to matter.
        if (!filter.request) expect(plan).not.toContain("TEMP B-TREE");
      }
    });
  });

  test("more old events than come in between two sweeps are removed by one, and others work meanwhile", async () => {
    const db = await getStore();
    const row = { request_id: "r", action: "mint", outcome: "ok" };
    for (let n = 0; n < 20_000; n += 75)
      await insertAuditEvents(Array.from({ length: 75 }, (_, m) => ({ ...row, id: randomUUID(), at: n + m })));
    let turns = 0;
    const other = setInterval(() => turns++, 0);
    await removeOldAuditEvents(Date.now(), 30);
    clearInterval(other);
    expect(await db.selectFrom("audit_event").select("id").execute()).toEqual([]);
    expect(turns).toBeGreaterThan(10);
  }, 30_000);
});
