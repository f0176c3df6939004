/**
 * Writes a vendor that works: `npm run new-vendor <id>` from the made-up Atlas of examples/, with every name changed;
 * `npm run new-vendor metabase` or `superset` copies that example in.
 */
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Failure, run, say } from "./lib/cli.mjs";
import { programs, root } from "./lib/paths.mjs";
import { addToLists } from "./lib/vendor-files.mjs";

const template = "atlas";
const inside = (/** @type {string[]} */ ...parts) => join(root, ...parts);
const capital = (/** @type {string} */ id) => id[0]?.toUpperCase() + id.slice(1);

/** @param {string} folder @returns {string[]} */
const filesIn = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });

run(async () => {
  const [id = "", ...flags] = process.argv.slice(2);
  if (!/^[a-z][a-z0-9]*$/.test(id))
    throw new Failure("Usage: npm run new-vendor <id>. The id is lower-case letters and digits, such as metabase.");
  for (const folder of [`lib/vendors/${id}`, `sandbox/${id}`, `app/api/${id}`])
    if (existsSync(inside(folder)))
      throw new Failure(`${folder} exists already: choose another id, or remove it first.`);

  const from = existsSync(inside("examples", id)) ? id : template;
  const example = JSON.parse(readFileSync(inside("examples", from, "example.json"), "utf8"));
  const rename = (/** @type {string} */ text) =>
    renamed(
      text
        .replaceAll(`@/examples/${from}/vendor`, `@/lib/vendors/${id}`)
        .replaceAll(`@/examples/${from}/sandbox`, `@/sandbox/${id}`),
    );
  const renamed = (/** @type {string} */ text) =>
    from === id
      ? text
      : text
          .replaceAll('"/reports"', `"/${id}"`)
          .replaceAll(template.toUpperCase(), id.toUpperCase())
          .replaceAll(capital(template), capital(id))
          .replaceAll(template, id);

  /** @type {string[]} */
  const written = [];
  for (const [part, to] of /** @type {const} */ ([
    ["vendor", `lib/vendors/${id}`],
    ["sandbox", `sandbox/${id}`],
  ])) {
    cpSync(inside("examples", from, part), inside(to), { recursive: true });
    for (const path of filesIn(inside(to))) {
      writeFileSync(path, rename(readFileSync(path, "utf8")));
      const name = renamed(path.slice(root.length));
      if (name !== path.slice(root.length)) renameSync(path, root + name);
    }
    written.push(to);
  }
  const route = inside(`app/api/${id}/token/route.ts`);
  mkdirSync(dirname(route), { recursive: true });
  writeFileSync(route, grantRoute(id));
  written.push(`app/api/${id}`);

  const name = from === id ? example.name : capital(id);
  const claim = renamed(example.claim);
  const items = JSON.parse(renamed(JSON.stringify(example.items))).map((/** @type {object} */ item) => ({
    ...item,
    vendor: id,
    tags: [],
    open: ["everyone"],
  }));
  const create = `create${capital(id)}`;
  addToLists(root, { id, create, name, host: renamed(example.host), claim, account: example.account, items });
  const variables = readFileSync(inside(`lib/vendors/${id}/env.example`), "utf8");
  const heading = `# --- ${name} (docs/setup/${id}.md) ${"-".repeat(120)}`.slice(0, 116);
  appendFileSync(inside(".env.local.example"), `\n${heading}\n\n${variables}`);
  mkdirSync(inside("docs/setup"), { recursive: true });
  writeFileSync(
    inside(`docs/setup/${id}.md`),
    `# ${name}\n\nThe variables are in \`.env.local.example\`; what the portal says to it is in [its folder](../../lib/vendors/${id}/README.md).\n`,
  );

  const packages = Object.entries(example.packages).map(([pack, version]) => `${pack}@${version}`);
  if (packages.length > 0 && !flags.includes("--no-install"))
    command("npm", ["install", "--save-exact", "--no-audit", "--no-fund", ...packages]);
  command(process.execPath, [
    programs.biome,
    "check",
    "--write",
    ...written,
    "lib/vendors",
    "lib/config",
    "sandbox/vendors.ts",
    "portal.config.ts",
  ]);
  command(process.execPath, ["--import", "tsx", "tests/architecture/write-map.ts"]);
  say(`Written: ${written.join(", ")}, docs/setup/${id}.md, and one line in each list.`);
  say(`Open it: npm run demo, then ${name} in the rail. Prove it: npx jest lib/vendors/${id}`);
});

/** @param {string} program @param {string[]} args */
function command(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Failure(`${args.join(" ")} failed:\n${stdout}${stderr}`);
}

/** @param {string} id */
function grantRoute(id) {
  return `import { itemGrantRoute } from "@/lib/grants/grant";
import { methodNotAllowed } from "@/lib/http/guard";

/** \`{item, renew?}\` → the vendor's grant (lib/vendors/${id}/protocol.ts). */
export const POST = itemGrantRoute("${id}");

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = methodNotAllowed("POST");
`;
}
