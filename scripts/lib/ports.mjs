/** Finds out which ports are free, and explains when one is not. */
import { connect, createServer } from "node:net";
import { Failure } from "./cli.mjs";

/** Whether something accepts connections. @param {number} port @param {string} host @returns {Promise<boolean>} */
const answers = (port, host) =>
  new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (/** @type {boolean} */ result) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
  });

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
const canListen = (port, host) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });

/**
 * Whether nothing uses a loopback port. A browser may try ::1 first, so a listener there counts too.
 *
 * @param {number} port
 */
export async function isFree(port) {
  if (!(await canListen(port, "127.0.0.1"))) return false;
  const [v4, v6] = await Promise.all([answers(port, "127.0.0.1"), answers(port, "::1")]);
  return !v4 && !v6;
}

/**
 * Reads a port from the environment.
 *
 * @param {string} variable the variable's name
 * @param {number} fallback when it is not set
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @throws Failure when the value is not a port
 */
export function portFrom(variable, fallback, env = process.env) {
  const value = env[variable];
  if (value === undefined || value === "") return fallback;
  const port = Number(value);
  if (/^\d+$/.test(value) && port >= 1 && port <= 65_532) return port;
  throw new Failure(`${variable} must be a number from 1 to 65532. Correct it or leave it out for ${fallback}.`);
}

/**
 * @param {{ port: number, name: string, variable: string }[]} wanted
 * @throws Failure naming every port that is taken, two services on one port included, and the remedy
 */
export async function requireFreePorts(wanted) {
  const seen = new Map();
  for (const { port, name, variable } of wanted) {
    const other = seen.get(port);
    if (other)
      throw new Failure(
        `The ${other.name} and the ${name} would both use port ${port}. Change ${other.variable} or ${variable}.`,
      );
    seen.set(port, { name, variable });
  }
  const states = await Promise.all(wanted.map(async (entry) => ({ ...entry, free: await isFree(entry.port) })));
  const taken = states.filter(({ free }) => !free);
  if (taken.length === 0) return;
  throw new Failure(
    taken
      .map(
        ({ port, name, variable }) =>
          `Port ${port} is in use, so the ${name} cannot start. Stop what uses it, or choose another with ${variable}=<number>.`,
      )
      .join("\n"),
  );
}
