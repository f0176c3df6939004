/** Runs every vendor's checks against the configuration of this environment and prints what to do about each finding. */
import { ConfigError, getConfig } from "@/lib/config/config";
import { configuredVendors } from "@/lib/vendors/configured";

const checkMs = 10_000;

async function examine(): Promise<number> {
  getConfig();
  let findings = 0;
  for (const { vendor, config, sandboxed } of configuredVendors()) {
    process.stdout.write(`${vendor.name}${sandboxed ? " (sandbox)" : ""}\n`);
    for (const check of vendor.checks(config)) {
      const result = await check.run(AbortSignal.timeout(checkMs)).catch(() => ({
        ok: false as const,
        detail: "The check did not finish.",
        fix: "See that the vendor answers.",
      }));
      process.stdout.write(
        `  ${result.ok ? "ok     " : "FINDING"}  ${check.title}${result.detail ? `: ${result.detail}` : ""}\n`,
      );
      if (result.ok) continue;
      findings += 1;
      process.stdout.write(`           ${result.fix}\n`);
    }
  }
  process.stdout.write(findings === 0 ? "Nothing to mend.\n" : `${findings} to mend.\n`);
  return findings === 0 ? 0 : 1;
}

examine().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const sentences = error instanceof ConfigError ? error.sentences : [(error as Error).message];
    for (const sentence of sentences) process.stderr.write(`${sentence}\n`);
    process.exit(1);
  },
);
