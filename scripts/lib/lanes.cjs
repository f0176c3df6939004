/**
 * Where the end-to-end tests run. Each worker has a lane, a portal and a sandbox to itself: a sandbox's state is one for
 * all who call it, and its faults strike whoever comes first. CommonJS, because Playwright loads it too.
 */
const { availableParallelism } = require("node:os");

/** From one lane's ports to the next one's. */
const span = 10;
/** More would only wait for each other: a lane is a browser and two servers. */
const mostLanes = 4;

/**
 * @param {Readonly<Record<string, string | undefined>>} env `E2E_LANES` decides, else there is one for each core
 * @returns {number} how many lanes there are
 */
function laneCount(env = process.env) {
  const wanted = Number(env.E2E_LANES || availableParallelism());
  return Math.max(1, Math.min(Math.trunc(wanted) || 1, mostLanes));
}

/**
 * The ports of one lane.
 *
 * @param {number} index counted from 0
 * @param {{ portal: number, sandbox: number }} first the ports of the first lane
 */
function laneAt(index, first) {
  const portal = first.portal + index * span;
  const sandbox = first.sandbox + index * span;
  return {
    portal,
    /** The identity provider's; the vendors' are the three after it. */
    sandbox,
    /** For specs that need a portal with other settings, and its sandbox. */
    ownPortal: portal + 1,
    ownSandbox: sandbox + 4,
    /** A preview: its two functions, and the edge before them. */
    preview: { pages: portal + 2, routes: portal + 3, edge: portal + 4 },
    /** Nothing listens here. */
    nobody: sandbox + 8,
  };
}

module.exports = { laneAt, laneCount };
