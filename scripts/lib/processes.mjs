/**
 * Child processes that never outlive the script that started them.
 *
 * @typedef {Readonly<Record<string, string | undefined>>} Environment
 * @typedef {import("node:child_process").ChildProcess} Child
 * @typedef {import("node:child_process").ChildProcessByStdio<null, import("node:stream").Readable, import("node:stream").Readable>} PipedChild
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "./cli.mjs";
import { inside } from "./paths.mjs";

const graceMs = 4_000;
const parentWatch = inside("scripts/lib/parent-watch.cjs");
const windows = process.platform === "win32";

/**
 * Runs a program to its end with this terminal.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: Environment, timeoutMs?: number, endSignal?: NodeJS.Signals }} [options] `endSignal`: the signal on which
 *   the program cleans up and ends
 * @returns {Promise<number>} its exit code, 127 when it could not be started, 1 when a signal or the timeout ended it
 * @throws Failure when this script itself was told to end meanwhile
 */
export async function command(program, args, options = {}) {
  const { env = process.env, timeoutMs, endSignal = "SIGTERM" } = options;
  const child = spawn(program, args, {
    cwd: inside(),
    env: /** @type {NodeJS.ProcessEnv} */ (env),
    stdio: "inherit",
    shell: windows && program === "npm",
    timeout: timeoutMs,
  });
  let interrupted = false;
  // Ctrl-C reaches the program by itself: the terminal signals everything in its foreground. Without one, this must.
  const wait = () => {
    interrupted = true;
    if (!process.stdin.isTTY && endSignal !== "SIGINT") child.kill(endSignal);
  };
  const end = () => {
    interrupted = true;
    child.kill(endSignal);
  };
  process.on("SIGINT", wait).on("SIGTERM", end).on("SIGHUP", end);
  try {
    const [code] = await once(child, "exit");
    if (interrupted) throw new Failure("Stopped.");
    return code ?? 1;
  } catch (error) {
    if (error instanceof Failure) throw error;
    return 127;
  } finally {
    process.off("SIGINT", wait).off("SIGTERM", end).off("SIGHUP", end);
  }
}

/**
 * Signals a child and everything it started: each child leads a process group of its own.
 *
 * @param {Child} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  try {
    if (windows) child.kill(signal);
    else if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}

/** How many lines of a child's error output to keep, and how long to wait for them after it has exited, in ms. */
const maxErrorLines = 20;
const errorOutputMs = 500;

/**
 * Keeps the last lines of a child's error output: they say why it ended, e.g. an invalid configuration.
 *
 * @param {Child} child
 * @returns {() => Promise<string[]>} waits until all of it has arrived
 */
function keepErrorOutput(child) {
  /** @type {string[]} */
  const lines = [];
  const { stderr } = child;
  if (!stderr) return async () => lines;
  const all = new Promise((resolve) => {
    createInterface({ input: stderr })
      .on("line", (line) => {
        lines.push(line);
        if (lines.length > maxErrorLines) lines.shift();
      })
      .once("close", () => resolve(undefined));
  });
  return async () => {
    // Something that the child started may hold the pipe open.
    await Promise.race([all, pause(errorOutputMs, undefined, { ref: false })]);
    return lines;
  };
}

/**
 * Long-running Node programs that start and stop together.
 *
 * When one exits by itself, all others are stopped. If this process dies without cleaning up, every child ends itself:
 * it watches a pipe that closes with this process (parent-watch.cjs).
 */
export class ProcessGroup {
  /** @type {Map<Child, Promise<void>>} */
  #children = new Map();
  /** The process ids by name. @type {Record<string, number | undefined>} */
  pids = {};
  #stopping = false;
  /** @type {Promise<void> | undefined} */
  #closed;
  /**
   * Rejects with a Failure when a child exits by itself; resolves when {@link stop} was called.
   *
   * @type {Promise<void>}
   */
  ended;
  /** @type {() => void} */
  #resolveEnded = () => {};
  /** @type {(failure: Failure) => void} */
  #rejectEnded = () => {};

  constructor() {
    this.ended = new Promise((resolve, reject) => {
      this.#resolveEnded = resolve;
      this.#rejectEnded = reject;
    });
    this.ended.catch(() => {});
  }

  /**
   * Starts `node <args>`.
   *
   * @template {"inherit" | "pipe"} Output
   * @param {string} name for messages, e.g. `portal`
   * @param {string[]} args
   * @param {{ env: Environment, output: Output }} options
   * @returns {Output extends "pipe" ? PipedChild : Child}
   */
  start(name, args, { env, output }) {
    const child = spawn(process.execPath, ["--require", parentWatch, ...args], {
      cwd: inside(),
      env: /** @type {any} */ ({ ...env, PORTICO_PARENT_PIPE: "3" }),
      stdio: ["ignore", output, output, "pipe"],
      detached: !windows,
    });
    const errorOutput = keepErrorOutput(child);
    const gone = once(child, "exit").then(
      async ([code, signal]) => {
        this.#children.delete(child);
        // Its own children may still run, e.g. the worker of `next dev`.
        signalGroup(child, "SIGTERM");
        if (this.#stopping) return;
        const reason = await errorOutput();
        this.#rejectEnded(new Failure([...reason, endedSentence(name, code, signal)].join("\n")));
      },
      (error) => {
        this.#children.delete(child);
        this.#rejectEnded(new Failure(`The ${name} could not be started: ${error.message}`));
      },
    );
    this.pids[name] = child.pid;
    this.#children.set(child, gone);
    return /** @type {any} */ (child);
  }

  /** Whether {@link stop} was called. */
  get stopping() {
    return this.#stopping;
  }

  /** Stops every child and waits until all have exited. Safe to call twice. */
  stop() {
    this.#closed ??= this.#stopAll();
    return this.#closed;
  }

  async #stopAll() {
    this.#stopping = true;
    const children = [...this.#children];
    for (const [child] of children) signalGroup(child, "SIGTERM");
    const kill = setTimeout(() => {
      for (const [child] of children) signalGroup(child, "SIGKILL");
    }, graceMs);
    await Promise.all(children.map(([, gone]) => gone));
    clearTimeout(kill);
    this.#resolveEnded();
  }

  /**
   * Stops on Ctrl-C, SIGTERM, a closed terminal, and when the npm that started this script is gone.
   *
   * Signals that only npm gets reach this script because package.json starts it with `exec`: npm passes them on to its
   * child, and a shell in between would keep SIGINT to itself. On Windows `exec` is exec.cmd.
   */
  stopOnSignals() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void this.stop());
    if (!process.env.npm_lifecycle_event || windows) return;
    const npm = process.ppid;
    // A killed parent raises no event here, so this one looks.
    setInterval(() => {
      if (process.ppid !== npm) void this.stop();
    }, 500).unref();
  }
}

/** @param {string} name @param {number | null} code @param {NodeJS.Signals | null} signal */
function endedSentence(name, code, signal) {
  const how = signal ? `was ended by ${signal}` : `ended by itself with exit code ${code}`;
  return `The ${name} ${how}, so everything else was stopped too.`;
}
