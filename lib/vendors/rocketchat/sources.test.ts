/** Public reports about the vendor's product: those that SOURCES.md lists are held by tests that name them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [, table = ""] = readFileSync(join(__dirname, "SOURCES.md"), "utf8").split("\nreport | test\n---|---\n");

const reports = table
  .trim()
  .split("\n")
  .flatMap((row) => {
    const [about = "", tests = ""] = row.split(" | ");
    const files = [...tests.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file);
    return [...about.matchAll(/\((https:[^)]+\/(\d+))\)/g)].map(([, , report = ""]) => ({ report, files }));
  });

test("the list is read", () => {
  expect(reports.length).toBeGreaterThanOrEqual(10);
});

test.each(reports)("report $report stands in the name of a test in each of $files", ({ report, files }) => {
  expect(files).not.toEqual([]);
  for (const file of files) {
    const text = readFileSync(file.startsWith("e2e/") ? file : join(__dirname, file), "utf8");
    // Names end with what they hold: `… (vendor issues 28006, 30046)`.
    const named = [...text.matchAll(/\((?:vendor (?:issues?|pull request)|ReactNative) ([\d, ]+)\)["`]/g)];
    expect({ file, reports: named.flatMap(([, numbers = ""]) => numbers.split(", ")) }).toEqual({
      file,
      reports: expect.arrayContaining([report]),
    });
  }
});
