/**
 * The conformance kit: what every vendor owes the portal, as rules that are tried on the vendor's own code and its
 * emulator, over HTTP. A vendor's test is three lines (docs/add-a-vendor.md):
 *
 * ```ts
 * describeConformance({ vendor: atlas, emulator: createAtlas, item, people: [anna, bruno] });
 * ```
 *
 * `browser.tsx` beside this file has the rules for the vendor's embed.
 */
import { Bench } from "./bench";
import type { Rule } from "./rule";
import { doctorRules } from "./rules/doctor";
import { failureRules } from "./rules/failures";
import { grantRules } from "./rules/grants";
import { shapeRules } from "./rules/shape";
import { togetherRules } from "./rules/together";
import type { Subject } from "./subject";

export const rules: readonly Rule[] = [...shapeRules, ...grantRules, ...failureRules, ...doctorRules, ...togetherRules];

/**
 * Tries one rule.
 *
 * @returns null when it holds; else the rule's sentence, and in brackets what was found
 */
export async function tryRule(rule: Rule, bench: Bench): Promise<string | null> {
  await bench.reset();
  try {
    await rule.run(bench);
    return null;
  } catch (error) {
    return `${rule.sentence} (${(error as Error).message})`;
  }
}

/** Declares one test for each rule that applies to the vendor. */
export function describeConformance(subject: Subject): void {
  describe(`${subject.vendor.name} keeps the vendor contract`, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await Bench.start(subject);
    });
    afterAll(() => bench.stop());

    test.each(
      rules.filter(({ applies }) => applies?.(subject) ?? true).map((rule) => [rule.id, rule.sentence, rule] as const),
    )("%s: %s", async (_id, _sentence, rule) => {
      expect(await tryRule(rule, bench)).toBeNull();
    });
  });
}
