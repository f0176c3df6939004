/**
 * `npm run demo`: the whole product on one machine. Installs and builds what is missing, starts the identity provider,
 * the three vendor sandboxes and the portal, and prints where each is. Ctrl-C ends all of it.
 */
import { buildMissing } from "./lib/build.mjs";
import { demoEnvironment, portalOrigin, ports, portsNeeded, sandboxEnvironment } from "./lib/environment.mjs";
import { requireFreePorts } from "./lib/ports.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";
import { Household } from "./lib/processes.mjs";
import { run, say } from "./lib/say.mjs";
import { startPortal, startSandbox } from "./lib/services.mjs";

await run(async () => {
  requireNode();
  const where = ports();
  await requireFreePorts(portsNeeded(where));
  await installMissing();
  await buildMissing();

  const household = new Household();
  household.stopOnSignals();
  try {
    const [services] = await Promise.all([
      startSandbox(household, sandboxEnvironment(where)),
      startPortal(household, where, demoEnvironment(where)),
    ]);
    if (!household.stopping) {
      for (const { name, url } of services ?? []) say(`${name} → ${url}`);
      say(`Portal → ${portalOrigin(where.portal)}`);
      say(`Ready: ${portalOrigin(where.portal)}`);
    }
    await household.ended;
  } finally {
    await household.stop();
  }
});
