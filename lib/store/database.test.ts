import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "./database";

test("the database's files are for their owner alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "portico-store-"));
  const store = await openStore(join(folder, "portal.db"));
  const files = readdirSync(folder);
  expect(files).toEqual(expect.arrayContaining(["portal.db", "portal.db-wal"]));
  for (const file of files) expect([file, statSync(join(folder, file)).mode & 0o077]).toEqual([file, 0]);
  await store.destroy();
  rmSync(folder, { recursive: true });
});
