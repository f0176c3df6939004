/** What the tests of all doctors share: one thing is wrong, and the doctor names it and nothing else. */
import { getConfig } from "@/lib/config/config";
import { examine, type Finding, findingText, type Subject } from "@/lib/vendors/examine";
import type { Check } from "@/lib/vendors/vendor";

/** One misconfiguration of the catalogue. */
export interface Misconfiguration {
  /** What is wrong, as the end of "the doctor names …". */
  readonly name: string;
  /** The check that finds it. */
  readonly finding: string;
  /** `failed` unless told. */
  readonly result?: "warning" | "failed";
  /** What the finding says: its sentence, where to change something, and what. */
  readonly says: readonly (string | RegExp)[];
}

/** The warnings and failures among findings. */
export const troubles = (findings: readonly Finding[]) =>
  findings.filter(({ result }) => result === "warning" || result === "failed");

/**
 * Runs the checks and compares: exactly this finding, with a place and a fix; nothing that depends on it is ok or found
 * again.
 */
export async function expectOnly(
  { finding, result = "failed", says }: Misconfiguration,
  checks: readonly Check[],
  subject: Subject,
): Promise<void> {
  const findings = await examine(checks, subject);
  const found = troubles(findings);
  expect(found.map((one) => [one.id, one.result])).toEqual([[finding, result]]);
  const [one] = found;
  expect(one?.where?.trim()).toBeTruthy();
  expect(one?.fix?.trim()).toBeTruthy();
  for (const words of says) expect(one && findingText(one)).toMatch(words);
}

/** Changes the portal's configuration until the test ends; give it to `afterEach`, too. */
export function changeConfig(): { set(change: object): void; restore(): void } {
  const config = getConfig() as unknown as Record<string, unknown>;
  const original = { ...config };
  return {
    set: (change) => Object.assign(config, change),
    restore: () => Object.assign(config, original),
  };
}

/** The error of a client whose call failed with this code. */
export const failure = (code: string) => Object.assign(new Error("the call failed"), { code });
