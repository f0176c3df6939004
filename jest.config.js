// Two projects: `node` for lib, sandbox and route handlers, `dom` for client components (*.dom.test.tsx).
const { default: nextJest } = require("next/jest");

const withNext = nextJest({ dir: "./" });

// Packages that are ES modules only: Jest on Node 20 must transform them.
const esm = ["next-auth", "@auth", "jose", "oauth4webapi", "@panva"];

/** @param {import("jest").Config} config */
const project = async (config) => {
  const resolved = await withNext({ moduleNameMapper: { "^@/(.*)$": "<rootDir>/$1" }, ...config })();
  // Must be set after next/jest, which brings its own.
  resolved.transformIgnorePatterns = [`/node_modules/(?!(${esm.join("|")})/)`, "^.+\\.module\\.(css|sass|scss)$"];
  return resolved;
};

const ignored = ["<rootDir>/node_modules/", "<rootDir>/.next/", "<rootDir>/e2e/"];

module.exports = async () => ({
  // A net for tests that hang, not a measure: a busy machine runs the longest ones in several times their usual time.
  testTimeout: 30_000,
  // The sandbox serves browser code that must be built first.
  globalSetup: "<rootDir>/tests/global-setup.mjs",
  projects: [
    await project({
      displayName: "node",
      testEnvironment: "node",
      setupFiles: ["<rootDir>/tests/env.ts"],
      globalSetup: "<rootDir>/tests/postgres/jest-start.cjs",
      globalTeardown: "<rootDir>/tests/postgres/jest-stop.cjs",
      testMatch: ["<rootDir>/**/*.test.ts", "<rootDir>/**/*.test.tsx"],
      testPathIgnorePatterns: [...ignored, "\\.dom\\.test\\.tsx$"],
    }),
    await project({
      displayName: "dom",
      testEnvironment: "jsdom",
      setupFilesAfterEnv: ["<rootDir>/tests/dom.ts"],
      testMatch: ["<rootDir>/**/*.dom.test.tsx"],
      testPathIgnorePatterns: ignored,
    }),
  ],
});
