/**
 * `npm run real:rocketchat`: starts the vendor's own server (compose.rocketchat.yaml), sets it up, writes
 * `.env.rocketchat.local` for the portal, and runs the contract suite and the browser tests for a real server against it.
 *
 * Options: `--set-up-only` sets a running workspace up and stops there; its address and administrator come from
 * REAL_ROCKETCHAT_URL, REAL_ROCKETCHAT_ADMIN and REAL_ROCKETCHAT_ADMIN_PASSWORD. `--keep` leaves the server running.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { Failure, run, say } from "../lib/cli.mjs";
import { inside, programs } from "../lib/paths.mjs";
import { command } from "../lib/processes.mjs";
import { setUpRocketChat } from "./set-up-rocketchat.mjs";

const port = process.env.REAL_ROCKETCHAT_PORT || "4902";
/** The portal that the browser tests start (e2e/fixtures/own-portal.ts). */
const portalOrigin = process.env.PORTAL_ORIGIN || `http://portal.localhost:${Number(process.env.E2E_PORT || 3100) + 1}`;
const environmentFile = process.env.REAL_ROCKETCHAT_ENV_FILE || inside(".env.rocketchat.local");

const secret = () => randomBytes(32).toString("base64url");

/**
 * The container engine of this machine.
 *
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function compose(args, env) {
  for (const engine of ["docker", "podman"]) {
    if ((await command(engine, ["compose", "version"], { env })) === 0)
      return command(engine, ["compose", "-f", inside("compose.rocketchat.yaml"), ...args], { env });
  }
  throw new Failure("This needs a container engine with Compose: install Docker or Podman, then run it again.");
}

/** @param {string} url */
async function answers(url) {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const ok = await fetch(`${url}/api/info`).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resume) => setTimeout(resume, 2_000));
  }
  throw new Failure(`Rocket.Chat did not answer at ${url} within four minutes.`);
}

/** @param {Record<string, string>} variables */
function write(variables) {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(environmentFile, lines.join(""), { mode: 0o600 });
  say(`Wrote ${environmentFile}: ${Object.keys(variables).join(", ")}`);
}

await run(async () => {
  const setUpOnly = process.argv.includes("--set-up-only");
  const url = setUpOnly ? (process.env.REAL_ROCKETCHAT_URL ?? "") : `http://localhost:${port}`;
  const password = process.env.REAL_ROCKETCHAT_ADMIN_PASSWORD || secret();
  const createTokenSecret = process.env.ROCKETCHAT_CREATE_TOKEN_SECRET || secret();
  const env = {
    ...process.env,
    REAL_ROCKETCHAT_PORT: port,
    PORTAL_ORIGIN: portalOrigin,
    REAL_ROCKETCHAT_ADMIN_PASSWORD: password,
    ROCKETCHAT_CREATE_TOKEN_SECRET: createTokenSecret,
  };
  if (setUpOnly && !url) throw new Failure("Set REAL_ROCKETCHAT_URL to the workspace that is to be set up.");
  if (!setUpOnly) {
    const code = await compose(["up", "--detach", "--wait"], env);
    if (code !== 0) return code;
  }
  try {
    await answers(url);
    const admin = process.env.REAL_ROCKETCHAT_ADMIN || "portico.admin";
    const variables = await setUpRocketChat({ url, admin, password, createTokenSecret });
    write(variables);
    if (setUpOnly) return 0;
    const against = { ...env, ...variables, REAL_ROCKETCHAT: "1" };
    const contract = await command(process.execPath, [programs.jest, "lib/vendors/rocketchat/server/contract"], {
      env: against,
    });
    const browser = await command(process.execPath, [inside("scripts/e2e.mjs"), "e2e/rocketchat-real.spec.ts"], {
      env: against,
    });
    return contract || browser;
  } finally {
    if (!setUpOnly && !process.argv.includes("--keep")) await compose(["down", "--volumes"], env);
  }
});
