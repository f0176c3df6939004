/** Starts the sandbox and the portal and knows when they answer. */
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { inside, programs } from "./paths.mjs";
import { eachLine, untilHealthy, within } from "./waiting.mjs";

const patienceMs = 60_000;

/**
 * Writes a child's output to .data/logs/<name>.log.
 *
 * @param {import("./processes.mjs").PipedChild} child
 * @param {string} name
 */
function keepLog(child, name) {
  mkdirSync(inside(".data/logs"), { recursive: true });
  const file = createWriteStream(inside(".data/logs", `${name}.log`));
  for (const stream of [child.stdout, child.stderr]) eachLine(stream, (line) => void file.write(`${line}\n`));
  void Promise.all([once(child.stdout, "close"), once(child.stderr, "close")]).then(() => file.end());
}

/**
 * Starts identity provider and vendors.
 *
 * @param {import("./processes.mjs").ProcessGroup} group
 * @param {import("./processes.mjs").Environment} env
 * @returns {Promise<{ name: string, url: string }[] | void>} the services and their URLs; nothing when the group was stopped
 */
export async function startSandbox(group, env) {
  const child = group.start("sandbox", ["--import", "tsx", inside("sandbox/server.ts")], {
    env,
    output: "pipe",
  });
  keepLog(child, "sandbox");
  /** @type {Promise<{ name: string, url: string }[]>} */
  const ready = new Promise((resolve) => {
    /** @type {{ name: string, url: string }[]} */
    const services = [];
    eachLine(child.stdout, (line) => {
      const { ready, url, allReady } = parseLine(line);
      if (ready && url) services.push({ name: ready, url });
      if (allReady) resolve(services);
    });
  });
  const waited = within(ready, patienceMs, `The sandbox did not start within ${patienceMs / 1000} seconds.`);
  return Promise.race([waited, group.ended]);
}

/**
 * Parses a line of the sandbox's output (sandbox/server.ts).
 *
 * @param {string} line
 * @returns {{ ready?: string, url?: string, allReady?: number }} empty for any other line
 */
function parseLine(line) {
  if (!line.startsWith("{")) return {};
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

/**
 * Starts the built portal and waits for its health route.
 *
 * @param {import("./processes.mjs").ProcessGroup} group
 * @param {{ portal: number }} where
 * @param {import("./processes.mjs").Environment} env
 */
export async function startPortal(group, where, env) {
  const args = [programs.next, "start", "-H", "127.0.0.1", "-p", String(where.portal)];
  const child = group.start("portal", args, { env, output: "pipe" });
  keepLog(child, "portal");
  const givenUp = new AbortController();
  const healthy = untilHealthy(`http://127.0.0.1:${where.portal}/api/health`, {
    name: "portal",
    timeoutMs: patienceMs,
    signal: givenUp.signal,
  });
  healthy.catch(() => {});
  try {
    await Promise.race([healthy, group.ended]);
  } finally {
    givenUp.abort();
  }
}
