/** The real import graph: every import of every source file, read with a parser, relative paths and aliases resolved. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { type ParserPlugin, parse } from "@babel/parser";

/** One import. */
export interface Import {
  /** As it is written: `@/lib/log`, `./guard`, `next-auth/jwt`. */
  readonly specifier: string;
  /** The file in this repository it leads to; null for a package, undefined for a file that does not exist. */
  readonly file: string | null | undefined;
  /** Nothing of it is there at run time: `import type`, `typeof import("…")`. */
  readonly typeOnly: boolean;
  /** `import("…")`. */
  readonly dynamic: boolean;
  /** `jest.mock("…")` and the like: a test names the module and does not run it. */
  readonly mock: boolean;
}

/** What one file imports, and how it is marked. */
export interface SourceFile {
  readonly imports: readonly Import[];
  /** Begins with `"use client"`. */
  readonly useClient: boolean;
}

/** By path from the root of the repository, with `/`. */
export type Graph = ReadonlyMap<string, SourceFile>;

const isSource = (name: string) => /\.(tsx?|mjs|cjs|js)$/.test(name) && !name.endsWith(".d.ts");

/** All source files below a folder, without what is installed, built or hidden. */
export function sourceFiles(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".") || entry.name === "node_modules") return [];
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(root, path);
    return isSource(entry.name) ? [path] : [];
  });
}

const endings = ["", ".ts", ".tsx", ".d.ts", ".mjs", ".cjs", ".js", "/index.ts", "/index.tsx"];

/** @returns see {@link Import.file} */
function resolveImport(root: string, from: string, specifier: string): string | null | undefined {
  if (!/^(\.|@\/)/.test(specifier)) return null;
  const path = specifier.startsWith("@/") ? specifier.slice(2) : posix.join(dirname(from), specifier);
  return endings
    .map((ending) => path + ending)
    .find((candidate) => statSync(join(root, candidate), { throwIfNoEntry: false })?.isFile());
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

const text = (value: unknown): string | undefined => {
  if (!isNode(value)) return undefined;
  if (value.type === "StringLiteral") return String(value.value);
  if (value.type === "TSLiteralType") return text(value.literal);
  return undefined;
};

type Found = Omit<Import, "file">;
const found = (specifier: string, more: Partial<Found> = {}): Found => ({
  specifier,
  typeOnly: false,
  dynamic: false,
  mock: false,
  ...more,
});

/** Whether an import or export statement is of types alone, also when each name says so for itself. */
function isTypeOnly(node: Node): boolean {
  const kind = (one: unknown) => isNode(one) && (one.importKind === "type" || one.exportKind === "type");
  const names = Array.isArray(node.specifiers) ? node.specifiers : [];
  return kind(node) || (names.length > 0 && names.every(kind));
}

/** The import that a node is, if it is one. */
function importOf(node: Node): Found | undefined {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration": {
      const specifier = text(node.source);
      return specifier === undefined ? undefined : found(specifier, { typeOnly: isTypeOnly(node) });
    }
    case "ImportExpression": {
      const specifier = text(node.source);
      return specifier === undefined ? undefined : found(specifier, { dynamic: true });
    }
    case "TSImportType": {
      const specifier = text(node.argument);
      return specifier === undefined ? undefined : found(specifier, { typeOnly: true });
    }
    case "TSExternalModuleReference": {
      const specifier = text(node.expression);
      return specifier === undefined ? undefined : found(specifier);
    }
    case "CallExpression": {
      const { callee, arguments: given } = node;
      const specifier = Array.isArray(given) ? text(given[0]) : undefined;
      if (!isNode(callee) || specifier === undefined) return undefined;
      if (callee.type === "Identifier") return callee.name === "require" ? found(specifier) : undefined;
      const { object, property } = callee;
      if (!isNode(object) || !isNode(property) || object.name !== "jest") return undefined;
      return /^(mock|doMock|unmock|requireActual|requireMock)$/.test(String(property.name))
        ? found(specifier, { mock: true })
        : undefined;
    }
    default:
      return undefined;
  }
}

function collect(value: unknown, into: Found[]): void {
  if (Array.isArray(value)) {
    for (const one of value) collect(one, into);
    return;
  }
  if (!isNode(value)) return;
  const one = importOf(value);
  if (one) into.push(one);
  for (const [key, child] of Object.entries(value))
    if (typeof child === "object" && key !== "loc" && !key.endsWith("Comments")) collect(child, into);
}

/** Only these can stand anywhere; everything else that imports is a statement of its own at the top of a file. */
const canImportInside = /\bimport\s*\(|\brequire\b|\bjest\s*\.|\bdeclare\b/;

/**
 * Reads one file.
 *
 * @param path from the root of the repository
 * @param code its text
 * @throws SyntaxError when the file does not parse
 */
export function readSource(root: string, path: string, code: string): SourceFile {
  const plugins: ParserPlugin[] = ["typescript"];
  if (!path.endsWith(".ts")) plugins.push("jsx");
  const { program } = parse(code, { sourceType: "unambiguous", plugins, createImportExpressions: true });
  const imports: Found[] = [];
  if (canImportInside.test(code)) collect(program.body, imports);
  else for (const statement of program.body) imports.push(...[importOf(statement as unknown as Node) ?? []].flat());
  return {
    imports: imports.map((one) => ({ ...one, file: resolveImport(root, path, one.specifier) })),
    useClient: program.directives.some(({ value }) => value.value === "use client"),
  };
}

/** Reads every source file below the root. */
export const readGraph = (root: string): Graph =>
  new Map(sourceFiles(root).map((path) => [path, readSource(root, path, readFileSync(join(root, path), "utf8"))]));

/** The groups of files that import each other in a circle, types and dynamic imports included; mocks do not count. */
export function circles(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const result: string[][] = [];
  const visit = (path: string) => {
    index.set(path, index.size);
    low.set(path, index.get(path) as number);
    stack.push(path);
    for (const { file, mock } of graph.get(path)?.imports ?? []) {
      if (!file || mock || !graph.has(file)) continue;
      if (!index.has(file)) visit(file);
      if (stack.includes(file)) low.set(path, Math.min(low.get(path) as number, low.get(file) as number));
    }
    if (low.get(path) !== index.get(path)) return;
    const group = stack.splice(stack.indexOf(path));
    if (group.length > 1 || graph.get(path)?.imports.some(({ file }) => file === path)) result.push(group.sort());
  };
  for (const path of graph.keys()) if (!index.has(path)) visit(path);
  return result;
}
