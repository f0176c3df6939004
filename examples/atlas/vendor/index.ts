import "server-only";
/** Atlas: reports behind signed addresses. What `npm run new-vendor` starts from. */
import type { Vendor } from "@/lib/vendors/vendor";
import { Embed } from "./browser/embed-lazy";
import { type AtlasConfig, environment } from "./config";
import { type AtlasBrowser, type AtlasGrant, endpoint, route, vendorName } from "./protocol";
import { csp } from "./server/csp";
import { checks } from "./server/doctor";
import { connect, mint, revoke } from "./server/mint";

export const atlas: Vendor<AtlasConfig, object, AtlasGrant, AtlasBrowser> = {
  id: "atlas",
  name: vendorName,
  section: "Reports",
  route,
  endpoint,
  kinds: ["atlas-report"],
  keepAlive: false,
  renewal: "grant",
  // The longest address lives five minutes (server/mint.ts); the hour allows for clocks that differ.
  maxLifetimeMs: 3600_000,
  environment,
  // Nothing is held at Atlas: one connection serves every item.
  scope: () => "",
  requestedAccess: ({ target }) => ({ report: target.report ?? "" }),
  connect,
  mint,
  revoke,
  csp,
  browser: ({ url }) => ({ origin: new URL(url).origin }),
  loginDescription: () => "With addresses that the portal signs for each user",
  checks,
  Embed,
};
