/** What the two commands promise, proved on real processes. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { sandboxServices } from "@/lib/config/sandbox";
import { workerCount, workerPorts } from "./lib/workers.cjs";

const root = join(__dirname, "..");

/** Runs a piece of ES module code against scripts/lib and returns what it writes as JSON. */
function evaluate(code: string, env: NodeJS.ProcessEnv = process.env): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { cwd: root, env });
  if (stdout.length === 0) throw new Error(stderr.toString());
  return JSON.parse(stdout.toString());
}

const write = (expression: string) => `process.stdout.write(JSON.stringify(${expression} ?? null))`;

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function untilGone(pids: number[]): Promise<void> {
  const deadline = Date.now() + 6_000;
  // The end of a process that is not our child raises no event here.
  while (pids.some(isRunning)) {
    if (Date.now() > deadline) throw new Error("still running");
    await pause(20);
  }
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portico-scripts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the demo refuses to start, with a sentence and exit code 1, when", () => {
  const demo = (env: Record<string, string>, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/demo.mjs", ...args], {
      cwd: root,
      env: { ...process.env, PORT: "", SANDBOX_PORT: "", ...env },
    });
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  };

  test("a port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const code = `import { requireFreePorts } from "./scripts/lib/ports.mjs";
      const wanted = [{ port: ${port}, name: "portal", variable: "PORT" }];
      ${write("await requireFreePorts(wanted).catch((error) => error.message)")}`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], { cwd: root });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    await once(child, "close");
    server.close();
    expect(JSON.parse(text)).toBe(
      `Port ${port} is in use, so the portal cannot start. Stop what uses it, or choose another with PORT=<number>.`,
    );
  });

  test("a port is no number", () => {
    expect(demo({ PORT: "abc" })).toEqual({
      status: 1,
      stdout: "",
      stderr: "PORT must be a number from 1 to 65532. Correct it or leave it out for 3000.\n",
    });
  });

  test("two services would share a port", () => {
    expect(demo({ PORT: "3902", SANDBOX_PORT: "3900" })).toEqual({
      status: 1,
      stdout: "",
      stderr: "The portal and the Rocket.Chat sandbox would both use port 3902. Change PORT or SANDBOX_PORT.\n",
    });
  });

  test("an argument is unknown", () => {
    const { status, stdout, stderr } = demo({}, "--samesite");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^Unknown option '--samesite'/);
    expect(stderr).toMatch(/\nUsage: npm run demo \[-- --same-site\]\n$/);
  });

  test("Node is too old", () => {
    const message = evaluate(`import { requireNode } from "./scripts/lib/prerequisites.mjs";
      let message; try { requireNode("18.20.4"); } catch (error) { message = error.message; } ${write("message")}`);
    expect(message).toMatch(/^Node 18\.20\.4 is too old: Portico needs Node 20\.9 or newer\./);
  });
});

describe("with --same-site the portal and the sandbox share one host name", () => {
  const where = { portal: 3000, sandbox: 4000, sameSite: true };

  test("for the portal", () => {
    const code = `import { demoEnvironment } from "./scripts/lib/environment.mjs"; ${write(`demoEnvironment(${JSON.stringify(where)})`)}`;
    expect(evaluate(code)).toMatchObject({
      AUTH_URL: "http://localhost:3000",
      PORTAL_ORIGIN: "http://localhost:3000",
      SANDBOX_SAME_SITE: "on",
    });
  });

  test("for every service", () => {
    const services = Object.values(sandboxServices(4000, true));
    expect(services.map(({ origin }) => origin)).toEqual(
      [4000, 4001, 4002, 4003].map((port) => `http://localhost:${port}`),
    );
    expect(services.map(({ internalOrigin }) => internalOrigin)).toEqual(
      Object.values(sandboxServices(4000, false)).map(({ internalOrigin }) => internalOrigin),
    );
  });
});

describe("the browser suite's workers", () => {
  const portsOf = (value: unknown): number[] =>
    typeof value === "number" ? [value] : Object.values(value ?? {}).flatMap(portsOf);

  test("share no port", () => {
    const taken = Array.from({ length: 4 }, (_, index) => workerPorts(index, { portal: 3100, sandbox: 4100 })).flatMap(
      (worker) => [
        ...portsOf(worker),
        ...[worker.sandbox, worker.ownSandbox].flatMap((port) => [port + 1, port + 2, port + 3]),
      ],
    );
    expect(new Set(taken).size).toBe(taken.length);
  });

  test.each([
    ["3", 3],
    ["100", 4],
    ["0", 1],
    ["-2", 1],
    ["some", 1],
  ])("are as many as E2E_LANES=%s allows", (wanted, count) => {
    expect(workerCount({ E2E_LANES: wanted })).toBe(count);
  });
});

describe("no process outlives the script that started it:", () => {
  /** A script with two services that run until they are ended. */
  async function group(): Promise<{ script: ChildProcess; children: number[]; error: () => string }> {
    const code = `import { ProcessGroup } from "./scripts/lib/processes.mjs";
      import { run } from "./scripts/lib/cli.mjs";
      await run(async () => {
        const group = new ProcessGroup();
        group.stopOnSignals();
        try {
          const options = { env: process.env, output: "inherit" };
          const idle = ["-e", "setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));"];
          const children = [group.start("portal", idle, options), group.start("sandbox", idle, options)];
          console.log(JSON.stringify(children.map(({ pid }) => pid)));
          await group.ended;
        } finally {
          await group.stop();
        }
      });`;
    const script = spawn(process.execPath, ["--input-type=module", "-e", code], {
      cwd: root,
      env: { ...process.env, npm_lifecycle_event: "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let error = "";
    script.stderr.on("data", (chunk: Buffer) => {
      error += chunk.toString();
    });
    const [line] = (await once(createInterface({ input: script.stdout }), "line")) as [string];
    return { script, children: JSON.parse(line) as number[], error: () => error };
  }

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends everything", async (signal) => {
    const { script, children, error } = await group();
    script.kill(signal);
    const [code] = await once(script, "close");
    expect({ code, error: error() }).toEqual({ code: 0, error: "" });
    expect(children.filter(isRunning)).toEqual([]);
  });

  test("a service that dies takes everything with it, and is named", async () => {
    const { script, children, error } = await group();
    process.kill(children[0] ?? 0, "SIGKILL");
    const [code] = await once(script, "close");
    expect({ code, error: error() }).toEqual({
      code: 1,
      error: "The portal was ended by SIGKILL, so everything else was stopped too.\n",
    });
    expect(children.filter(isRunning)).toEqual([]);
  });

  test("a service that ends at once is told with the reason it gave, without waiting for anything else", async () => {
    const code = `import { ProcessGroup } from "./scripts/lib/processes.mjs";
      import { run } from "./scripts/lib/cli.mjs";
      import { within } from "./scripts/lib/waiting.mjs";
      await run(async () => {
        const group = new ProcessGroup();
        try {
          const says = "console.log('banner'); console.error('AUTH_SECRET is missing.'); process.exit(1)";
          group.start("portal", ["-e", says], { env: process.env, output: "pipe" });
          const other = within(new Promise(() => {}), 600_000, "too late");
          await Promise.all([other, group.ended]);
        } finally {
          await group.stop();
        }
      });`;
    const script = spawn(process.execPath, ["--input-type=module", "-e", code], { cwd: root, stdio: "pipe" });
    let error = "";
    script.stderr.on("data", (chunk: Buffer) => {
      error += chunk.toString();
    });
    const [status] = await once(script, "close");
    expect({ status, error }).toEqual({
      status: 1,
      error:
        "AUTH_SECRET is missing.\nThe portal ended by itself with exit code 1, so everything else was stopped too.\n",
    });
  });

  test.each([
    ["demo", "SIGINT"],
    ["demo", "SIGTERM"],
    ["dev", "SIGINT"],
  ] as const)("a signal that only npm gets ends it too: %s, %s", async (name, signal) => {
    // The command as package.json has it, around a script that says who it is and waits.
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const file = join(folder, "script.mjs");
    const processes = JSON.stringify(join(root, "scripts/lib/processes.mjs"));
    writeFileSync(
      file,
      `import { ProcessGroup } from ${processes};
       const group = new ProcessGroup();
       group.stopOnSignals();
       const idle = group.start("idle", ["-e", "setInterval(() => {}, 1000)"], { env: process.env, output: "pipe" });
       console.log(JSON.stringify([process.pid, idle.pid]));
       await group.ended;`,
    );
    const command = scripts[name]?.replaceAll(`scripts/${name}.mjs`, JSON.stringify(file));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "x", scripts: { [name]: command } }));
    const npm = spawn("npm", ["run", "--silent", name], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    const [line] = (await once(createInterface({ input: npm.stdout }), "line")) as [string];
    npm.kill(signal);
    await once(npm, "close");
    await untilGone(JSON.parse(line) as number[]);
  });

  test.each(["demo", "dev", "start"])("what follows -- reaches npm run %s", (name) => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const file = join(folder, "script.mjs");
    writeFileSync(file, "console.log(JSON.stringify(process.argv.slice(2)));");
    const command = scripts[name]?.replace(/scripts\/\w+\.mjs|(?<=exec )next start/, (program) =>
      program.startsWith("next") ? `node ${JSON.stringify(file)}` : JSON.stringify(file),
    );
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "x", scripts: { [name]: command } }));
    const { stdout } = spawnSync("npm", ["run", "--silent", name, "--", "--same-site"], { cwd: folder });
    expect(JSON.parse(String(stdout))).toEqual(["--same-site"]);
  });

  test("the services end even when the script is killed outright", async () => {
    const { script, children } = await group();
    script.kill("SIGKILL");
    await untilGone(children);
  });
});

describe("dependencies count as installed", () => {
  const packages = (versions: Record<string, object>) => ({ packages: { "": {}, ...versions } });
  const lay = (wanted: object, present?: object) => {
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(wanted));
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    if (present) writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify(present));
    return evaluate(`import { isInstalled } from "./scripts/lib/prerequisites.mjs";
      ${write(`isInstalled(${JSON.stringify(folder)})`)}`);
  };
  const a = { "node_modules/a": { version: "1.0.0" } };

  test("not before npm has finished", () => expect(lay(packages(a))).toBe(false));
  test("not when a version differs", () =>
    expect(lay(packages(a), packages({ "node_modules/a": { version: "1.0.1" } }))).toBe(false));
  test("not when one is missing", () => expect(lay(packages(a), packages({}))).toBe(false));
  test("when all are there, but for optional ones of other machines", () => {
    const optional = { "node_modules/b": { version: "1.0.0", optional: true } };
    expect(lay(packages({ ...a, ...optional }), packages(a))).toBe(true);
  });
});

describe("the closing line counts", () => {
  const counted = (reader: "jestResult" | "playwrightResult", report?: object) => {
    const file = join(folder, "report.json");
    if (report) writeFileSync(file, JSON.stringify(report));
    return evaluate(`import * as reports from "./scripts/lib/reports.mjs";
      ${write(`reports.${reader}(${JSON.stringify(file)})`)}`);
  };

  test("Jest's suites that could not run as failures, and what was skipped", () => {
    const report = { numPassedTests: 5, numFailedTests: 1, numRuntimeErrorTestSuites: 2, numPendingTests: 4 };
    expect(counted("jestResult", report)).toEqual({ passed: 5, failed: 3, skipped: 4 });
  });

  test("Playwright's flaky tests and errors outside tests as failures", () => {
    const report = { stats: { expected: 7, unexpected: 1, flaky: 1, skipped: 0 }, errors: [{}] };
    expect(counted("playwrightResult", report)).toEqual({ passed: 7, failed: 3, skipped: 0 });
  });

  test.each(["jestResult", "playwrightResult"] as const)("a run without a report as a failure (%s)", (reader) => {
    expect(counted(reader)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

describe("the browser for the tests is", () => {
  const found = (own: string, env: object) =>
    evaluate(`import { findBrowser } from "./scripts/lib/find-browser.cjs";
      ${write(`findBrowser(${JSON.stringify(own)}, ${JSON.stringify(env)})`)}`);

  test("the one that is named, then Playwright's own, then one on the PATH, else none", () => {
    const own = join(folder, "own");
    const onPath = join(folder, "chromium");
    writeFileSync(onPath, "", { mode: 0o755 });
    expect(found(own, { PATH: "" })).toBeNull();
    expect(found(own, { PATH: folder })).toBe(onPath);
    writeFileSync(own, "");
    expect(found(own, { PATH: folder })).toBe(own);
    expect(found(own, { PATH: folder, PLAYWRIGHT_CHROMIUM_PATH: "/opt/chrome" })).toBe("/opt/chrome");
  });
});

test("the tests' name resolution answers for *.localhost only", () => {
  const { stdout } = spawnSync(
    process.execPath,
    [
      "--require",
      "./scripts/localhost-dns.cjs",
      "-e",
      `const dns = require("node:dns");
       dns.promises.lookup("idp.localhost", { all: true }).then((all) => console.log(JSON.stringify(all)));
       dns.lookup("notlocalhost.invalid", (error) => console.log(error.code));`,
    ],
    { cwd: root },
  );
  const lines = stdout.toString().trim().split("\n");
  expect(lines).toContain('[{"address":"127.0.0.1","family":4}]');
  expect(lines.some((line) => /^(ENOTFOUND|EAI_AGAIN)$/.test(line))).toBe(true);
});
