/** @type {import("next").NextConfig} */
const nextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  typedRoutes: false,
  // Native modules and servers stay outside the bundle.
  serverExternalPackages: ["libsql", "pg", "pino"],
  // The framework's own conveniences that write into the checkout or need the network are off.
  agentRules: false,
  experimental: { agentUpgrade: false },
};

module.exports = nextConfig;
