/** Starts the sandbox and the portal and knows when they answer. */
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { inside, programs } from "./paths.mjs";
import { eachLine, untilHealthy, within } from "./waiting.mjs";

const sandboxServices = 4;
const patienceMs = 60_000;

/** Keeps what a child writes in .data/logs/<name>.log. */
function keepLog(child, name) {
  mkdirSync(inside(".data/logs"), { recursive: true });
  const file = createWriteStream(inside(".data/logs", `${name}.log`));
  for (const stream of [child.stdout, child.stderr]) eachLine(stream, (line) => file.write(`${line}\n`));
  void Promise.all([once(child.stdout, "close"), once(child.stderr, "close")]).then(() => file.end());
}

/**
 * Starts identity provider and vendors.
 *
 * @returns {Promise<{ name: string, url: string }[]>} what answers where
 */
export async function startSandbox(household, env) {
  const child = household.start("sandbox", ["--import", "tsx", inside("sandbox/server.ts")], {
    env,
    output: "pipe",
  });
  keepLog(child, "sandbox");
  const ready = new Promise((resolve) => {
    const services = [];
    eachLine(child.stdout, (line) => {
      const service = readyLine(line);
      if (service) services.push(service);
      if (services.length === sandboxServices) resolve(services);
    });
  });
  const waited = within(ready, patienceMs, `The sandbox did not start within ${patienceMs / 1000} seconds.`);
  return Promise.race([waited, household.ended]);
}

function readyLine(line) {
  if (!line.startsWith("{")) return undefined;
  try {
    const { ready, url } = JSON.parse(line);
    return ready && url ? { name: ready, url } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Starts the built portal and waits for its health route.
 *
 * @param {{ portal: number }} where
 */
export async function startPortal(household, where, env) {
  const args = [programs.next, "start", "-H", "127.0.0.1", "-p", String(where.portal)];
  const child = household.start("portal", args, { env, output: "pipe" });
  keepLog(child, "portal");
  const givenUp = new AbortController();
  const healthy = untilHealthy(`http://127.0.0.1:${where.portal}/api/health`, {
    name: "portal",
    timeoutMs: patienceMs,
    signal: givenUp.signal,
  });
  healthy.catch(() => {});
  try {
    await Promise.race([healthy, household.ended]);
  } finally {
    givenUp.abort();
  }
}
