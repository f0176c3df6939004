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

test("credentials and audit survive a process that is killed, and the file shows no password", async () => {
  const folder = mkdtempSync(join(tmpdir(), "portico-crash-"));
  const file = join(folder, "portal.db");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=react-server", join(__dirname, "fixtures/write-and-wait.ts")],
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
    expect(said.toString()).toBe("written\n");
    child.kill("SIGKILL");
    await once(child, "exit");

    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), "latin1")).not.toContain("canary");
    const { db } = await openStore(file);
    const { sealed } = await db.selectFrom("credential").select("sealed").executeTakeFirstOrThrow();
    expect(await new Sealer([new Uint8Array(key)]).open("credential:anna:microstrategy", sealed)).toEqual({
      username: "a.analyst",
      password: "canary-password",
    });
    const event = await db.selectFrom("audit_event").selectAll().executeTakeFirstOrThrow();
    expect(event).toMatchObject({ user_id: "anna", action: "link", outcome: "ok", vendor: "microstrategy" });
    await db.destroy();
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}, 20_000);
