/** Where things are in the checkout. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A path inside the checkout. @param {string[]} parts */
export const inside = (...parts) => join(root, ...parts);

/** Programs are started as `node <file>`, never through npx: killing npx leaves the program running. */
export const programs = {
  next: inside("node_modules/next/dist/bin/next"),
  tsc: inside("node_modules/typescript/bin/tsc"),
  biome: inside("node_modules/@biomejs/biome/bin/biome"),
  jest: inside("node_modules/jest/bin/jest.js"),
  playwright: inside("node_modules/@playwright/test/cli.js"),
};
