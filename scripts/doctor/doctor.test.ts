/** The command as an operator runs it: what it prints, and how it exits. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** Nothing listens there: the sandbox of a test that runs beside this one has other ports. */
const deadPorts = String(45_000 + (process.pid % 3_000) * 4);

async function doctor(env: Record<string, string>) {
  const child = spawn(process.execPath, [join(__dirname, "../doctor.mjs")], {
    env: {
      ...process.env,
      SANDBOX_PORT: deadPorts,
      PORT: deadPorts,
      NODE_ENV: "development",
      ...env,
    } as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}

test("with database and identity provider dead it names both, and exits with 1", async () => {
  const database = `postgres://portal:canary@127.0.0.1:${deadPorts}/portal`;
  const { code, output } = await doctor({ DATABASE_URL: database });
  expect(output).toContain(`127.0.0.1:${deadPorts} refuses the connection`);
  expect(output).toContain("Where: DATABASE_URL");
  expect(output).toMatch(/failed +The identity provider answers as its issuer/);
  expect(output).toMatch(/\d+ checks failed; \d+ not checked\.\n$/);
  expect(output).not.toContain("canary");
  expect(code).toBe(1);
}, 60_000);

test("with a configuration that cannot be read it checks nothing, and exits with 2", async () => {
  const { code, output } = await doctor({ ROCKETCHAT_URL: "not an address" });
  expect(output).toContain("ROCKETCHAT_URL");
  expect(output).not.toContain("ok ");
  expect(code).toBe(2);
}, 60_000);
