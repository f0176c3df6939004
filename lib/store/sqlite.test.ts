import fs, { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { sql } from "kysely";
import { holdWriteLock } from "@/tests/lock-holder";
import { type OpenedStore, openStore } from "./database";

let folder: string;
let file: string;
let store: OpenedStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "portico-sqlite-"));
  file = join(folder, "portal.db");
  store = await openStore(file);
});

afterEach(async () => {
  await store.db.destroy();
  rmSync(folder, { recursive: true });
});

const write = (id: string, { db } = store) =>
  db.insertInto("ended_session").values({ session_id: id, expires_at: 1 }).execute();

const writeInTransaction = (id: string) =>
  store.db
    .transaction()
    .execute((step) => step.insertInto("ended_session").values({ session_id: id, expires_at: 1 }).execute());

/** What another process would find. */
async function committed(): Promise<string[]> {
  const other = await openStore(file);
  const rows = await other.db.selectFrom("ended_session").select("session_id").orderBy("session_id").execute();
  await other.db.destroy();
  return rows.map(({ session_id }) => session_id);
}

const busy = expect.objectContaining({ code: "store_busy", options: expect.objectContaining({ retryAfter: 1 }) });

describe("while another process holds the write lock", () => {
  test("writes fail as busy, reads answer, and the process goes on meanwhile", async () => {
    const release = await holdWriteLock(file);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const refused = await Promise.allSettled([
      write("a"),
      writeInTransaction("b"),
      write("c"),
      writeInTransaction("d"),
    ]);
    delay.disable();
    expect(refused).toEqual(Array.from({ length: 4 }, () => ({ status: "rejected", reason: busy })));
    expect(delay.max / 1e6).toBeLessThan(500);
    expect(await store.db.selectFrom("ended_session").selectAll().execute()).toEqual([]);
    await release();
  }, 20_000);

  test("writes that wait all give up together, not one after the other", async () => {
    const release = await holdWriteLock(file);
    const started = performance.now();
    await Promise.allSettled(Array.from({ length: 50 }, (_, n) => write(`w${n}`)));
    expect(performance.now() - started).toBeLessThan(4_000);
    await release();
  }, 20_000);

  test("a write waits for a lock that passes", async () => {
    const release = await holdWriteLock(file);
    const [result] = await Promise.allSettled([write("patient"), release()]);
    expect(result.status).toBe("fulfilled");
    expect(await committed()).toEqual(["patient"]);
  }, 20_000);

  test("what is written afterwards is committed, in and outside transactions", async () => {
    const release = await holdWriteLock(file);
    await Promise.allSettled([write("lost"), writeInTransaction("lost too")]);
    await release();
    await writeInTransaction("a");
    await write("b");
    expect(await committed()).toEqual(["a", "b"]);
  }, 20_000);
});

describe("a connection that turned bad is replaced", () => {
  test("when it does not take the lock any more", async () => {
    // From here on this connection refuses every write.
    await sql`pragma query_only = on`.execute(store.db);
    await write("taken");
    expect(await committed()).toEqual(["taken"]);
  });

  test("when a statement failed otherwise than by a constraint, which may have left it unfinished", async () => {
    // Temporary tables belong to one connection.
    const marked = () => sql`insert into marker values (1)`.execute(store.db);
    await sql`create temp table marker (n)`.execute(store.db);
    await write("there");
    await expect(write("there")).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT_PRIMARYKEY" });
    await marked();
    await expect(
      sql`update ended_session set expires_at = abs(-9223372036854775808)`.execute(store.db),
    ).rejects.toThrow("integer overflow");
    await expect(marked()).rejects.toThrow("no such table");
    await write("taken");
    expect(await committed()).toEqual(["taken", "there"]);
  });
});

test("in memory too, no one reads what a transaction has not committed", async () => {
  const memory = await openStore(":memory:");
  let read: Promise<unknown[]> | undefined;
  await expect(
    memory.db.transaction().execute(async (step) => {
      await step.insertInto("ended_session").values({ session_id: "uncommitted", expires_at: 1 }).execute();
      read = memory.db.selectFrom("ended_session").selectAll().execute();
      await new Promise(setImmediate);
      throw new Error("taken back");
    }),
  ).rejects.toThrow("taken back");
  expect(await read).toEqual([]);
  await memory.db.destroy();
});

test("a file that cannot be opened for a while costs the writes of that while, and no more", async () => {
  const moved = join(folder, "moved.db");
  const opened = await openStore(moved);
  await sql`pragma query_only = on`.execute(opened.db);
  // Neither can the connection go on, nor a new one be opened.
  for (const suffix of ["", "-wal", "-shm"]) fs.renameSync(`${moved}${suffix}`, `${moved}.away${suffix}`);
  fs.mkdirSync(moved);
  await expect(write("refused", opened)).rejects.toMatchObject({ code: "store_busy" });
  await expect(write("refused", opened)).rejects.toMatchObject({ code: "store_busy" });
  fs.rmdirSync(moved);
  for (const suffix of ["", "-wal", "-shm"]) fs.renameSync(`${moved}.away${suffix}`, `${moved}${suffix}`);
  await write("taken", opened);
  expect(await opened.db.selectFrom("ended_session").select("session_id").execute()).toEqual([{ session_id: "taken" }]);
  await opened.db.destroy();
});

test("a transaction that fails leaves nothing, and the next one works", async () => {
  await write("there");
  await expect(
    store.db.transaction().execute(async (step) => {
      await step.insertInto("ended_session").values({ session_id: "gone", expires_at: 1 }).execute();
      await step.insertInto("ended_session").values({ session_id: "there", expires_at: 1 }).execute();
    }),
  ).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT_PRIMARYKEY" });
  await write("next");
  expect(await committed()).toEqual(["next", "there"]);
});

test("what is durable has been synced after its commit, and one sync serves all who wait", async () => {
  await write("before");
  await store.sync();
  const syncs: (() => void)[] = [];
  const spy = jest.spyOn(fs, "fdatasync").mockImplementation((_file, done) => syncs.push(() => done(null)));
  const syncsBegun = async (count: number) => {
    while (syncs.length < count) await new Promise(setImmediate);
  };
  await write("a");
  const first = store.sync();
  // Under way: it may have begun before the next commit.
  await syncsBegun(1);
  await write("b");
  let durable = 0;
  const later = [store.sync(), store.sync()].map((wait) => wait.then(() => durable++));
  syncs[0]?.();
  await first;
  await syncsBegun(2);
  expect([durable, syncs.length]).toEqual([0, 2]);
  syncs[1]?.();
  await Promise.all(later);
  expect([durable, syncs.length]).toEqual([2, 2]);
  spy.mockRestore();
});
