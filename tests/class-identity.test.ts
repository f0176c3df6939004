/**
 * Pages, route handlers and instrumentation load their own copies of a server module, so `instanceof` is false for an
 * object that another copy made (docs/decisions/0018). What may be compared is what exists once per process: the
 * platform's own classes, and a class that its file keeps to itself.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");

const platformClasses = new Set([
  "AggregateError",
  "ArrayBuffer",
  "Blob",
  "DOMException",
  "Date",
  "Element",
  "Error",
  "Event",
  "File",
  "FormData",
  "Headers",
  "Map",
  "Node",
  "Promise",
  "Request",
  "Response",
  "Set",
  "SyntaxError",
  "TypeError",
  "URL",
  "URLSearchParams",
  "Uint8Array",
]);
const isPlatformClass = (name: string) => platformClasses.has(name) || /^(HTML\w*|SVG\w*)Element$/.test(name);

/** The classes that a source compares with and must not. */
function foreignComparisons(source: string): string[] {
  const ownClasses = new Set([...source.matchAll(/^(?:abstract )?class (\w+)/gm)].map((match) => match[1]));
  return [...source.matchAll(/\binstanceof\s+([\w$.]+)/g)].flatMap(([, name = ""]) =>
    isPlatformClass(name) || ownClasses.has(name) ? [] : [name],
  );
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|corpus|fixture)\.tsx?$/.test(name))
    .map((name) => join(folder, name));
}

const sources = [
  ...["app", "components", "lib", "scripts/doctor"].flatMap(sourcesBelow),
  "proxy.ts",
  "instrumentation.ts",
];

test.each(sources)("%s compares no class that can exist twice", (file) => {
  expect(foreignComparisons(readFileSync(join(root, file), "utf8"))).toEqual([]);
});

test.each([
  ["an imported class", 'import { Problem } from "x";\nif (error instanceof Problem) {}', ["Problem"]],
  ["a class behind a namespace", "if (error instanceof errors.Timeout) {}", ["errors.Timeout"]],
  ["an exported class of the same file", "export class A extends Error {}\nif (error instanceof A) {}", ["A"]],
  ["a negated comparison over two lines", "if (!(error instanceof\n  RateLimiterRes)) {}", ["RateLimiterRes"]],
  ["a platform class", "if (error instanceof Error || node instanceof HTMLInputElement) {}", []],
  ["a class that stays in its file", "class A extends Error {}\nif (error instanceof A) {}", []],
])("the rule judges %s", (_name, source, found) => {
  expect(foreignComparisons(source)).toEqual(found);
});
