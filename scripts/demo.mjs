/**
 * `npm run demo`: the whole product on one machine. Installs and builds what is missing, starts the identity provider,
 * the three vendor sandboxes and the portal, and prints where each is. Ctrl-C ends all of it.
 *
 * `npm run demo -- --same-site` serves all of it as `localhost` with ports: for Safari, for systems that do not resolve
 * `*.localhost`, and to see the vendors on the portal's own site.
 */
import { parseArgs } from "node:util";
import { buildMissing } from "./lib/build.mjs";
import { demoEnvironment, portalOrigin, ports, portsNeeded, sandboxEnvironment } from "./lib/environment.mjs";
import { requireFreePorts } from "./lib/ports.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";
import { Household } from "./lib/processes.mjs";
import { Failure, run, say } from "./lib/say.mjs";
import { startPortal, startSandbox } from "./lib/services.mjs";

/** @throws Failure when there is an argument that this script does not know */
function options() {
  try {
    return parseArgs({ options: { "same-site": { type: "boolean", default: false } } }).values;
  } catch (error) {
    throw new Failure(`${error.message}\nUsage: npm run demo [-- --same-site]`);
  }
}

await run(async () => {
  requireNode();
  const where = { ...ports(), sameSite: options()["same-site"] };
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
      say(`Portal → ${portalOrigin(where.portal, where.sameSite)}`);
      say(`Ready: ${portalOrigin(where.portal, where.sameSite)}`);
    }
    await household.ended;
  } finally {
    await household.stop();
  }
});
