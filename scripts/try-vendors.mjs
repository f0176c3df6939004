/**
 * Proves `remove-vendor` and `new-vendor` on scratch copies of the checkout: `npm run try-vendors [<id>…]`. Each vendor is
 * removed, and each example and a new one are added; types, lint and the unit tests that know vendors must stay green.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Failure, run, say } from "./lib/cli.mjs";
import { programs, root } from "./lib/paths.mjs";

const ids = readdirSync(join(root, "lib/vendors")).filter((name) =>
  existsSync(join(root, "lib/vendors", name, "index.ts")),
);
const examples = readdirSync(join(root, "examples")).filter((name) =>
  existsSync(join(root, "examples", name, "example.json")),
);
const trials = [
  ...ids.map((id) => ({
    id,
    script: "remove-vendor",
    tests: ["app/sandbox", "tests/vendors", "tests/architecture", "lib/config", "sandbox/idp"],
  })),
  ...["zeppelin", ...examples.filter((id) => id !== "atlas")].map((id) => ({
    id,
    script: "new-vendor",
    tests: [`lib/vendors/${id}`, "tests/vendors", "tests/architecture", "app/sandbox"],
  })),
];

run(async () => {
  const wanted = process.argv.slice(2);
  for (const trial of trials.filter(({ id }) => wanted.length === 0 || wanted.includes(id))) {
    const copy = scratchCopy();
    try {
      const step = (/** @type {string[]} */ ...args) => {
        const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8" });
        if (status !== 0) throw new Failure(`${trial.script} ${trial.id}: ${args.join(" ")}\n${stdout}${stderr}`);
      };
      step(`scripts/${trial.script}.mjs`, trial.id, "--no-install");
      step(programs.next, "typegen");
      step(programs.tsc, "--noEmit");
      step(programs.biome, "check", "--error-on-warnings", ".");
      step(programs.jest, "--silent", ...trial.tests);
      say(`${trial.script} ${trial.id}: types, lint and tests are green`);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
});

/** The checkout as Git has it, with the installed packages linked in. */
function scratchCopy() {
  const copy = mkdtempSync(join(tmpdir(), "portico-"));
  const { stdout } = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const path of stdout.split("\n").filter((one) => one && existsSync(join(root, one)))) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  spawnSync("git", ["init", "-q"], { cwd: copy });
  return copy;
}
