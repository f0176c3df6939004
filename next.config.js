// What begins with NEXT_PUBLIC_ is built into the pages' scripts for everybody to read.
const exposed = Object.keys(process.env).find((name) =>
  /^NEXT_PUBLIC_.*(SECRET|PASSWORD|SERVICE_TOKEN|SEALING)/.test(name),
);
if (exposed) throw new Error(`${exposed} would be sent to every browser: take NEXT_PUBLIC_ off its name.`);

/** @type {import("next").NextConfig} */
const nextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  // No page has a picture to resize, and the resizer would fetch addresses for whoever asks.
  images: { unoptimized: true },
  // A page has its title from its first byte on, for everybody and not for robots alone: it is known without waiting.
  htmlLimitedBots: /.*/,
  // Native modules and servers stay outside the bundle.
  serverExternalPackages: ["libsql", "pg", "pino", "ws"],
  // Read from disk by the sandbox, which a preview serves (app/sandbox): the build step before this one made it.
  outputFileTracingIncludes: { "/sandbox/*": ["./sandbox/.built/**/*", "./sandbox/thoughtspot/client/*"] },
  // The framework's own conveniences that write into the checkout or need the network are off.
  agentRules: false,
  experimental: { agentUpgrade: false },
};

module.exports = nextConfig;
