/**
 * `npm run dev`: the portal with hot reload, and the sandbox for every vendor that is not configured. Values of
 * .env.local stand; what they leave open is filled in.
 */
import {
  configuredEnvironment,
  devEnvironment,
  portalOrigin,
  ports,
  portsNeeded,
  sandboxEnvironment,
} from "./lib/environment.mjs";
import { programs } from "./lib/paths.mjs";
import { requireFreePorts } from "./lib/ports.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";
import { Household } from "./lib/processes.mjs";
import { run, say } from "./lib/say.mjs";
import { startSandbox } from "./lib/services.mjs";

await run(async () => {
  requireNode();
  await installMissing();
  const configured = await configuredEnvironment();
  const where = ports(configured);
  await requireFreePorts(portsNeeded(where));

  const household = new Household();
  household.stopOnSignals();
  try {
    const services = await startSandbox(household, sandboxEnvironment(where));
    if (!household.stopping) {
      for (const { name, url } of services ?? []) say(`${name} → ${url}`);
      say(`Portal → ${configured.AUTH_URL ?? portalOrigin(where.portal)}`);
      household.start("portal", [programs.next, "dev", "-H", "127.0.0.1", "-p", String(where.portal)], {
        env: devEnvironment(where, configured),
        output: "inherit",
      });
    }
    await household.ended;
  } finally {
    await household.stop();
  }
});
