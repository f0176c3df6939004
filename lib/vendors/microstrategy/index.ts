import "server-only";
/** MicroStrategy ("Strategy"): Library dashboards and other items, embedded with identity tokens. */
import type { Vendor } from "../vendor";
import { environment, type MicroStrategyConfig } from "./config";
import { csp } from "./csp";
import { checks } from "./doctor";
import { Embed } from "./embed-lazy";
import { connect, mint, revoke, type State, verifyCredential } from "./mint";
import { type Browser, type Grant, itemAddress } from "./protocol";

const vendor: Vendor<MicroStrategyConfig, State, Grant, Browser> = {
  id: "microstrategy",
  name: "MicroStrategy",
  section: "Dashboards",
  route: "/dashboards",
  endpoint: "/api/microstrategy/identity-token",
  kinds: ["dashboard", "report", "document", "bot", "library"],
  keepAlive: false,
  sharesFrame: true,
  renewal: "grant",
  environment,
  // One Library session serves every item.
  scope: () => "",
  connect,
  mint,
  revoke,
  csp,
  browser: ({ libraryUrl, webUrl, login, webSession }) => ({
    libraryUrl,
    webUrl: login === "web" && webSession === "browser" ? webUrl : null,
  }),
  openAddress: (item, { libraryUrl, webUrl, login, webSession }) =>
    // Whoever must sign in to MicroStrategy Web first finds its page there.
    login === "web" && webSession === "browser" && webUrl ? webUrl : itemAddress(libraryUrl, item.target),
  credentialNeeded: ({ login, webSession }) => login === "credentials" || (login === "web" && webSession === "server"),
  verifyCredential,
  checks,
  Embed,
};

export const microstrategy = vendor as Vendor;
