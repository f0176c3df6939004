/** Examines the portal and every vendor of this environment, prints the findings, and exits with what they mean. */

import { isConfigError } from "@/lib/config/config";
import { checkHealth, exitCodeOf, reportText } from "@/lib/health/health";
import { checkConfiguration } from "@/lib/vendors/configured";

async function examine(): Promise<number> {
  checkConfiguration(process.env);
  const report = await checkHealth();
  process.stdout.write(`${reportText(report)}\n`);
  return exitCodeOf([...report.findings.values()].flat());
}

examine().then(
  (code) => process.exit(code),
  (error: unknown) => {
    // The configuration cannot be read: nothing was examined.
    const sentences = isConfigError(error) ? error.sentences : [(error as Error).message];
    for (const sentence of sentences) process.stderr.write(`${sentence}\n`);
    process.exit(2);
  },
);
