import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sourceFiles } from "./graph";

const root = process.cwd();
const read = (path: string) => readFileSync(join(root, path), "utf8");
const sources = new Map(sourceFiles(root).map((path) => [path, read(path)]));

/** Files whose exports the framework, a tool or a copied vendor's folder takes by name. */
const isTakenByName = (path: string) =>
  /^(app|examples)\/|\.(test|spec)\.tsx?$|\.config\.\w+$|^(proxy|instrumentation)\.ts$/.test(path);

/** For copies of the portal: the documents show how portal.config.ts uses them. */
const forCopies = /`(\w+)`/g;
const documented = new Set([...read("docs/setup/rocketchat.md").matchAll(forCopies)].map(([, name]) => name));

const exported = /^export (?:async )?(?:const|let|function\*?|class) ([\w$]+)/gm;

/** What a file exports and no other file names, as `path: name`. Types are left out: an export may need them. */
function unused(files: ReadonlyMap<string, string>): string[] {
  const users = new Map<string, Set<string>>();
  for (const [path, text] of files)
    for (const word of new Set(text.match(/[\w$]+/g))) users.set(word, (users.get(word) ?? new Set()).add(path));
  return [...files].flatMap(([path, text]) =>
    isTakenByName(path)
      ? []
      : [...text.matchAll(exported)].flatMap(([, name = ""]) =>
          (users.get(name)?.size ?? 0) > 1 || documented.has(name) ? [] : [`${path}: ${name}`],
        ),
  );
}

test("what a file exports, another file uses: otherwise take the `export` away, or the code", () => {
  expect(unused(sources)).toEqual([]);
});

test("an export without a user is found", () => {
  // Put together here, or this file would count as a user.
  const name = ["without", "A", "User"].join("");
  const files = new Map([...sources, ["lib/x.ts", `export const ${name} = 1;`]]);
  expect(unused(files)).toEqual([`lib/x.ts: ${name}`]);
});
