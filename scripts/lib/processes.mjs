/** Child processes that never outlive the script that started them. */
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
 * @param {{ env?: NodeJS.ProcessEnv, timeoutMs?: number, endSignal?: NodeJS.Signals }} [options] `endSignal`: how the
 *   program wants to be told to clean up and end
 * @returns {Promise<number>} its exit code, 127 when it could not be started, 1 when a signal or the timeout ended it
 * @throws Failure when this script itself was told to end meanwhile
 */
export async function command(program, args, { env = process.env, timeoutMs, endSignal = "SIGTERM" } = {}) {
  const child = spawn(program, args, {
    cwd: inside(),
    env,
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

/** Signals a child and everything it started: each child leads a process group of its own. */
function signalGroup(child, signal) {
  try {
    if (windows) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}

/** Errors that are kept for the sentence about a child's end, and how long to wait for them once it has gone, in ms. */
const mostLines = 20;
const lastWordsMs = 500;

/**
 * Keeps what a child says on its error output last: there is the reason why it ended, e.g. a configuration that the
 * portal refuses.
 *
 * @returns {() => Promise<string[]>} waits until all of it has arrived
 */
function keepLastWords(child) {
  const lines = [];
  if (!child.stderr) return async () => lines;
  const all = new Promise((resolve) => {
    createInterface({ input: child.stderr })
      .on("line", (line) => {
        lines.push(line);
        if (lines.length > mostLines) lines.shift();
      })
      .once("close", resolve);
  });
  return async () => {
    // Something that the child started may hold the pipe open.
    await Promise.race([all, pause(lastWordsMs, undefined, { ref: false })]);
    return lines;
  };
}

/**
 * Long-running Node programs that live and die together.
 *
 * The first one that ends by itself ends all others. If this process dies without a chance to clean up, its watch (a
 * pipe that closes with it) makes every child end itself.
 */
export class ProcessGroup {
  #children = new Map();
  #stopping = false;
  #closed;
  /** Rejects with a Failure when a child ends by itself; resolves when {@link stop} was called. */
  ended;
  #resolveEnded;
  #rejectEnded;

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
   * @param {string} name how sentences call it, e.g. `portal`
   * @param {string[]} args
   * @param {{ env: NodeJS.ProcessEnv, output: "inherit" | "pipe" }} options
   */
  start(name, args, { env, output }) {
    const child = spawn(process.execPath, ["--require", parentWatch, ...args], {
      cwd: inside(),
      env: { ...env, PORTICO_PARENT_PIPE: "3" },
      stdio: ["ignore", output, output, "pipe"],
      detached: !windows,
    });
    const lastWords = keepLastWords(child);
    const gone = once(child, "exit").then(
      async ([code, signal]) => {
        this.#children.delete(child);
        // What it started may still run, e.g. the worker of `next dev`.
        signalGroup(child, "SIGTERM");
        if (this.#stopping) return;
        const reason = await lastWords();
        this.#rejectEnded(new Failure([...reason, endedSentence(name, code, signal)].join("\n")));
      },
      (error) => {
        this.#children.delete(child);
        this.#rejectEnded(new Failure(`The ${name} could not be started: ${error.message}`));
      },
    );
    this.#children.set(child, gone);
    return child;
  }

  /** Whether the end has been asked for. */
  get stopping() {
    return this.#stopping;
  }

  /** Ends every child and waits until all are gone. Safe to call twice. */
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

function endedSentence(name, code, signal) {
  const how = signal ? `was ended by ${signal}` : `ended by itself with exit code ${code}`;
  return `The ${name} ${how}, so everything else was stopped too.`;
}
