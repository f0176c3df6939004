/**
 * Builds what runs in the browser for every service of the sandbox, with esbuild.
 *
 * Each file directly in `sandbox/<service>/browser/` is an entry: `client.ts` becomes `client.js`, `pages.css` stays
 * `pages.css`. What the entries share goes into folders below. The result is in `sandbox/.built/<service>/`, which
 * `kit/assets.ts` reads. `npm run build`, the sandbox's own start and Jest run this; by hand: `node sandbox/kit/build.mjs`.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const sandbox = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether a file of a `browser/` folder is an entry: source code that is neither a test nor a declaration. */
const isEntry = (/** @type {string} */ name) => /\.(tsx?|css)$/.test(name) && !/\.(test\.tsx?|d\.ts)$/.test(name);

/**
 * The entries of a folder, none if there is no such folder.
 *
 * @param {string} folder
 * @returns {import("node:fs").Dirent[]}
 */
function listFolder(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return [];
    throw error;
  }
}

/** Writes a file in one step, so that another process never reads half of it, and leaves an equal one alone. */
function writeFileWhole(/** @type {string} */ path, /** @type {Uint8Array} */ content) {
  try {
    if (readFileSync(path).equals(content)) return;
  } catch {
    // Not built before.
  }
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, path);
}

/**
 * Builds all entries and removes what was built from entries that are gone.
 *
 * @param {string} [folder] the sandbox's folder; tests pass another
 * @returns {Promise<string[]>} the files that are built now, as `<service>/<name>`
 * @throws what esbuild says about a source that it cannot build
 */
export async function buildBrowserCode(folder = sandbox) {
  const entryPoints = listFolder(folder)
    // The kit's own browser/ holds what the services' entries share.
    .filter((entry) => entry.isDirectory() && entry.name !== "kit")
    .flatMap((service) =>
      listFolder(join(folder, service.name, "browser"))
        .filter((entry) => entry.isFile() && isEntry(entry.name))
        .map((entry) => ({
          in: join(folder, service.name, "browser", entry.name),
          out: join(service.name, entry.name.replace(/\.[^.]+$/, "")),
        })),
    );
  const outdir = join(folder, ".built");
  const { outputFiles } = await build({
    entryPoints,
    outdir,
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    // Names and line breaks stay: people read the sandbox in their browser's developer tools.
    minify: false,
    charset: "utf8",
    loader: { ".svg": "dataurl" },
    logLevel: "warning",
  });
  for (const { path, contents } of outputFiles) writeFileWhole(path, contents);
  const built = outputFiles.map(({ path }) => relative(outdir, path).replaceAll("\\", "/")).sort();
  for (const service of listFolder(outdir))
    for (const { name } of listFolder(join(outdir, service.name)))
      if (/\.(js|css)$/.test(name) && !built.includes(`${service.name}/${name}`))
        rmSync(join(outdir, service.name, name), { force: true });
  return built;
}

// As a program. Without top-level await: tsx, which runs the sandbox, takes this file for CommonJS.
if (process.argv[1] && basename(process.argv[1]) === basename(import.meta.url))
  buildBrowserCode().catch(() => {
    // esbuild has said where and why.
    process.exitCode = 1;
  });
