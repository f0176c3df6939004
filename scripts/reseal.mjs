/**
 * `npm run reseal`: seals everything in the store with the first of `PORTAL_SEALING_KEYS`, and reports which keys the store
 * still needs. Exit code 1 while it needs another than the first.
 */

import { run } from "./lib/cli.mjs";
import { configuredEnvironment } from "./lib/environment.mjs";
import { inside } from "./lib/paths.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";
import { command } from "./lib/processes.mjs";

await run(async () => {
  requireNode();
  await installMissing();
  const args = ["--import", "tsx", "--conditions=react-server", inside("scripts/reseal/reseal.ts")];
  return command(process.execPath, args, { env: await configuredEnvironment() });
});
