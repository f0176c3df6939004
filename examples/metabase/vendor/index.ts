import "server-only";
/** Metabase: dashboards by signed embedding (README.md). */
import type { Vendor } from "@/lib/vendors/vendor";
import { Embed } from "./browser/embed-lazy";
import { environment, type MetabaseConfig } from "./config";
import { endpoint, type MetabaseBrowser, type MetabaseGrant, route, vendorName } from "./protocol";
import { csp } from "./server/csp";
import { checks } from "./server/doctor";
import { connect, mint, revoke } from "./server/mint";

export const metabase: Vendor<MetabaseConfig, object, MetabaseGrant, MetabaseBrowser> = {
  id: "metabase",
  name: vendorName,
  section: "Metabase",
  route,
  endpoint,
  kinds: ["metabase-dashboard"],
  keepAlive: false,
  renewal: "grant",
  // The longest address lives ten minutes (server/mint.ts); the hour allows for clocks that differ.
  maxLifetimeMs: 3600_000,
  environment,
  // Nothing is held at Metabase: one connection serves every item.
  scope: () => "",
  requestedAccess: ({ target }) => ({
    dashboard: target.dashboard ?? "",
    ...(target.locked ? { locked: target.locked } : {}),
  }),
  connect,
  mint,
  revoke,
  csp,
  browser: ({ url }) => ({ origin: new URL(url).origin }),
  loginDescription: () => "With addresses that the portal signs for each user",
  checks,
  Embed,
};
