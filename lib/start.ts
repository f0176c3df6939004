import "server-only";
import { seedSandboxCredentials } from "@/lib/accounts/sandbox-credentials";
import { sweep } from "@/lib/broker/end-session";
/** The start of a server process. */
import { runScheduledRevocations } from "@/lib/broker/revocations";
import { ConfigError, isConfigError } from "@/lib/config/config";
import { findVendor } from "@/lib/grants/grant";
import { log } from "@/lib/log";
import { getStore } from "@/lib/store/database";
import { checkConfiguration, configuredVendors } from "@/lib/vendors/configured";

const sweepEveryMs = 15_000;

async function openStore(): Promise<void> {
  try {
    await getStore();
  } catch (error) {
    // Node reports several refused addresses of one name without a message.
    const { message, code } = error as NodeJS.ErrnoException;
    throw new ConfigError([
      `The database does not open (${message || code}): correct DATABASE_URL or start what it names.`,
    ]);
  }
}

/** Checks the configuration, opens the store and starts the sweep. Ends the process when it cannot serve. */
export async function start(): Promise<void> {
  try {
    checkConfiguration(process.env);
    configuredVendors();
    await openStore();
    await seedSandboxCredentials();
  } catch (error) {
    const sentences = isConfigError(error) ? error.sentences : [`The portal cannot start: ${(error as Error).message}`];
    for (const sentence of sentences) console.error(sentence);
    process.exit(1);
  }
  runScheduledRevocations(findVendor);
  setInterval(() => {
    sweep(findVendor).catch((error: unknown) => log.error({ err: error }, "The sweep failed"));
  }, sweepEveryMs).unref();
}
