/** Every hop leads to a line of source that exists, to a promise that SECURITY.md makes, and to a page of the vendor's. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { portalTerms } from "@/lib/trace/portal-terms";
import { promises } from "@/lib/trace/promises";
import { callTerm, type Term } from "@/lib/trace/terms";
import { vendors } from "@/lib/vendors";

const { sourceLines, repositoryFiles } = require("@/lib/trace/source-lines.cjs") as {
  sourceLines(root: string): Readonly<Record<string, number | undefined>>;
  repositoryFiles(root: string): string | null;
};

const root = process.cwd();
const lines = sourceLines(root);
const ofVendors = vendors.flatMap(({ id, hops }) =>
  [...(hops?.calls ?? []), ...(hops?.steps ?? [])].map((term) => [`${id} ${term.id}`, term] as const),
);
const terms: readonly (readonly [string, Omit<Term, "from" | "to">])[] = [...Object.entries(portalTerms), ...ofVendors];

test.each(terms)("%s: the line of its source", (_name, { source }) => {
  const line = lines[source];
  const [path = "", name = ""] = source.split("#");
  expect(line).toBeGreaterThan(0);
  expect(readFileSync(join(root, path), "utf8").split("\n")[(line ?? 0) - 1]).toContain(name);
});

test.each(Object.keys(promises))("SECURITY.md has the anchor of the promise %s, once", (id) => {
  const document = readFileSync(join(root, "SECURITY.md"), "utf8");
  expect(document.split(`<a id="${id}"></a>`)).toHaveLength(2);
});

test.each(ofVendors)("%s: documentation has an https address", (_name, { docs }) => {
  if (docs) expect(new URL(docs.url).protocol).toBe("https:");
});

test("every vendor of the portal names its calls and its half in the browser, each once", () => {
  for (const { hops } of vendors) {
    const ids = [...(hops?.calls ?? []), ...(hops?.steps ?? [])].map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(5);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

test("a call is found by its method and path, and a query does not hide it", () => {
  const calls = vendors.flatMap(({ hops }) => hops?.calls ?? []);
  for (const { match, id } of calls) {
    const [method = "", path = ""] = match.replace("*", "x").split(" ");
    expect(calls.filter((call) => callTerm([call], method, `${path}?a=b`)).map((call) => call.id)).toContain(id);
  }
  expect(callTerm(calls, "GET", "/elsewhere")).toBeUndefined();
});

test("the repository's address comes from package.json, where it has one", () => {
  const { repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { repository?: unknown };
  expect(repositoryFiles(root) === null).toBe(repository === undefined);
});
