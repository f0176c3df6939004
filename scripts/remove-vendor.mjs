/**
 * Removes a vendor wholly: `npm run remove-vendor <id>`. Its folders, routes, specs, documents and packages go, and its
 * line in every list. What still names it afterwards is listed, with file and line.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { Failure, run, say } from "./lib/cli.mjs";
import { programs, root } from "./lib/paths.mjs";
import { removeFromLists } from "./lib/vendor-files.mjs";

const inside = (/** @type {string[]} */ ...parts) => join(root, ...parts);

run(async () => {
  const [id = "", ...flags] = process.argv.slice(2);
  if (!/^[a-z][a-z0-9]*$/.test(id) || !existsSync(inside("lib/vendors", id, "index.ts")))
    throw new Failure(`Usage: npm run remove-vendor <id>. There are: ${vendorIds().join(", ")}.`);
  if (vendorIds().length === 1) throw new Failure("This is the last vendor: a portal without one shows nothing.");

  const before = packagesInUse();
  const gone = ownPaths(id);
  for (const path of gone) rmSync(inside(path), { recursive: true, force: true });
  for (let path = orphan(gone); path !== undefined; path = orphan(gone)) {
    rmSync(inside(path));
    gone.push(path);
  }
  removeFromLists(root, id);
  const after = packagesInUse();
  const unused = declaredPackages().filter((name) => before.has(name) && !after.has(name));
  // Packages that only those needed beside them: of the same scope, and imported by nothing.
  const scopes = unused.flatMap((name) =>
    name.startsWith("@") && name !== "@types" ? [`${name.split("/")[0]}/`] : [],
  );
  const packages = declaredPackages().filter(
    (name) => unused.includes(name) || (!after.has(name) && scopes.some((scope) => name.startsWith(scope))),
  );
  if (packages.length > 0 && !flags.includes("--no-install"))
    command("npm", ["uninstall", "--no-audit", "--no-fund", ...packages]);
  command(process.execPath, [
    programs.biome,
    "check",
    "--write",
    "lib/vendors",
    "lib/config",
    "sandbox/vendors.ts",
    "portal.config.ts",
  ]);
  command(process.execPath, ["--import", "tsx", "tests/architecture/write-map.ts"]);

  say(`Removed ${id}${packages.length > 0 ? `, with ${packages.join(", ")}` : ""}.`);
  const left = mentions(id);
  if (left.length > 0) say(`Words that still name it, for you to read:\n${left.map((line) => `  ${line}`).join("\n")}`);
});

/** The ids of the vendors, from their folders. */
function vendorIds() {
  return readdirSync(inside("lib/vendors")).filter((name) => existsSync(inside("lib/vendors", name, "index.ts")));
}

/** Folders and files that are the vendor's own, by their names. @param {string} id */
function ownPaths(id) {
  const named = (/** @type {string} */ folder) =>
    existsSync(inside(folder))
      ? readdirSync(inside(folder)).flatMap((name) =>
          new RegExp(`(^|-)${id}(-|\\.)`).test(name) ? [`${folder}/${name}`] : [],
        )
      : [];
  return [
    `lib/vendors/${id}`,
    `sandbox/${id}`,
    `app/api/${id}`,
    `app/open/${id}`,
    `app/${id}`,
    ...[
      "app/sandbox",
      "e2e",
      "e2e/fixtures",
      "tests",
      "tests/fixtures",
      "docs/setup",
      "scripts",
      "scripts/real",
      "scripts/bench",
    ].flatMap(named),
  ];
}

/**
 * What tests share and what imports something that is gone: it was about the vendor, whatever its own name is.
 *
 * @param {readonly string[]} gone
 */
function orphan(gone) {
  return sources().find((path) => {
    if (!/^(e2e|tests)\/fixtures\/.*\.ts$/.test(path)) return false;
    return [...readFileSync(inside(path), "utf8").matchAll(/from "(@\/|\.\.?\/)([^"]*)"/g)].some(
      ([, start = "", rest = ""]) => {
        const target = start === "@/" ? rest : posix.join(dirname(path), start, rest);
        return gone.some(
          (one) => target === one || target === one.replace(/\.tsx?$/, "") || target.startsWith(`${one}/`),
        );
      },
    );
  });
}

/** Files that are searched: all that Git knows or would. */
function sources() {
  const { stdout } = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return stdout.split("\n").filter((path) => path && existsSync(inside(path)));
}

/** The packages that some source imports. */
function packagesInUse() {
  const names = new Set();
  for (const path of sources().filter((one) => /\.(tsx?|mjs|cjs|js)$/.test(one) && !one.startsWith("examples/")))
    for (const [, specifier = ""] of readFileSync(inside(path), "utf8").matchAll(
      /(?:from|import|import\(|require\(|mock\()\s*"([^"./][^"]*)"/g,
    ))
      names.add(specifier.startsWith("@") ? specifier.split("/").slice(0, 2).join("/") : specifier.split("/")[0]);
  return names;
}

/** @returns {string[]} */
function declaredPackages() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(inside("package.json"), "utf8"));
  return Object.keys({ ...dependencies, ...devDependencies });
}

/** @param {string} id @returns {string[]} */
function mentions(id) {
  return sources()
    .filter(
      (path) =>
        /\.(tsx?|mjs|cjs|js|css|json|example)$/.test(path) &&
        !/^(package-lock\.json|examples\/|scripts\/new-vendor)/.test(path),
    )
    .flatMap((path) =>
      readFileSync(inside(path), "utf8")
        .split("\n")
        .flatMap((line, index) => (new RegExp(`\\b${id}\\b`).test(line) ? [`${path}:${index + 1}`] : [])),
    );
}

/** @param {string} program @param {string[]} args */
function command(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Failure(`${args.join(" ")} failed:\n${stdout}${stderr}`);
}
