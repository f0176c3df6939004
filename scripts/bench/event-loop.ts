/** How long the event loop is held: what else a process may do meanwhile. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

/** How often the loop is looked at; the monitor's numbers contain it. */
const resolutionMs = 5;

/** Milliseconds. */
export interface Held {
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly totalMs: number;
  /** The same of this process while it did nothing, just before: what other programs of the machine add. */
  readonly idleP99Ms: number;
}

async function delayOf(run: () => Promise<unknown>) {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  const started = performance.now();
  delay.enable();
  await run();
  delay.disable();
  const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
  return { p99Ms: ms(delay.percentile(99)), maxMs: ms(delay.max), totalMs: performance.now() - started };
}

/** Measures the delay of the event loop while something runs, and before it that of the idle process. */
export async function heldWhile(run: () => Promise<unknown>): Promise<Held> {
  const idle = await delayOf(() => pause(1_000));
  return { ...(await delayOf(run)), idleP99Ms: idle.p99Ms };
}
