/**
 * Where the end-to-end tests run. Each Playwright worker has a portal and a sandbox to itself: a sandbox has one state for
 * all callers, and an injected fault hits whoever comes first. CommonJS, because Playwright loads it too.
 */
const { availableParallelism } = require("node:os");
const { length: services } = require("../../lib/config/sandbox-services.cjs");

/** From one worker's ports to the next one's: two sandboxes and an address where nothing listens must fit in. */
const span = Math.max(10, 2 * services + 1);
/** More would only wait for each other: a worker is a browser and two servers. */
const maxWorkers = 4;

/**
 * @param {Readonly<Record<string, string | undefined>>} env `E2E_LANES` decides, else there is one for each core
 * @returns {number} how many workers there are
 */
function workerCount(env = process.env) {
  const wanted = Number(env.E2E_LANES || availableParallelism());
  return Math.max(1, Math.min(Math.trunc(wanted) || 1, maxWorkers));
}

/**
 * The ports of one worker.
 *
 * @param {number} index counted from 0
 * @param {{ portal: number, sandbox: number }} first the ports of the first worker
 */
function workerPorts(index, first) {
  const portal = first.portal + index * span;
  const sandbox = first.sandbox + index * span;
  return {
    portal,
    /** The identity provider's; the vendors' follow. */
    sandbox,
    /** For specs that need a portal with other settings, and its sandbox. */
    ownPortal: portal + 1,
    ownSandbox: sandbox + services,
    /** A preview: its two functions, and the edge before them. */
    preview: { pages: portal + 2, routes: portal + 3, edge: portal + 4 },
    /** Nothing listens here: for tests of an unreachable service. */
    unused: sandbox + 2 * services,
  };
}

module.exports = { workerPorts, workerCount };
