import "server-only";
/** Apache Superset: dashboards by guest token and Superset's own SDK (README.md). */
import type { Vendor } from "@/lib/vendors/vendor";
import { Embed } from "./browser/embed-lazy";
import { environment, type SupersetConfig } from "./config";
import { endpoint, route, type SupersetBrowser, type SupersetGrant, vendorName } from "./protocol";
import { csp } from "./server/csp";
import { checks } from "./server/doctor";
import { connect, mint, revoke, type SupersetState } from "./server/mint";

export const superset: Vendor<SupersetConfig, SupersetState, SupersetGrant, SupersetBrowser> = {
  id: "superset",
  name: vendorName,
  section: "Superset",
  route,
  endpoint,
  kinds: ["superset-dashboard"],
  keepAlive: false,
  renewal: "connection",
  // A guest token lives five minutes (server/mint.ts); the hour allows for clocks that differ.
  maxLifetimeMs: 3600_000,
  environment,
  // A guest token is for one dashboard and one condition on its rows.
  scope: ({ target }) => JSON.stringify([target.dashboard, target.clause]),
  requestedAccess: ({ target }) => ({
    dashboard: target.dashboard ?? "",
    ...(target.clause ? { clause: target.clause } : {}),
  }),
  connect,
  mint,
  revoke,
  csp,
  browser: ({ url }) => ({ url }),
  loginDescription: () => "With guest tokens that the service account makes for each user",
  checks,
  Embed,
};
