/** After the tests: their PostgreSQL stops, and the run says so where there was none. */
const { once } = require("node:events");
const { platform } = require("./cluster.cjs");

module.exports = async () => {
  const { porticoPostgresKeeper: keeper } =
    /** @type {{ porticoPostgresKeeper?: import("node:child_process").ChildProcessWithoutNullStreams }} */ (globalThis);
  if (!keeper) {
    console.warn(`PostgreSQL has no binary for ${platform} here: the tests of the store ran on SQLite alone.`);
    return;
  }
  keeper.ref();
  keeper.stdin.end();
  if (keeper.exitCode === null) await once(keeper, "exit");
};
