import "server-only";
/**
 * The address of the 2021 login: `GET …/session/auth/token?username=…&auth_token=…&redirect_url=…`.
 *
 * Two spellings, on purpose: the request says `auth_token`, the redirect address inside it says `authtoken`. The token
 * is encoded once for the first and, because the redirect address is itself a parameter, twice for the second.
 */
import type { Item } from "@/lib/config/portal";
import type { ThoughtSpotConfig } from "../config";
import { flagsOf, routeOf, usesV2Path } from "../protocol";

/** Where ThoughtSpot sends the browser: built from the configured host and the catalog, never from a request. */
export function redirectTarget(config: Pick<ThoughtSpotConfig, "url">, item: Item, token: string): string {
  const query = [`authtoken=${encodeURIComponent(token)}`, "embedApp=true", ...flagsOf(item)].join("&");
  return `${config.url}/${usesV2Path(item.kind) ? "v2/" : ""}?${query}#${routeOf(item)}`;
}

/** The complete login address. It carries the token: never log it, and send it with `Referrer-Policy: no-referrer`. */
export function loginAddress(
  config: Pick<ThoughtSpotConfig, "url" | "v1Prefix" | "v1LoginPath">,
  item: Item,
  username: string,
  token: string,
): string {
  const query = [
    `username=${encodeURIComponent(username)}`,
    `auth_token=${encodeURIComponent(token)}`,
    `redirect_url=${encodeURIComponent(redirectTarget(config, item, token))}`,
  ].join("&");
  return `${config.url}${config.v1Prefix}/tspublic/v1/${config.v1LoginPath}?${query}`;
}
