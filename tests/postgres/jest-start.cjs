/** Before the tests: starts the keeper of their PostgreSQL, which itself starts the server only when a test asks. */
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { join } = require("node:path");
const { findBinaries } = require("./cluster.cjs");

module.exports = async () => {
  if (!findBinaries()) return;
  const keeper = spawn(process.execPath, [join(__dirname, "keeper.cjs")], { stdio: ["pipe", "pipe", "inherit"] });
  const [port] = await once(keeper.stdout, "data");
  // Workers inherit the environment.
  process.env.PORTICO_TEST_POSTGRES = String(port).trim();
  Object.assign(globalThis, { porticoPostgresKeeper: keeper });
  // Jest waits for what it started; the keeper waits for Jest.
  keeper.unref();
  /** @type {import("node:net").Socket} */ (keeper.stdin).unref();
  keeper.stdout.destroy();
};
