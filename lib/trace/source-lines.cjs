/**
 * Where in the repository the functions are that hops name: read when Next starts or builds (next.config.js), because the
 * server has no sources later.
 */
const { readdirSync, readFileSync, existsSync } = require("node:fs");
const { join } = require("node:path");

/** `"lib/broker/policy.ts#admit"` */
const reference = /"((?:app|components|lib)\/[^"#]+\.tsx?)#(\w+)"/g;

/**
 * The files that name functions.
 *
 * @param {string} root
 */
function termFiles(root) {
  const vendors = join(root, "lib/vendors");
  const ofVendors = readdirSync(vendors).map((name) => join(vendors, name, "hops.ts"));
  return [join(root, "lib/trace/portal-terms.ts"), ...ofVendors.filter(existsSync)];
}

/**
 * The line of a function, method, constant or class; undefined when there is none of this name.
 *
 * @param {string} source
 * @param {string} name
 */
function lineOf(source, name) {
  const declaration = new RegExp(
    `\\b(?:function|const|class)\\s+${name}\\b|^\\s*(?:(?:async|static|readonly)\\s+)*${name}\\s*[(<]`,
  );
  const index = source.split("\n").findIndex((line) => declaration.test(line));
  return index < 0 ? undefined : index + 1;
}

/**
 * @param {string} root the folder of the repository
 * @returns {Record<string, number | undefined>} the line of each reference
 */
function sourceLines(root) {
  /** @type {Record<string, number | undefined>} */
  const lines = {};
  for (const file of termFiles(root))
    for (const [, path = "", name = ""] of readFileSync(file, "utf8").matchAll(reference)) {
      const whole = join(root, path);
      lines[`${path}#${name}`] = existsSync(whole) ? lineOf(readFileSync(whole, "utf8"), name) : undefined;
    }
  return lines;
}

/**
 * `repository` of package.json as the address of its files on the main branch; null when there is none on GitHub.
 *
 * @param {string} root the folder of the repository
 * @returns {string | null}
 */
function repositoryFiles(root) {
  const { repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const url = typeof repository === "string" ? repository : (repository?.url ?? "");
  const path = /github(?:\.com[/:]|:)([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(url)?.[1];
  return path ? `https://github.com/${path}/blob/main` : null;
}

module.exports = { sourceLines, repositoryFiles };
