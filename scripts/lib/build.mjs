/** Builds the portal when its sources changed since the last build. */

import { Failure, say } from "./cli.mjs";
import { inside, programs } from "./paths.mjs";
import { isBuilt } from "./prerequisites.mjs";
import { command } from "./processes.mjs";

export async function buildMissing() {
  if (isBuilt()) return;
  say("Building the portal (about half a minute).");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  for (const args of [[inside("sandbox/kit/build.mjs")], [programs.next, "build"]]) {
    const code = await command(process.execPath, args, { env });
    if (code === 0) continue;
    throw new Failure("The portal could not be built. The lines above say why.");
  }
}
