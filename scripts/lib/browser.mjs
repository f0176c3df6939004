/** Installs a Chromium for the end-to-end tests when there is none. */

import { Failure, say } from "./cli.mjs";
import { findBrowser } from "./find-browser.cjs";
import { programs } from "./paths.mjs";
import { command } from "./processes.mjs";

const downloadMs = 300_000;

/** @throws Failure when there is no browser and none can be installed */
export async function requireBrowser() {
  const { chromium } = await import("@playwright/test");
  const find = () => findBrowser(chromium.executablePath());
  if (find()) return find();

  say("No Chromium here: installing Playwright's.");
  await command(process.execPath, [programs.playwright, "install", "--with-deps", "chromium"], {
    timeoutMs: downloadMs,
  });
  if (find()) return find();

  say("That did not work: trying Debian's package.");
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const apt = async (/** @type {string[]} */ ...args) => {
    const [program = "apt-get", ...rest] = [...asRoot, "apt-get", ...args];
    return command(program, rest, { timeoutMs: downloadMs });
  };
  if ((await apt("update")) === 0) await apt("install", "-y", "chromium");
  const found = find();
  if (found) return found;
  throw new Failure(
    "No Chromium was found and none could be installed. Install Chromium or Google Chrome, or run `npx playwright install --with-deps chromium`.",
  );
}
