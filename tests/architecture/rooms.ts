/**
 * What may import what. The portal is a stack of rooms: a room may import the rooms below it and nothing else. Vendors
 * are found by their folders; none is named here. ARCHITECTURE.md shows this table (`npm run map` writes it).
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { circles, type Graph, type Import } from "./graph";

/** A folder, or a file, with what it holds. */
export interface Room {
  readonly name: string;
  readonly holds: string;
  /** Files above the room that it may import all the same, and why. */
  readonly also?: readonly { readonly file: string; readonly typeOnly?: boolean; readonly because: string }[];
}

/** `lib/vendors/*` stands for each vendor's own folder; `lib/vendors` is the contract and the registry. */
const vendorRoom = "lib/vendors/*";

/** From top to bottom. */
export const rooms: readonly Room[] = [
  { name: "app", holds: "routes only: pages, layouts, route handlers of a few lines" },
  {
    name: "components",
    holds: "`ui/` building blocks, `shell/` rail, top bar and palette, `embed/` the frame around every embed",
  },
  { name: "proxy.ts", holds: "request id, CSP nonce, drops forged internal headers, for pages; decides nothing" },
  { name: "instrumentation.ts", holds: "runs `lib/start.ts` when the server starts" },
  { name: "lib/start.ts", holds: "the configuration check at start, and the sweeps" },
  { name: "lib/health", holds: "readiness, and the doctor's checks" },
  { name: "lib/accounts", holds: "linking a user's own vendor login, and the state of their vendor accounts" },
  { name: "lib/inspector", holds: "how an item opened, read from the trace: who may see it, and hops in their order" },
  { name: vendorRoom, holds: "one vendor: `index.ts`, `config.ts`, `protocol.ts`, `server/`, `browser/`" },
  { name: "lib/grants", holds: "grants for pages and route handlers, and their way to the browser" },
  { name: "lib/live", holds: "what open products tell the shell: unread counts, notices, presence" },
  {
    name: "lib/vendors",
    holds: "the vendor contract, what an embed gets from its frame, the registry, the configured vendors",
  },
  { name: "lib/http", holds: "guards a request: session, origin, headers, body" },
  {
    name: "lib/auth",
    holds: "sign-in and the session; the only importer of next-auth",
    also: [
      { file: "lib/http/origin.ts", because: "a sign-in checks where its request comes from" },
      { file: "lib/http/request-id.ts", because: "a sign-in is audited under its request's id" },
    ],
  },
  {
    name: "lib/broker",
    holds: "policy, connections, revocations, audit, rate limits, calls to vendors; knows no vendor by name",
  },
  {
    name: "lib/store",
    holds: "the database: schema, migrations, libsql and PostgreSQL",
    also: [
      {
        file: "lib/broker/vendor-adapter.ts",
        typeOnly: true,
        because: "a stored credential is what a vendor connects with",
      },
    ],
  },
  { name: "lib/trace", holds: "OpenTelemetry spans, what they may tell, and the last openings of each session" },
  { name: "portal.config.ts", holds: "the catalog: items, who may open them, who a user is at each vendor" },
  {
    name: "lib/config",
    holds: "the environment, parsed once; what portal and sandbox share",
    also: [
      { file: "portal.config.ts", because: "the names of the vendors' variables follow from the catalog's accounts" },
      { file: "lib/broker/user.ts", typeOnly: true, because: "the catalog's rules are about a user" },
    ],
  },
  { name: "lib/security", holds: "CSP, sealing, redirect targets" },
  {
    name: "lib/problem",
    holds: "the closed list of error codes: status, sentences, remedies",
    also: [{ file: "lib/vendors/problems.ts", because: "the list includes each vendor's own codes" }],
  },
  { name: "lib", holds: "`brand.ts`, `log.ts`, `per-process.ts`: what everything stands on" },
];

/** Beside the stack. What each may import is in {@link beside}. */
export const besideRooms: readonly Room[] = [
  { name: "app/sandbox", holds: "serves the sandbox in a preview; the only part of the portal that imports it" },
  { name: "sandbox", holds: "emulators of the vendors and an identity provider, each a Hono app" },
  {
    name: "examples",
    holds: "vendors beside their emulators, for `npm run new-vendor` to copy; no part of the portal",
  },
  { name: "tests", holds: "tests of the whole, and what tests share" },
  { name: "e2e", holds: "browser specs by promise" },
  { name: "scripts", holds: "the commands; thin, they call `lib`" },
];

const order = new Map(rooms.map(({ name }, index) => [name, index]));

/** Beside the vendors' folders: what tries a vendor against the contract. */
const kitFolder = "conformance";
const isKit = (path: string) => path.startsWith(`lib/vendors/${kitFolder}/`);

export const isTest = (path: string) => /\.test\.tsx?$/.test(path) || /^(tests|e2e)\//.test(path);

/** The vendor whose folder a file of the portal is in. */
export const vendorOf = (path: string): string | undefined => {
  const folder = /^lib\/vendors\/([^/]+)\//.exec(path)?.[1];
  return folder === kitFolder ? undefined : folder;
};

/** The service of the sandbox whose folder a file is in. */
const serviceOf = (path: string): string | undefined => /^sandbox\/([^/]+)\//.exec(path)?.[1];

/** The room of a file; undefined for the configuration files of tools at the root. */
export function roomOf(path: string): string | undefined {
  if (vendorOf(path)) return vendorRoom;
  if (path.startsWith("app/sandbox/")) return "app/sandbox";
  if (order.has(path)) return path;
  const [first = "", second] = path.split("/");
  if (second === undefined) return undefined;
  if (first !== "lib") return first;
  return path.split("/").length === 2 ? "lib" : `lib/${second}`;
}

/** What the sandbox shares with the portal. */
const shared = /^(lib\/config\/(sandbox|loopback|portal)\.ts|lib\/config\/sandbox-services\.cjs|portal\.config\.ts)$/;

/** Why a file may not import another one, as the end of a sentence; undefined when it may. */
function objection(from: string, to: string, { typeOnly }: Pick<Import, "typeOnly">): string | undefined {
  const [room, target] = [roomOf(from), roomOf(to)];
  const test = isTest(from);

  // The examples look like a vendor's folder and its emulator, and nothing but them and their tests knows them.
  if (target === "examples")
    return room === "examples" || test ? undefined : "no part of the portal imports the examples";
  if (room === "examples")
    return target === "app" || target === "components" ? "an example imports what a vendor may" : undefined;

  // The sandbox and the portal.
  if (target === "sandbox") {
    const service = serviceOf(to);
    const own = serviceOf(from);
    if (room === "sandbox")
      return !own || !service || own === service || service === "kit"
        ? undefined
        : "a service of the sandbox knows no other service";
    if (room === "app/sandbox" || room === "tests") return undefined;
    // A vendor's tests run against its emulator.
    if (test && room === vendorRoom && (service === vendorOf(from) || service === "kit")) return undefined;
    if (room === "e2e" && typeOnly) return undefined;
    return "only app/sandbox, and tests, import the sandbox";
  }
  if (room === "sandbox")
    return shared.test(to) || (test && target === "tests")
      ? undefined
      : "the sandbox shares lib/config/sandbox.ts and the catalog with the portal and nothing else";

  // Tests and scripts.
  if (target === "tests" || target === "e2e") return test || room === undefined ? undefined : "only tests import tests";
  if (isTest(to)) return "test files must not be imported";
  if (isKit(to) && !isKit(from) && !test) return "only tests import the conformance kit";
  if (target === "scripts")
    return room === "scripts" || test || room === undefined ? undefined : "only scripts and tests import scripts";
  if (room === "e2e")
    return target === "lib/config" || target === "portal.config.ts"
      ? undefined
      : "browser specs see the portal from outside: they share its configuration and nothing else";
  if (room === "scripts") return target === "app" || target === "components" ? "scripts call lib" : undefined;
  if (room === "tests" || room === undefined) return undefined;

  // Vendors.
  const vendor = vendorOf(to);
  if (vendor && vendor !== vendorOf(from)) {
    if (vendorOf(from)) return "a vendor knows no other vendor";
    if (from === "lib/vendors/index.ts")
      return to === `lib/vendors/${vendor}/index.ts`
        ? undefined
        : "the registry imports a vendor's index.ts and no more";
    if (from === "lib/vendors/looks.ts")
      return to === `lib/vendors/${vendor}/look.ts` ? undefined : "the looks of items are in a vendor's look.ts";
    if (from === "lib/vendors/problems.ts")
      return to === `lib/vendors/${vendor}/problems.ts` ? undefined : "a vendor's own problems are in its problems.ts";
    if (room !== "app") return "only the registry and the routes under app/ know a vendor by name";
  }

  // The stack.
  if (room === target) return undefined;
  if (room === "app/sandbox") return target === "components" ? "app/sandbox draws nothing" : undefined;
  const [above, below] = [order.get(room), order.get(target ?? "")];
  if (above === undefined || below === undefined) return `${above === undefined ? from : to} is in no room`;
  if (above < below) return undefined;
  const granted = rooms[above]?.also?.some(({ file, typeOnly: types }) => file === to && (!types || typeOnly));
  return granted ? undefined : `${room} is below ${target}`;
}

/** Packages that only some rooms may import. */
const packages: readonly { readonly pattern: RegExp; readonly by: RegExp; readonly because: string }[] = [
  {
    pattern: /^(next-auth|@auth)(\/|$)/,
    // And the browser suite's program that makes a session cookie of another time, as next-auth itself would.
    by: /^(lib\/auth\/|e2e\/fixtures\/expired-session\.mjs$)/,
    because: "only lib/auth imports next-auth",
  },
];

/** Whether a file says on which side it runs. */
const marked = (graph: Graph, path: string) => {
  const file = graph.get(path);
  const has = (name: string) => file?.imports.some(({ specifier }) => specifier === name) ?? false;
  return { server: has("server-only"), browser: has("client-only") || (file?.useClient ?? false) };
};

/** What a file of a vendor's `server/` or `browser/` lacks, and which files of the browser reach the server's. */
function sideFaults(graph: Graph): string[] {
  return [...graph].flatMap(([path, { imports }]) => {
    if (isTest(path)) return [];
    const { server, browser } = marked(graph, path);
    const side = /^lib\/vendors\/[^/]+\/(server|browser)\//.exec(path)?.[1];
    const faults: string[] = [];
    if (side === "server" && !server) faults.push(`${path} must import "server-only"`);
    if (side === "browser" && !browser) faults.push(`${path} must import "client-only" or begin with "use client"`);
    if (server && browser) faults.push(`${path} is marked for both sides`);
    for (const { file, typeOnly, mock } of imports) {
      if (!file || typeOnly || mock) continue;
      if (browser && marked(graph, file).server) faults.push(`${path} runs in the browser and imports ${file}`);
    }
    return faults;
  });
}

/**
 * Everything that is wrong with a graph.
 *
 * @returns one sentence for each fault; none when all is well
 */
export function faults(graph: Graph): string[] {
  const sentences: string[] = [];
  for (const [path, { imports }] of graph)
    for (const one of imports) {
      if (one.file === undefined) sentences.push(`${path} imports ${one.specifier}, which does not exist`);
      if (one.file === null)
        for (const { pattern, by, because } of packages)
          if (pattern.test(one.specifier) && !by.test(path) && !(one.mock && path.startsWith("tests/")))
            sentences.push(`${path} imports ${one.specifier}: ${because}`);
      // A style has no room of its own and imports nothing.
      if (!one.file || !graph.has(one.file)) continue;
      const because = objection(path, one.file, one);
      if (because) sentences.push(`${path} imports ${one.file}: ${because}`);
    }
  for (const group of circles(graph)) sentences.push(`${group.join(" → ")} import each other in a circle`);
  return [...sentences, ...sideFaults(graph)];
}

/** The ids of the vendors, from their folders. */
export const vendorIds = (root: string): string[] =>
  readdirSync(join(root, "lib/vendors"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== kitFolder)
    .map(({ name }) => name);
