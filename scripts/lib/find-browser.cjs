/** Finds a Chromium for the end-to-end tests. CommonJS, because Playwright loads it too. */
const { accessSync, constants, existsSync } = require("node:fs");
const { delimiter, join } = require("node:path");

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const suffix = process.platform === "win32" ? ".exe" : "";

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path the folders to look in, as in PATH */
function onPath(path) {
  const folders = path.split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name + suffix))).find(isExecutable);
}

/**
 * The browser to test with: the one named by PLAYWRIGHT_CHROMIUM_PATH, else Playwright's own, else one on the PATH.
 *
 * @param {string} ownBrowser where Playwright would keep its own
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | undefined} its path
 */
function findBrowser(ownBrowser, env = process.env) {
  if (env.PLAYWRIGHT_CHROMIUM_PATH) return env.PLAYWRIGHT_CHROMIUM_PATH;
  return existsSync(ownBrowser) ? ownBrowser : onPath(env.PATH ?? "");
}

module.exports = { findBrowser };
