import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(process.cwd(), "docs/decisions");
const records = readdirSync(folder)
  .filter((name) => /^\d{4}-.*\.md$/.test(name))
  .sort();
const text = (name: string) => readFileSync(join(folder, name), "utf8");
const title = (name: string) => /^# \d+\. (.+)$/m.exec(text(name))?.[1];

test("every record has a number of its own", () => {
  const numbers = records.map((name) => name.slice(0, 4));
  expect(new Set(numbers).size).toBe(numbers.length);
});

test.each(records)("%s has the template's form", (name) => {
  expect(text(name)).toMatch(
    new RegExp(
      `^# ${Number(name.slice(0, 4))}\\. .+\\n\\nDate: \\d{4}-\\d\\d-\\d\\d\\. Status: (proposed|accepted|accepted; .+|superseded by .+)\\.\\n`,
    ),
  );
  const headings = [...text(name).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings.slice(0, 3)).toEqual(["Context", "Decision", "Consequences"]);
});

test("the index lists every record with its title", () => {
  const listed = [...text("README.md").matchAll(/^\d+\. \[(.+)\]\((.+)\)$/gm)].map(([, name, file]) => [file, name]);
  expect(listed).toEqual(records.map((name) => [name, title(name)]));
});
