import "server-only";
/**
 * Loads a Library's SDK script as a page would, to learn which build it is and whether it compiles code. The script is not
 * ours, so it runs in a process of its own that has no environment, no files and no other programs, in a realm that holds
 * nothing of Node, and for a second at most.
 */
import { execFile } from "node:child_process";
import { z } from "zod";
import { type Build, buildWith } from "../protocol";

export interface Inspection {
  readonly build: Build;
  /** Whether it compiles code, while it loads or at its first embed. */
  readonly compiles: boolean;
}

/** As much of a page as a script may look for while it loads. Everything is made inside the realm. */
const page = `
  var window = globalThis, self = window, top = window, parent = window, global = undefined;
  var anything = () => new Proxy(function () {}, {
    get: (target, name) => name === Symbol.toPrimitive ? () => "" : name in target ? target[name] : anything(),
    set: () => true,
    apply: () => anything(),
    construct: () => anything(),
  });
  var document = anything(), location = { href: "https://portal.example/", origin: "https://portal.example", pathname: "/" };
  var navigator = { userAgent: "" }, localStorage = anything(), sessionStorage = anything();
  var addEventListener = () => {}, removeEventListener = () => {}, postMessage = () => {}, alert = () => {};
  var setTimeout = () => 0, clearTimeout = () => {}, setInterval = () => 0, clearInterval = () => {};
  var console = { log() {}, warn() {}, error() {}, info() {}, debug() {} };
`;

/** What is left of the script after it has loaded: the names of the contexts, null without contexts, or nothing. */
const look = `
  JSON.stringify(!window.microstrategy || !window.microstrategy.dossier ? undefined
    : window.microstrategy.embeddingContexts ? Object.keys(window.microstrategy.embeddingContexts) : null)
`;

const program = `
  const { createContext, runInContext } = require("node:vm");
  let source = "";
  process.stdin.on("data", (part) => { source += part; }).on("end", () => {
    const load = (strings) => {
      const realm = createContext(Object.create(null), { codeGeneration: { strings, wasm: false } });
      try {
        runInContext(${JSON.stringify(page)}, realm, { timeout: 500 });
        try { runInContext(source, realm, { timeout: 1000 }); } catch {}
        return String(runInContext(${JSON.stringify(look)}, realm, { timeout: 500 }));
      } catch { return "undefined"; }
    };
    process.stdout.write(JSON.stringify({ strict: load(false), lax: load(true) }));
  });
`;

/** Node's switch for a process without files and programs; its name depends on the version. */
function permissionSwitch([major = 0, minor = 0] = process.versions.node.split(".").map(Number)): string {
  return major > 22 || (major === 22 && minor >= 13) ? "--permission" : "--experimental-permission";
}

const loadedSchema = z.union([z.array(z.string()), z.null()]);
const answerSchema = z.object({ strict: z.string(), lax: z.string() });

/** The names of the contexts after a load, null for a build without contexts, undefined when nothing was defined. */
function namesIn(loaded: string): readonly string[] | null | undefined {
  return loaded === "undefined" ? undefined : loadedSchema.parse(JSON.parse(loaded));
}

/**
 * What a script is.
 *
 * @returns null when it defines no SDK, whether or not it may compile code
 * @throws when it cannot be run in time
 */
export async function inspectSdk(source: string, signal: AbortSignal): Promise<Inspection | null> {
  const answer = await new Promise<string>((resolve, reject) => {
    const args = [permissionSwitch(), "--no-warnings", "--max-old-space-size=128", "-e", program];
    const env = {} as NodeJS.ProcessEnv;
    const options = { env, signal, timeout: 5_000, maxBuffer: 64 * 1024, windowsHide: true };
    const child = execFile(process.execPath, args, options, (error, output) =>
      error ? reject(error) : resolve(output),
    );
    // A process that ends early reads no more: its exit says why.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(source);
  });
  const { strict, lax } = answerSchema.parse(JSON.parse(answer));
  const [without, withCompiling] = [namesIn(strict), namesIn(lax)];
  const names = without === undefined ? withCompiling : without;
  if (names === undefined) return null;
  const build = buildWith(names);
  // The build of 2020 loads without, and compiles at its first embed (measured).
  return { build, compiles: without === undefined || build === "2022 or earlier" };
}
