/** What must be there before anything else can run: Node, the dependencies, a build. Built-in modules only. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure, say } from "./cli.mjs";
import { inside } from "./paths.mjs";
import { command } from "./processes.mjs";

/** @type {[number, number]} */
const oldestNode = [20, 9];

/** @throws Failure when this Node is older than package.json's `engines` allow */
export function requireNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [wantedMajor, wantedMinor] = oldestNode;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new Failure(
    `Node ${version} is too old: Portico needs Node ${oldestNode.join(".")} or newer. Install it from https://nodejs.org (24 is recommended) and try again.`,
  );
}

/** @param {string} path */
const readJson = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
};

/**
 * Whether node_modules holds what package-lock.json asks for.
 *
 * npm writes node_modules/.package-lock.json last, after a complete install, so an interrupted one does not pass.
 */
export function isInstalled(folder = inside()) {
  const wanted = readJson(join(folder, "package-lock.json"))?.packages;
  const present = readJson(join(folder, "node_modules/.package-lock.json"))?.packages;
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === "" || entry.link || (present[path] ? present[path].version === entry.version : Boolean(entry.optional)),
  );
}

/** Installs the dependencies when they are missing or do not match the lock file. */
export async function installMissing() {
  if (isInstalled()) return;
  say("Installing dependencies (about a minute).");
  // Not `npm ci`: it refuses a lock file in which the optional packages of other platforms are missing. What the lock
  // file does hold is installed exactly. NODE_ENV=production must not leave out what builds and runs the sandbox.
  const args = ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund"];
  const npm = process.env.npm_execpath;
  const code = npm ? await command(process.execPath, [npm, ...args]) : await command("npm", args);
  if (code !== 0)
    throw new Failure("The dependencies could not be installed. The lines above say why; `npm install` repeats it.");
}

const sources = [
  "app",
  "components",
  "lib",
  "sandbox",
  "public",
  "portal.config.ts",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "next.config.js",
  "postcss.config.mjs",
  "package-lock.json",
  "tsconfig.json",
];
const isTest = /(\.test\.tsx?|\.md)$/;

/**
 * The newest change below a path, in milliseconds since the epoch. Folders count too: a deleted file changes its folder.
 *
 * @param {string} path
 * @returns {number}
 */
function newestChange(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return isTest.test(path) ? 0 : stat.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), stat.mtimeMs);
}

/**
 * Whether .next holds a finished build of the sources as they are now: Next writes export-marker.json last, and
 * package.json first, so what changed while it built counts as newer.
 */
export function isBuilt(folder = inside()) {
  const finished = existsSync(join(folder, ".next/export-marker.json")) && existsSync(join(folder, ".next/BUILD_ID"));
  const began = statSync(join(folder, ".next/package.json"), { throwIfNoEntry: false });
  if (!finished || !began) return false;
  return sources.every((source) => newestChange(join(folder, source)) <= began.mtimeMs);
}
