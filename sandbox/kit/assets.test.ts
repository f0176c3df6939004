import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type AssetName, asset, assetResponse } from "./assets";

const build = join(process.cwd(), "sandbox/kit/build.mjs");

/** Builds another sandbox folder, in a process of its own: the build is an ES module. */
function buildFolder(folder: string): string[] {
  const program = `const { buildBrowserCode } = await import(${JSON.stringify(pathToFileURL(build).href)});
    console.log(JSON.stringify(await buildBrowserCode(process.argv[1])));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", program, "--", folder], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output) as string[];
}

describe("the build of the browser code", () => {
  let folder = "";
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const built = (path: string) => readFileSync(join(folder, ".built", path), "utf8");
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "portico-sandbox-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("takes the files directly in browser/ for entries, with what they import", () => {
    write(
      "crm/browser/client.ts",
      'import { greeting } from "./parts/greeting";\ndocument.title = greeting("Ä") as string;',
    );
    write("crm/browser/client.test.ts", "test('x', () => {});");
    write("crm/browser/parts/greeting.ts", 'export const greeting = (name: string): unknown => "Good day, " + name;');
    write("crm/browser/pages.css", "body { color: red }");
    write("crm/server.ts", "export {};");
    expect(buildFolder(folder)).toEqual(["crm/client.js", "crm/pages.css"]);
    expect(built("crm/client.js")).toContain("Good day, ");
    expect(built("crm/client.js")).toContain("Ä");
    expect(built("crm/pages.css")).toContain("color: red");
  });

  test("removes what was built from an entry that is gone", () => {
    write("crm/browser/old.ts", "document.title = 'old';");
    write("crm/browser/new.ts", "document.title = 'new';");
    buildFolder(folder);
    rmSync(join(folder, "crm/browser/old.ts"));
    expect(buildFolder(folder)).toEqual(["crm/new.js"]);
    expect(existsSync(join(folder, ".built/crm/old.js"))).toBe(false);
  });

  test("fails for a source that needs Node or does not parse", () => {
    write(
      "crm/browser/client.ts",
      'import { readFileSync } from "node:fs";\ndocument.title = readFileSync("x", "utf8");',
    );
    expect(() => buildFolder(folder)).toThrow(/node:fs/);
    write("crm/browser/client.ts", "const x = ;");
    expect(() => buildFolder(folder)).toThrow(/Unexpected/);
  });
});

const entries = readdirSync(join(process.cwd(), "sandbox"), { withFileTypes: true })
  .filter((service) => service.isDirectory() && existsSync(join(process.cwd(), "sandbox", service.name, "browser")))
  .flatMap((service) =>
    readdirSync(join(process.cwd(), "sandbox", service.name, "browser"))
      .filter((name) => /\.(tsx?|css)$/.test(name) && !/\.(test\.tsx?|d\.ts)$/.test(name) && service.name !== "kit")
      .map((name): [string, AssetName] => [service.name, name.replace(/\.tsx?$/, ".js") as AssetName]),
  );

test.each(entries)("%s serves its %s", async (service, name) => {
  const response = assetResponse(service, name);
  expect(response.headers.get("content-type")).toMatch(name.endsWith(".js") ? /^text\/javascript/ : /^text\/css/);
  expect((await response.text()).length).toBeGreaterThan(0);
});

test("a file that is not built is named with its source and the command", () => {
  expect(() => asset("thoughtspot", "nothing.js")).toThrow(
    "thoughtspot/nothing.js is not built. Run `node sandbox/kit/build.mjs`; its source is sandbox/thoughtspot/browser/nothing.ts(x).",
  );
});
