import "server-only";
/** Origins the portal's pages must allow for MicroStrategy. */
import type { CspSources } from "@/lib/security/csp";
import type { MicroStrategyConfig } from "../config";

/**
 * The Library in `script-src` (its SDK) and `frame-src`: the SDK itself needs nothing else (measured). `connect-src` is
 * for the portal's own question whose session the browser still holds, and for MicroStrategy Web's task servlet.
 */
export function csp(config: MicroStrategyConfig): CspSources {
  const library = new URL(config.libraryUrl).origin;
  const web = config.login === "web" && config.webSession === "browser" && config.webUrl;
  const connect = web ? [library, new URL(web).origin] : [library];
  return {
    script: [library],
    frame: [library],
    connect: [...new Set(connect)],
    unsafeEval: config.sdkEval,
  };
}
