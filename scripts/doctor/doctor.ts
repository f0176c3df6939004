/** Runs every vendor's checks against the configuration of this environment and prints what to do about each finding. */
import { isConfigError } from "@/lib/config/config";
import { runCheck } from "@/lib/health/run-check";
import { checkConfiguration, configuredVendors } from "@/lib/vendors/configured";

async function examine(): Promise<number> {
  checkConfiguration(process.env);
  let findings = 0;
  for (const { vendor, config, sandboxed } of configuredVendors()) {
    process.stdout.write(`${vendor.name}${sandboxed ? " (sandbox)" : ""}\n`);
    for (const check of vendor.checks(config)) {
      const { result, title, detail, fix } = await runCheck(check, vendor.name);
      process.stdout.write(`  ${result === "ok" ? "ok     " : "FINDING"}  ${title}${detail ? `: ${detail}` : ""}\n`);
      if (result === "ok") continue;
      findings += 1;
      process.stdout.write(`           ${fix}\n`);
    }
  }
  process.stdout.write(findings === 0 ? "Nothing to mend.\n" : `${findings} to mend.\n`);
  return findings === 0 ? 0 : 1;
}

examine().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const sentences = isConfigError(error) ? error.sentences : [(error as Error).message];
    for (const sentence of sentences) process.stderr.write(`${sentence}\n`);
    process.exit(1);
  },
);
