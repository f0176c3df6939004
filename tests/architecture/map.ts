/** The part of ARCHITECTURE.md that follows from the code: the drawing, the table of rooms, and the files of each. */
import { type Graph, sourceFiles } from "./graph";
import { besideRooms, isTest, type Room, roomOf, rooms } from "./rooms";

export const mapStart = "<!-- map: written by `npm run map`, compared with the code by tests/architecture -->";
export const mapEnd = "<!-- end of map -->";

/** Rooms that the drawing leaves out: what everything stands on would be an arrow from everywhere. */
const undrawn = new Set(["lib", "lib/problem", "instrumentation.ts", "tests", "e2e", "scripts"]);

const node = (name: string) => name.replace(/\W+/g, "_").replace(/_$/, "_all");

/** The arrows between rooms that exist, without those that follow from others. */
function arrows(graph: Graph): [string, string][] {
  const direct = new Map<string, Set<string>>();
  for (const [path, { imports }] of graph) {
    const from = roomOf(path);
    if (!from || undrawn.has(from) || isTest(path)) continue;
    for (const { file, typeOnly } of imports) {
      const to = file && graph.has(file) ? roomOf(file) : undefined;
      if (!to || to === from || undrawn.has(to) || typeOnly) continue;
      direct.set(from, (direct.get(from) ?? new Set()).add(to));
    }
  }
  const names = [...rooms, ...besideRooms].map(({ name }) => name);
  const rank = (name: string) => names.indexOf(name);
  const isDown = (from: string, to: string) => rank(from) < rank(to) || from.startsWith("app/") || from === "sandbox";
  const down = (from: string) => [...(direct.get(from) ?? [])].filter((to) => isDown(from, to));
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    down(from).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, to, seen);
    });
  return names.flatMap((from) =>
    down(from)
      .filter((to) => !down(from).some((between) => between !== to && reaches(between, to)))
      .sort((a, b) => rank(a) - rank(b))
      .map((to): [string, string] => [from, to]),
  );
}

function drawing(graph: Graph): string[] {
  const all = arrows(graph);
  const names = [...rooms, ...besideRooms].map(({ name }) => name).filter((name) => all.flat().includes(name));
  return [
    "```mermaid",
    "flowchart TD",
    ...names.map((name) => `  ${node(name)}["${name}"]`),
    ...all.map(([from, to]) => `  ${node(from)} --> ${node(to)}`),
    "```",
  ];
}

function table(list: readonly Room[]): string[] {
  return ["| room | holds |", "| --- | --- |", ...list.map(({ name, holds }) => `| \`${name}\` | ${holds} |`)];
}

function exceptions(): string[] {
  const registry = [
    "- `lib/vendors/index.ts` → each vendor's `index.ts`: it is the registry.",
    "- `lib/vendors/looks.ts` → each vendor's `look.ts`: the same for the browser, which must not load servers' code.",
    "- `lib/vendors/problems.ts` → each vendor's `problems.ts`: the vendors' own error codes.",
  ];
  const granted = rooms.flatMap(({ name, also = [] }) =>
    also.map(({ file, typeOnly, because }) => `- \`${name}\` → \`${file}\`${typeOnly ? " (types)" : ""}: ${because}.`),
  );
  return [...registry, ...granted];
}

/** Each folder with its files, tests left out. */
function listing(root: string): string[] {
  const folders = new Map<string, string[]>();
  for (const path of sourceFiles(root)) {
    if (isTest(path) && !path.startsWith("e2e/")) continue;
    const cut = path.lastIndexOf("/");
    const folder = cut < 0 ? "." : path.slice(0, cut);
    folders.set(folder, [...(folders.get(folder) ?? []), path.slice(cut + 1)]);
  }
  return [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([folder, files]) => `- \`${folder}/\`: ${files.sort().join(", ")}`);
}

/** The whole part, between its marks. */
export function renderMap(root: string, graph: Graph): string {
  return [
    mapStart,
    "",
    ...drawing(graph),
    "",
    "An arrow means *imports*; arrows that follow from others, and those to `lib/problem` and the three files of `lib/`, are left out. From top to bottom:",
    "",
    ...table(rooms),
    "",
    "Beside the stack:",
    "",
    ...table(besideRooms),
    "",
    "Against the direction, with reason:",
    "",
    ...exceptions(),
    "",
    "<details>",
    "<summary>File by file</summary>",
    "",
    ...listing(root),
    "",
    "</details>",
    "",
    mapEnd,
  ].join("\n");
}
