import "server-only";
/** ThoughtSpot: trusted authentication, embedded by the Visual Embed SDK. README.md says how the parts meet. */
import type { Vendor } from "../vendor";
import { Embed } from "./browser/embed-lazy";
import { ThoughtSpotLive } from "./browser/live-half";
import { environment, type ThoughtSpotConfig } from "./config";
import { type Browser, type Grant, kinds, type Login, scopeOf, variablesOf } from "./protocol";
import { csp } from "./server/csp";
import { checks } from "./server/doctor";
import { connect, mint, requestedAccess, revoke, type State } from "./server/mint";

const loginDescription: Readonly<Record<Login, string>> = {
  cookieless: "With trusted authentication: a token for each request, no cookie",
  cookie: "With trusted authentication: a token that opens a cookie session",
  redirect: "With trusted authentication: the browser is led through ThoughtSpot's login address",
};

const vendor: Vendor<ThoughtSpotConfig, State, Grant, Browser> = {
  id: "thoughtspot",
  name: "ThoughtSpot",
  section: "Insights",
  route: "/insights",
  endpoint: "/api/thoughtspot/token",
  kinds,
  keepAlive: false,
  renewal: "connection",
  // The longest token asked for lives ten minutes (server/mint.ts); the hour allows for clocks that differ.
  maxLifetimeMs: 3600_000,
  environment,
  scope: scopeOf,
  requestedAccess,
  connect,
  mint,
  revoke,
  csp,
  browser: ({ url, login, tokenCheck, orgId }) => ({ host: url, login, tokenCheck, orgId }),
  // The redirect login carries no row-security variables, so such items open in the portal only.
  openAddress: (item) => (variablesOf(item).length > 0 ? undefined : `/open/thoughtspot/${item.slug}`),
  loginDescription: ({ login }) => loginDescription[login],
  checks,
  Embed,
  Live: ThoughtSpotLive,
};

export const thoughtspot = vendor as Vendor;
