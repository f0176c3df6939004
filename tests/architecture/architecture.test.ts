import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { readGraph, readSource } from "./graph";
import { mapEnd, mapStart, renderMap } from "./map";
import { faults, roomOf, vendorIds } from "./rooms";

const root = process.cwd();
const graph = readGraph(root);
const [vendor, other] = vendorIds(root);

test("every import is one that its room may have, and no files import each other in a circle", () => {
  expect([...faultsNow]).toEqual([]);
});

test("every file of the portal is in a room", () => {
  const homeless = [...graph.keys()].filter((path) => roomOf(path) === undefined);
  expect(homeless.filter((path) => !/^[a-z]+\.config\.(js|mjs|ts)$/.test(path))).toEqual([]);
});

test("the map in ARCHITECTURE.md is true: otherwise run `npm run map`", () => {
  const document = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const map = document.slice(document.indexOf(mapStart), document.indexOf(mapEnd) + mapEnd.length);
  expect(map).toBe(renderMap(root, graph));
});

test("every package that a file imports is in package.json by itself, not only below another package", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const declared = new Set(Object.keys({ ...dependencies, ...devDependencies }));
  const undeclared = [...graph].flatMap(([path, { imports }]) =>
    imports.flatMap(({ specifier, file }) => {
      const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
      return file !== null || isBuiltin(specifier) || declared.has(name) ? [] : [`${path}: ${name}`];
    }),
  );
  expect(undeclared).toEqual([]);
});

const faultsNow = new Set(faults(graph));

/** What the rules say about one more file. */
const faultsWith = (path: string, code: string) =>
  faults(new Map([...graph, [path, readSource(root, path, code)]])).filter((sentence) => !faultsNow.has(sentence));

describe("the rules refuse", () => {
  const wrong: [name: string, path: string, code: string, reason: RegExp][] = [
    ["an import upwards", "lib/store/x.ts", 'import { log } from "@/lib/http/guard";', /lib\/store is below lib\/http/],
    ["a relative one", "lib/broker/x.ts", 'import "../http/guard";', /lib\/broker is below lib\/http/],
    ["one of types", "lib/security/x.ts", 'import type { Session } from "../auth/session";', /is below lib\/auth/],
    [
      "a type in place",
      "lib/config/x.ts",
      'type X = import("@/lib/broker/audit").X;',
      /lib\/config is below lib\/broker/,
    ],
    ["a re-export", "lib/problem/x.ts", 'export * from "../config/config";', /lib\/problem is below lib\/config/],
    [
      "a dynamic one",
      "lib/store/x.ts",
      'const x = () => import("@/lib/broker/broker");',
      /lib\/store is below lib\/broker/,
    ],
    ["a required one", "lib/config/x.ts", 'const x = require("../store/database");', /lib\/config is below lib\/store/],
    [
      "a value where types are granted",
      "lib/config/x.ts",
      'import "../broker/user";',
      /lib\/config is below lib\/broker/,
    ],
    ["lib that knows components", "lib/live/x.ts", 'import "@/components/providers";', /lib\/live is below components/],
    ["components that know routes", "components/x.ts", 'import "../app/robots";', /components is below app/],
    ["an importer of next-auth", "lib/http/x.ts", 'import { encode } from "next-auth/jwt";', /only lib\/auth imports/],
    ["a test that imports next-auth", "lib/http/x.test.ts", 'import "next-auth";', /only lib\/auth imports/],
    ["the portal that knows the sandbox", "components/x.ts", 'import "@/sandbox/kit/html";', /only app\/sandbox/],
    ["a script that does", "scripts/x.ts", 'import "../sandbox/kit/html";', /only app\/sandbox/],
    ["a browser spec that runs it", "e2e/x.spec.ts", 'import "../sandbox/kit/html";', /only app\/sandbox/],
    ["the sandbox that knows the portal", "sandbox/kit/x.ts", 'import "@/lib/log";', /the sandbox shares/],
    ["its tests too", "sandbox/kit/x.test.ts", 'import "@/lib/broker/audit";', /the sandbox shares/],
    ["a vendor that knows another", `lib/vendors/${vendor}/x.ts`, `import "../${other}/config";`, /no other vendor/],
    ["a component that knows one", "components/x.ts", `import "@/lib/vendors/${vendor}";`, /know a vendor by name/],
    ["a room that knows one", "lib/health/x.ts", `import "../vendors/${vendor}/config";`, /know a vendor by name/],
    [
      "a test of another vendor's sandbox",
      `lib/vendors/${vendor}/x.test.ts`,
      `import "@/sandbox/${other}/${other}";`,
      /only app/,
    ],
    ["an emulator that knows another", `sandbox/${vendor}/x.ts`, `import "../${other}/${other}";`, /no other service/],
    ["the portal that imports tests", "lib/x.ts", 'import "@/tests/env";', /only tests import tests/],
    ["the portal that imports an example", "app/x.ts", 'import "@/examples/atlas/vendor/protocol";', /no part of the/],
    [
      "the portal that imports the conformance kit",
      "lib/vendors/x.ts",
      'import "./conformance/rule";',
      /only tests import/,
    ],
    ["the portal that imports scripts", "lib/x.ts", 'import "../scripts/doctor/doctor";', /only scripts and tests/],
    ["scripts that import pages", "scripts/x.ts", 'import "@/app/robots";', /scripts call lib/],
    ["a browser spec that looks inside", "e2e/x.spec.ts", 'import "../lib/broker/audit";', /from outside/],
    ["a file that does not exist", "lib/x.ts", 'import "./nowhere";', /does not exist/],
    ["a folder without a room", "lib/stray/x.ts", 'import "@/lib/log";', /is in no room/],
    ["a server file without its mark", `lib/vendors/${vendor}/server/x.ts`, "export {};", /must import "server-only"/],
    [
      "a browser file without its mark",
      `lib/vendors/${vendor}/browser/x.ts`,
      "export {};",
      /must import "client-only"/,
    ],
    [
      "a browser file that reaches the server's",
      `lib/vendors/${vendor}/browser/x.ts`,
      'import "client-only";\nimport { getConfig } from "@/lib/config/config";',
      /runs in the browser and imports lib\/config\/config.ts/,
    ],
  ];
  test.each(wrong)("%s", (_name, path, code, reason) => {
    expect(faultsWith(path, code)).toEqual([expect.stringMatching(reason)]);
  });

  test("a circle, also through a dynamic import", () => {
    const circle = new Map(graph);
    circle.set("lib/a.ts", { useClient: false, imports: [link("lib/b.ts")] });
    circle.set("lib/b.ts", { useClient: false, imports: [{ ...link("lib/c.ts"), dynamic: true }] });
    circle.set("lib/c.ts", { useClient: false, imports: [{ ...link("lib/a.ts"), typeOnly: true }] });
    expect(faults(circle).filter((sentence) => !faultsNow.has(sentence))).toEqual([
      "lib/a.ts → lib/b.ts → lib/c.ts import each other in a circle",
    ]);
  });
});

const link = (file: string) => ({ specifier: `@/${file}`, file, typeOnly: false, dynamic: false, mock: false });

describe("the rules allow", () => {
  test.each([
    ["an import downwards", "components/x.ts", 'import { log } from "../lib/log";'],
    ["types where they are granted", "lib/config/x.ts", 'import { type PortalUser } from "@/lib/broker/user";'],
    [
      "a vendor's tests on its own emulator",
      `lib/vendors/${vendor}/x.test.ts`,
      `import "@/sandbox/${vendor}/${vendor}";`,
    ],
    ["a route on its vendor", "app/api/x/route.ts", `import "@/lib/vendors/${vendor}";`],
    ["text that only looks like an import", "lib/problem/x.ts", "const x = 'import \"@/lib/http/guard\"';"],
  ])("%s", (_name, path, code) => {
    expect(faultsWith(path, code)).toEqual([]);
  });
});
