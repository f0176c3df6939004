/** What is confirmed is on the disk: a power cut does not take it back. */
import { randomUUID } from "node:crypto";
import fs, { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeCredential, writeCredential } from "@/lib/store/credentials";
import { replaceStore } from "@/lib/store/database";
import { audit } from "./audit";
import { endSession } from "./end-session";

let folder: string;
let close: () => Promise<void>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "portico-durable-"));
  close = await replaceStore(join(folder, "portal.db"));
});

afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const user = { id: "u", name: "U", email: null, emailVerified: false, groups: [], claims: {}, persona: true };
const session = () => ({ id: randomUUID(), user, expiresAt: new Date(Date.now() + 3600_000) });

test.each<[string, () => Promise<unknown>]>([
  ["a linked login", () => writeCredential("u", "v", { username: "u", password: "p" })],
  ["a removed login", () => removeCredential("u", "v")],
  ["the end of a session", () => endSession(session())],
  ["an audit event", () => audit({ requestId: "r", action: "admin", outcome: "ok" })],
])("%s is confirmed once the log is synced to the disk", async (_name, act) => {
  let finish = () => {};
  const syncing = new Promise<void>((begun) => {
    jest.spyOn(fs, "fdatasync").mockImplementation((_file, done) => {
      finish = () => done(null);
      begun();
    });
  });
  let confirmed = false;
  const done = act().then(() => {
    confirmed = true;
  });
  await syncing;
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  expect(confirmed).toBe(false);
  finish();
  await done;
  jest.restoreAllMocks();
});
