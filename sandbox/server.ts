/**
 * Runs the whole sandbox in one process: identity provider and the three vendors, each on its own loopback port.
 * Prints one line of JSON per service when it answers, and one when all do; ends on SIGINT and SIGTERM.
 */
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { isSandboxSameSite, type SandboxService, type SandboxVendor, sandboxServices } from "@/lib/config/sandbox";
import { createIdentityProvider } from "./idp/idp";
import { buildBrowserCode } from "./kit/build.mjs";
import type { Sandbox, SandboxOptions } from "./kit/sandbox";
import { emulators } from "./vendors";

const services = sandboxServices();
const portalOrigin = process.env.PORTAL_ORIGIN ?? "http://portal.localhost:3000";

const options = (origin: string): SandboxOptions => ({
  origin,
  portalOrigin,
  idpOrigin: services.idp.origin,
  idpInternalOrigin: services.idp.internalOrigin,
  sameSite: isSandboxSameSite(),
});

const createSandbox = ({ id, origin }: SandboxService): Sandbox =>
  id === "idp" ? createIdentityProvider(options(origin)) : emulators[id as SandboxVendor](options(origin));

async function listen(sandbox: Sandbox, port: number): Promise<Server> {
  const server = createServer(getRequestListener((request, env) => sandbox.fetch(request, env)));
  if (sandbox.upgrade) server.on("upgrade", sandbox.upgrade.bind(sandbox));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  await sandbox.ready;
  return server;
}

/** Why a service did not start, in a sentence. */
function explain(service: SandboxService, error: unknown): string {
  const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
  return taken
    ? `Port ${service.port} is in use, so the ${service.name} sandbox cannot start. Stop what uses it or set SANDBOX_PORT.`
    : `The ${service.name} sandbox cannot start: ${(error as Error).message}`;
}

async function start(): Promise<void> {
  const servers: Server[] = [];
  const stop = () => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    // Everything is in memory: nothing to wait for.
    process.exit(0);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // What an emulator serves to browsers must be there when it is made.
  await buildBrowserCode();
  for (const service of Object.values(services)) {
    try {
      servers.push(await listen(createSandbox(service), service.port));
    } catch (error) {
      console.error(explain(service, error));
      process.exit(1);
    }
    process.stdout.write(`${JSON.stringify({ ready: service.name, url: service.origin })}\n`);
  }
  process.stdout.write(`${JSON.stringify({ allReady: servers.length })}\n`);
}

void start();
