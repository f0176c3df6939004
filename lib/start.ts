import "server-only";
/** The start of a server process. */
import { seedSandboxCredentials } from "@/lib/accounts/sandbox-credentials";
import { sweep } from "@/lib/broker/end-session";
import { runScheduledRevocations } from "@/lib/broker/revocations";
import { ConfigError, getConfig, isConfigError } from "@/lib/config/config";
import { explanation } from "@/lib/error-cause";
import { findVendor } from "@/lib/grants/grant";
import { correctRawRequests } from "@/lib/http/raw-requests";
import { log } from "@/lib/log";
import { isProblem } from "@/lib/problem/problem";
import { getStore } from "@/lib/store/database";
import { startTracing } from "@/lib/trace/trace";
import { checkConfiguration, configuredVendors } from "@/lib/vendors/configured";

const sweepEveryMs = 15_000;

async function openStore(): Promise<void> {
  try {
    await getStore();
  } catch (error) {
    // The driver's own error tells an operator more than the problem that a user sees.
    const cause = isProblem(error) ? error.options.cause : error;
    throw new ConfigError([
      `The database does not open (${explanation(cause)}): correct DATABASE_URL or start what it names.`,
    ]);
  }
}

/** Logged at every start, so that an operator cannot miss it. */
function warnOfOpenSandbox(): void {
  const { personasForAnyone, origin } = getConfig();
  if (personasForAnyone)
    log.warn({ origin }, "Anyone can sign in as an administrator: PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN is on");
}

/** Checks the configuration, opens the store and starts the sweep. Ends the process when it cannot serve. */
export async function start(): Promise<void> {
  try {
    checkConfiguration(process.env);
    configuredVendors();
    await openStore();
    await seedSandboxCredentials();
  } catch (error) {
    const sentences = isConfigError(error) ? error.sentences : [`The portal cannot start: ${explanation(error)}.`];
    for (const sentence of sentences) console.error(sentence);
    process.exit(1);
  }
  await startTracing();
  correctRawRequests();
  warnOfOpenSandbox();
  runScheduledRevocations(findVendor);
  setInterval(() => {
    sweep(findVendor).catch((error: unknown) => log.error({ err: error }, "The sweep failed"));
  }, sweepEveryMs).unref();
}
