import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "./database";
import { postgresPool } from "./postgres";

test("the database's files are for their owner alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "portico-store-"));
  const { db } = await openStore(join(folder, "portal.db"));
  const files = readdirSync(folder);
  expect(files).toEqual(expect.arrayContaining(["portal.db", "portal.db-wal"]));
  for (const file of files) expect([file, statSync(join(folder, file)).mode & 0o077]).toEqual([file, 0]);
  await db.destroy();
  rmSync(folder, { recursive: true });
});

test("a connection to PostgreSQL that ends while it is idle does not end the portal", async () => {
  const pool = await postgresPool("postgres://portal@127.0.0.1:1/portal");
  expect(() => pool.emit("error", new Error("terminating connection due to administrator command"))).not.toThrow();
  await pool.end();
});
