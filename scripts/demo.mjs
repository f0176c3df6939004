/**
 * `npm run demo`: the whole product on one machine. Installs and builds what is missing, starts the identity provider,
 * the three vendor sandboxes and the portal, and prints where each is. Ctrl-C ends all of it.
 *
 * `npm run demo -- --same-site` serves all of it as `localhost` with ports: for Safari, for systems that do not resolve
 * `*.localhost`, and to see the vendors on the portal's own site.
 */
import { parseArgs } from "node:util";
import { buildMissing } from "./lib/build.mjs";
import { Failure, run, say } from "./lib/cli.mjs";
import { demoEnvironment, portalOrigin, ports, portsNeeded, sandboxEnvironment } from "./lib/environment.mjs";
import { requireFreePorts } from "./lib/ports.mjs";
import { installMissing, requireNode } from "./lib/prerequisites.mjs";
import { ProcessGroup } from "./lib/processes.mjs";
import { startPortal, startSandbox } from "./lib/services.mjs";

/** @throws Failure when there is an argument that this script does not know */
function options() {
  try {
    return parseArgs({ options: { "same-site": { type: "boolean", default: false } } }).values;
  } catch (error) {
    throw new Failure(`${/** @type {Error} */ (error).message}\nUsage: npm run demo [-- --same-site]`);
  }
}

await run(async () => {
  requireNode();
  const where = { ...ports(), sameSite: options()["same-site"] };
  await requireFreePorts(portsNeeded(where));
  await installMissing();
  await buildMissing();

  const group = new ProcessGroup();
  group.stopOnSignals();
  try {
    const [services] = await Promise.all([
      startSandbox(group, sandboxEnvironment(where)),
      startPortal(group, where, demoEnvironment(where)),
    ]);
    if (!group.stopping) {
      for (const { name, url } of services ?? []) say(`${name} → ${url}`);
      say(`Portal → ${portalOrigin(where.portal, where.sameSite)}`);
      say(`Ready: ${portalOrigin(where.portal, where.sameSite)}`);
    }
    await group.ended;
  } finally {
    await group.stop();
  }
});
