import "server-only";
/** ThoughtSpot: trusted authentication, embedded by the Visual Embed SDK. README.md says how the parts meet. */
import type { Vendor } from "../vendor";
import { Embed } from "./browser/embed-lazy";
import { ThoughtSpotLive } from "./browser/live-integration";
import { environment, type ThoughtSpotConfig } from "./config";
import { hops } from "./hops";
import { type BrowserConfig, type Grant, kinds, type Login, scopeOf, vendorId, vendorName } from "./protocol";
import { csp } from "./server/csp";
import { requestedAccess } from "./server/decide";
import { checks } from "./server/doctor";
import { connect, mint, revoke } from "./server/mint";
import type { State } from "./server/state";

const loginDescription: Readonly<Record<Login, string>> = {
  cookieless: "With trusted authentication: a token for each request, no cookie",
  cookie: "With trusted authentication: a token that opens a cookie session",
  redirect: "With trusted authentication: the browser is led through ThoughtSpot's login address",
};

export const thoughtspot: Vendor<ThoughtSpotConfig, State, Grant, BrowserConfig> = {
  id: vendorId,
  name: vendorName,
  section: "Insights",
  route: "/insights",
  endpoint: "/api/thoughtspot/token",
  kinds,
  keepAlive: false,
  renewal: "connection",
  // Tokens live ten minutes; a session that one opened idles out after three hours. The fourth allows for clocks that differ.
  maxLifetimeMs: 4 * 3600_000,
  environment,
  scope: scopeOf,
  requestedAccess: (item, config) => requestedAccess(item, config, config.login === "redirect" ? "v1" : "v2"),
  connect,
  mint,
  revoke,
  csp,
  browser: ({ url, login, tokenCheck }) => ({ host: url, login, tokenCheck }),
  openAddress: ({ slug }) => `/open/thoughtspot/${slug}`,
  loginDescription: ({ login }) => loginDescription[login],
  checks,
  hops,
  Embed,
  Live: ThoughtSpotLive,
};
