/** The documents name files and sections that exist. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const root = process.cwd();

function documents(folder = "."): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === "node_modules" || (entry.name.startsWith(".") && entry.name !== ".github")) return [];
    if (entry.isDirectory()) return documents(path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

const text = (path: string) => readFileSync(join(root, path), "utf8");

/** How GitHub makes an anchor of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

const anchorsOf = (path: string) => [...text(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchor(heading));

/** Folders of the repository, for what a document puts in backticks: `lib/http/guard.ts`. Others are examples. */
const named =
  /`((?:app|components|lib|sandbox|tests|e2e|scripts|docs|public)\/[\w@/().[\]-]+\.(?:tsx?|mjs|cjs|md|css))`/g;
/** The example of docs/add-a-vendor.md. */
const example = /\/atlas\//;

describe.each(documents())("%s", (path) => {
  test("links to files and sections that exist", () => {
    const links = [...text(path).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const broken = links.filter((target) => {
      const [file = "", section] = target.split("#");
      const to = file === "" ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, to))) return true;
      return section !== undefined && to.endsWith(".md") && !anchorsOf(to).includes(section);
    });
    expect(broken.filter((target) => !/00MM-/.test(target))).toEqual([]);
  });

  test("names source files that exist", () => {
    const files = [...text(path).matchAll(named)].map(([, file = ""]) => file);
    expect(files.filter((file) => !example.test(file) && !existsSync(join(root, file)))).toEqual([]);
  });
});
