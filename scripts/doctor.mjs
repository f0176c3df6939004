/**
 * `npm run doctor`: examines the portal and the vendors of this environment, .env.local included, with the same checks as
 * /admin/health. Exit codes: 0 all good, 1 something failed, 2 something could not be checked.
 */

import { run } from "./lib/cli.mjs";
import { configuredEnvironment, devEnvironment, ports } from "./lib/environment.mjs";
import { inside } from "./lib/paths.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";
import { command } from "./lib/processes.mjs";

await run(async () => {
  requireNode();
  await installMissing();
  const configured = await configuredEnvironment();
  // The checks look at vendors as a browser does, and Node 20 does not resolve the sandbox names by itself.
  const preload = ["--require", inside("scripts/localhost-dns.cjs")];
  const args = [...preload, "--import", "tsx", "--conditions=react-server", inside("scripts/doctor/doctor.ts")];
  const env = { ...devEnvironment(ports(configured), configured), ...configured, LOG_LEVEL: "silent" };
  return command(process.execPath, args, { env });
});
