/**
 * `npm run attack [-- <address>]`: the attack catalogue against a running portal, by default the demo's. Another
 * machine's address must be confirmed by typing its host, or with `--yes`. The exit code is the number of attacks that
 * were not withstood; 126: not confirmed; 127: nothing to attack there.
 */
import { run } from "./lib/cli.mjs";
import { inside } from "./lib/paths.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";
import { command } from "./lib/processes.mjs";

await run(async () => {
  requireNode();
  await installMissing();
  return command(process.execPath, ["--import", "tsx", inside("scripts/attack/attack.ts"), ...process.argv.slice(2)]);
});
