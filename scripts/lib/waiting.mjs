/** Waiting for what the services report. */
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "./cli.mjs";

/** Calls `onLine` for each line a child writes. */
export function eachLine(stream, onLine) {
  createInterface({ input: stream }).on("line", onLine);
}

/**
 * Resolves once an address answers with success.
 *
 * A server that is starting refuses connections and raises no event, so this asks again until it answers.
 *
 * @param {{ name: string, timeoutMs: number, signal?: AbortSignal }} options
 * @throws Failure when the time is over
 */
export async function untilHealthy(url, { name, timeoutMs, signal }) {
  const deadline = Date.now() + timeoutMs;
  let last = "it refused connections";
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: "manual" });
      await response.body?.cancel();
      if (response.ok) return;
      last = `it answered ${response.status}`;
    } catch {
      // Not listening yet.
    }
    await pause(50);
  }
  throw new Failure(`The ${name} did not become healthy within ${timeoutMs / 1000} seconds: ${last}.`);
}

/**
 * The promise, or a Failure with the sentence when it takes too long. Does not keep this process alive: when something
 * else has gone wrong meanwhile, nobody waits for the rest of the time.
 */
export async function within(promise, timeoutMs, sentence) {
  const timer = new AbortController();
  const late = pause(timeoutMs, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Failure(sentence);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
    late.catch(() => {});
  }
}
