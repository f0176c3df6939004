import "server-only";
/** MicroStrategy ("Strategy"): Library dashboards and other items, embedded with identity tokens. */
import type { Vendor } from "../vendor";
import { Embed } from "./browser/embed-lazy";
import { environment, type LoginStrategy, type MicroStrategyConfig } from "./config";
import { hops } from "./hops";
import { type BrowserConfig, type Grant, itemAddress, productName } from "./protocol";
import { csp } from "./server/csp";
import { checks } from "./server/doctor";
import { connect, mint, revoke, verifyCredential } from "./server/mint";
import type { State } from "./server/state";

const credentialText = {
  1: "With each user's own linked login",
  16: "With each user's own linked directory login (LDAP)",
} as const;

const loginDescription: Readonly<Record<Exclude<LoginStrategy, "credentials">, string>> = {
  "api-token": "With API tokens that the service account makes for each user",
  oidc: "With the tokens of the portal's own sign-in (OpenID Connect)",
  guest: "As guest: everyone sees the same",
  web: "With a MicroStrategy Web session",
};

export const microstrategy: Vendor<MicroStrategyConfig, State, Grant, BrowserConfig> = {
  id: "microstrategy",
  name: productName,
  section: "Dashboards",
  route: "/dashboards",
  endpoint: "/api/microstrategy/identity-token",
  kinds: ["dashboard", "report", "document", "bot", "library"],
  keepAlive: false,
  supportsInFrameNavigation: true,
  renewal: "grant",
  // An idle Intelligence Server session ends within 30 minutes by default ("User session idle time"); a day allows for more.
  maxLifetimeMs: 24 * 3600_000,
  environment,
  // One Library session serves every item.
  scope: () => "",
  // An identity token opens a session, not an object: this is what the portal gave it out for.
  requestedAccess: ({ target: { projectId, objectId } }, { login }) => ({
    login,
    ...(projectId && objectId ? { projectId, objectId } : {}),
  }),
  connect,
  mint,
  revoke,
  csp,
  browser: ({ libraryUrl, webUrl, login, webSession, sdkEval }) => ({
    libraryUrl,
    // The development server's own code is compiled in the browser, so its policy allows it.
    mayEvaluate: sdkEval || process.env.NODE_ENV === "development",
    webUrl: login === "web" && webSession === "browser" ? webUrl : null,
  }),
  openAddress: (item, { libraryUrl, webUrl, login, webSession }) =>
    // Whoever must sign in to MicroStrategy Web first finds its page there.
    login === "web" && webSession === "browser" && webUrl ? webUrl : itemAddress(libraryUrl, item.target),
  credentialNeeded: ({ login, webSession }) => login === "credentials" || (login === "web" && webSession === "server"),
  verifyCredential,
  loginDescription: ({ login, loginMode }) =>
    login === "credentials" ? credentialText[loginMode] : loginDescription[login],
  checks,
  hops,
  Embed,
};
