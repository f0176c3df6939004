/** Nothing is lost by a crash. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sealer } from "@/lib/security/seal";
import { openStore } from "@/lib/store/database";

const key = randomBytes(32);

/** Runs a fixture on a database file, as a process of its own, until it says something; then kills it. */
async function killOnceItSpeaks(fixture: string, file: string): Promise<string> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=react-server", join(__dirname, "fixtures", fixture)],
    {
      env: {
        ...process.env,
        NODE_ENV: "production",
        PORTAL_SANDBOX: "on",
        DATABASE_URL: file,
        LOG_LEVEL: "silent",
        PORTAL_SEALING_KEYS: key.toString("base64url"),
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  try {
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    return said.toString();
  } finally {
    const exited = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    child.kill("SIGKILL");
    await exited;
  }
}

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portico-crash-"));
  file = join(folder, "portal.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("credentials and audit survive a process that is killed, and the file shows no password", async () => {
  expect(await killOnceItSpeaks("write-and-wait.ts", file)).toBe("written\n");
  for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), "latin1")).not.toContain("canary");
  const { db } = await openStore(file);
  const { sealed } = await db.selectFrom("credential").select("sealed").executeTakeFirstOrThrow();
  expect(await new Sealer([new Uint8Array(key)]).unseal("credential:anna:microstrategy", sealed)).toEqual({
    username: "a.analyst",
    password: "canary-password",
  });
  const event = await db.selectFrom("audit_event").selectAll().executeTakeFirstOrThrow();
  expect(event).toMatchObject({ user_id: "anna", action: "link", outcome: "ok", vendor: "microstrategy" });
  await db.destroy();
}, 20_000);

test("a process that is killed between deleting connections and queueing their revocations loses no vendor token", async () => {
  const { db: before } = await openStore(file);
  const sessions = ["session-1", "session-2", "session-3"];
  const rows = sessions.map((session_id) => ({
    session_id,
    vendor: "boards",
    scope: "",
    user_id: "u",
    account: "a",
    sealed: "sealed",
    connected_at: 1,
    expires_at: null,
    session_expires_at: 1,
    lease_owner: null,
    lease_until: 0,
  }));
  await before.insertInto("connection").values(rows).execute();
  await before.destroy();

  expect(await killOnceItSpeaks("expire-and-stop.ts", file)).toBe("deleted\n");

  const { db: after } = await openStore(file);
  const live = await after.selectFrom("connection").select("session_id").execute();
  const queued = await after.selectFrom("revocation").select("session_id").execute();
  expect([...live, ...queued].map(({ session_id }) => session_id).sort()).toEqual(sessions);
  await after.destroy();
}, 20_000);
