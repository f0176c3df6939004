const { repositoryFiles, sourceLines } = require("./lib/trace/source-lines.cjs");

// What begins with NEXT_PUBLIC_ is built into the pages' scripts for everyone to read. The portal itself has no such
// variable; list here the names of yours that look like a secret and are none, e.g. "NEXT_PUBLIC_MAPS_SITE_KEY".
/** @type {string[]} */
const meantToBePublic = [];

/** Names of secrets: a word of them anywhere, or a short one by itself or at the end of a part (`APIKEY`). */
const secretName =
  /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|SEALING|DATABASE|BEARER|COOKIE|(KEYS?|PWD|SALT|DSN|JWT|PAT)(_|$)|(^|_)PASS(_|$)/i;

const isSecret = (/** @type {string} */ name, /** @type {string | undefined} */ value) =>
  secretName.test(name) || /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*:[^/?#]*@/i.test(value ?? "");

/**
 * The first variable that would give a secret away: by its name, or because its value is that of a secret.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function exposedVariable(env) {
  const names = Object.keys(env);
  const isPublic = (/** @type {string} */ name) => name.startsWith("NEXT_PUBLIC_");
  const secrets = names.filter((name) => !isPublic(name) && isSecret(name, env[name])).map((name) => env[name]?.trim());
  return names.find((name) => {
    if (!isPublic(name) || meantToBePublic.includes(name)) return false;
    const value = env[name]?.trim() ?? "";
    return isSecret(name.slice("NEXT_PUBLIC_".length), value) || (value.length >= 8 && secrets.includes(value));
  });
}

const exposed = exposedVariable(process.env);
if (exposed)
  throw new Error(
    `${exposed} would be sent to every browser: take NEXT_PUBLIC_ off its name, or list it under meantToBePublic in next.config.js.`,
  );

/** What the drawer "How this opened" links to: the server has no sources when it runs. */
const source = { lines: sourceLines(__dirname), repository: repositoryFiles(__dirname) };

/** @type {import("next").NextConfig} */
const nextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  // No page resizes images, and the optimizer would fetch URLs for anyone.
  images: { unoptimized: true },
  // Send the title with the first bytes to every client, not only to bots: it is known without waiting.
  htmlLimitedBots: /.*/,
  // Native modules and servers stay outside the bundle.
  serverExternalPackages: ["libsql", "pg", "pino", "ws"],
  // Read from disk by the sandbox, which a preview serves (app/sandbox): the build step before this one made it.
  outputFileTracingIncludes: { "/sandbox/*": ["./sandbox/.built/**/*", "./sandbox/thoughtspot/client/*"] },
  env: { PORTICO_SOURCE: JSON.stringify(source) },
  // The framework's own conveniences that write into the checkout or need the network are off.
  agentRules: false,
  experimental: { agentUpgrade: false },
};

module.exports = nextConfig;
