/** Waits for what child processes and services report. */
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "./cli.mjs";

/**
 * Calls `onLine` for each line of a stream.
 *
 * @param {import("node:stream").Readable} stream
 * @param {(line: string) => void} onLine
 */
export function eachLine(stream, onLine) {
  createInterface({ input: stream }).on("line", onLine);
}

/**
 * Resolves when a URL answers with success. Polls: a starting server refuses connections and raises no event.
 *
 * @param {string} url
 * @param {{ name: string, timeoutMs: number, signal?: AbortSignal }} options
 * @throws Failure after the timeout
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
 * The promise, or a Failure with the sentence when it takes too long. The timer does not keep this process alive.
 *
 * @template Value
 * @param {Promise<Value>} promise
 * @param {number} timeoutMs
 * @param {string} sentence
 * @returns {Promise<Value>}
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
