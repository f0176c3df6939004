/** The environment that the scripts give to the portal and to the sandbox. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import sandboxServices from "../../lib/config/sandbox-services.cjs";
import { inside } from "./paths.mjs";
import { portFrom } from "./ports.mjs";

/**
 * Where the services listen: the portal at PORT, the sandbox from SANDBOX_PORT on, one port for each service.
 *
 * @param {import("./processes.mjs").Environment} [env]
 */
export function ports(env = process.env, fallback = { portal: 3000, sandbox: 4000 }) {
  const portal = portFrom("PORT", fallback.portal, env);
  const sandbox = portFrom("SANDBOX_PORT", fallback.sandbox, env);
  return { portal, sandbox };
}

/**
 * The ports that must be free before anything starts.
 *
 * @param {{ portal: number, sandbox: number }} where
 */
export function portsNeeded({ portal, sandbox }) {
  return [
    { name: "portal", port: portal, variable: "PORT" },
    ...sandboxServices.map(({ id, name }, index) => ({
      name: `${id === "idp" ? "identity provider" : name} sandbox`,
      port: sandbox + index,
      variable: "SANDBOX_PORT",
    })),
  ];
}

/**
 * The address of the portal in the browser. A name of its own makes the sandbox another site, as most vendors are;
 * `localhost` with another port makes it the same one.
 *
 * @param {number} port
 * @param {boolean} [sameSite]
 */
export const portalOrigin = (port, sameSite = false) => `http://${sameSite ? "" : "portal."}localhost:${port}`;

/**
 * The secret from which the sandbox and the portal derive what they share. Made once and kept in .data, so that a
 * restarted demo knows its credentials and connections again.
 */
export function sandboxSecret(file = inside(".data/sandbox-secret")) {
  if (process.env.SANDBOX_SECRET) return process.env.SANDBOX_SECRET;
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    const secret = randomBytes(32).toString("base64url");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    return secret;
  }
}

/**
 * The sandbox process; also what the portal shares with it.
 *
 * @param {{ portal: number, sandbox: number, sameSite?: boolean }} where
 */
export function sandboxEnvironment({ portal, sandbox, sameSite }) {
  return {
    ...process.env,
    SANDBOX_PORT: String(sandbox),
    SANDBOX_SECRET: sandboxSecret(),
    SANDBOX_SAME_SITE: sameSite ? "on" : "",
    PORTAL_ORIGIN: portalOrigin(portal, sameSite),
    NEXT_TELEMETRY_DISABLED: "1",
  };
}

/**
 * The portal as the demo and the end-to-end tests run it: all services are the sandbox's.
 *
 * @param {{ portal: number, sandbox: number, sameSite?: boolean }} where
 */
export function demoEnvironment(where) {
  return {
    ...sandboxEnvironment(where),
    NODE_ENV: "production",
    PORT: String(where.portal),
    PORTAL_SANDBOX: "on",
    AUTH_URL: portalOrigin(where.portal, where.sameSite),
  };
}

/**
 * The portal while it is developed.
 *
 * @param {{ portal: number, sandbox: number }} where
 * @param {import("./processes.mjs").Environment} configured the environment with .env.local in it; its AUTH_URL is kept
 */
export function devEnvironment(where, configured) {
  return {
    ...sandboxEnvironment(where),
    NODE_ENV: "development",
    AUTH_URL: configured.AUTH_URL ?? portalOrigin(where.portal),
  };
}

/** The environment as Next will see it, .env files included, without keeping them here. */
export async function configuredEnvironment() {
  const { default: nextEnv } = await import("@next/env");
  const { combinedEnv } = nextEnv.loadEnvConfig(inside(), true, { info() {}, error: console.error });
  const configured = { ...combinedEnv };
  nextEnv.resetEnv();
  return configured;
}
