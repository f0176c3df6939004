/** Builds the portal when its sources changed since the last build. */
import { programs } from "./paths.mjs";
import { isBuilt } from "./prerequisites.mjs";
import { command } from "./processes.mjs";
import { Failure, say } from "./say.mjs";

export async function buildMissing() {
  if (isBuilt()) return;
  say("Building the portal (about half a minute).");
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const code = await command(process.execPath, [programs.next, "build"], { env });
  if (code !== 0) throw new Failure("The portal could not be built. The lines above say why.");
}
