import type { Vendor } from "../vendor";
import { Embed } from "./browser/embed-lazy";
import { RocketChatLive } from "./browser/live-integration";
import { type Config, environment } from "./config";
import { openAddress } from "./deep-link";
import { hops } from "./hops";
import {
  type BrowserConfig,
  endpoint,
  entryOf,
  type Grant,
  parseEvent,
  placeAt,
  roomOf,
  route,
  vendorName,
} from "./protocol";
import { csp } from "./server/csp";
import { checks } from "./server/doctor";
import { connect, mint, revoke } from "./server/mint";
import { share } from "./server/share";
import type { State } from "./server/state";

/** Rocket.Chat: rooms in one frame, signed in by a login token of the portal's own. */
export const rocketchat: Vendor<Config, State, Grant, BrowserConfig> = {
  id: "rocketchat",
  name: vendorName,
  section: "Chat",
  route,
  endpoint,
  kinds: ["room"],
  keepAlive: true,
  // The grant is the connection's own token: a new one is a new connection.
  renewal: "connection",
  // The default of `Accounts_LoginExpiration`.
  maxLifetimeMs: 90 * 24 * 3600_000,
  scope: () => "",
  environment,
  csp,
  browser: ({ url, origin }) => ({ url, origin }),
  prefersNewTab: true,
  openAddress: ({ target }) => openAddress(roomOf(target)),
  connect,
  mint,
  revoke,
  loginDescription: ({ login }) =>
    login === "create-token"
      ? "With login tokens that the service account makes for each user"
      : "With passwords that only the portal knows",
  checks,
  hops,
  Embed,
  Live: RocketChatLive,
  discuss: { placeOf: ({ target }, docked) => (docked ? placeAt(roomOf(target), true) : roomOf(target)) },
  notify: { entryOf: (message) => entryOf(parseEvent(message)) },
  share,
};
