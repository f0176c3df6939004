import "server-only";
/** ThoughtSpot: trusted authentication, embedded by the Visual Embed SDK. README.md says how the parts meet. */
import type { Vendor } from "../vendor";
import { environment, type ThoughtSpotConfig } from "./config";
import { csp } from "./csp";
import { checks } from "./doctor";
import { Embed } from "./embed-lazy";
import { connect, mint, revoke, type State } from "./mint";
import { type Browser, type Grant, kinds, scopeOf } from "./protocol";

const vendor: Vendor<ThoughtSpotConfig, State, Grant, Browser> = {
  id: "thoughtspot",
  name: "ThoughtSpot",
  section: "Insights",
  route: "/insights",
  endpoint: "/api/thoughtspot/token",
  kinds,
  keepAlive: false,
  renewal: "connection",
  environment,
  scope: scopeOf,
  connect,
  mint,
  revoke,
  csp,
  browser: ({ url, login, orgId }) => ({ host: url, login, orgId }),
  openAddress: (item) => `/open/thoughtspot/${item.slug}`,
  checks,
  Embed,
};

export const thoughtspot = vendor as Vendor;
