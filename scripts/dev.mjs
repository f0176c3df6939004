/**
 * `npm run dev`: the portal with hot reload, and the sandbox for every vendor that is not configured. Values of
 * .env.local stand; what they leave open is filled in.
 */

import { run, say } from "./lib/cli.mjs";
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
import { ProcessGroup } from "./lib/processes.mjs";
import { startSandbox } from "./lib/services.mjs";

await run(async () => {
  requireNode();
  await installMissing();
  const configured = await configuredEnvironment();
  const where = ports(configured);
  await requireFreePorts(portsNeeded(where));

  const group = new ProcessGroup();
  group.stopOnSignals();
  try {
    const services = await startSandbox(group, sandboxEnvironment(where));
    if (!group.stopping) {
      for (const { name, url } of services ?? []) say(`${name} → ${url}`);
      say(`Portal → ${configured.AUTH_URL ?? portalOrigin(where.portal)}`);
      group.start("portal", [programs.next, "dev", "-H", "127.0.0.1", "-p", String(where.portal)], {
        env: devEnvironment(where, configured),
        output: "inherit",
      });
    }
    await group.ended;
  } finally {
    await group.stop();
  }
});
