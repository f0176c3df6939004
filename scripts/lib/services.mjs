/** Starts the sandbox and the portal and knows when they answer. */
import { once } from "node:events";
import { createWriteStream, mkdirSync } from "node:fs";
import { inside, programs } from "./paths.mjs";
import { eachLine, untilHealthy, within } from "./waiting.mjs";

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
export async function startSandbox(group, env) {
  const child = group.start("sandbox", ["--import", "tsx", inside("sandbox/server.ts")], {
    env,
    output: "pipe",
  });
  keepLog(child, "sandbox");
  const ready = new Promise((resolve) => {
    const services = [];
    eachLine(child.stdout, (line) => {
      const { ready, url, allReady } = told(line);
      if (ready && url) services.push({ name: ready, url });
      if (allReady) resolve(services);
    });
  });
  const waited = within(ready, patienceMs, `The sandbox did not start within ${patienceMs / 1000} seconds.`);
  return Promise.race([waited, group.ended]);
}

/** What a line of the sandbox says, if it is one for this script (sandbox/server.ts). */
function told(line) {
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
 * @param {{ portal: number }} where
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
