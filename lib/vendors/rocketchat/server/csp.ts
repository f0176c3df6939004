import "server-only";
import type { CspSources } from "@/lib/security/csp";
import type { Config } from "../config";

/** The page that Rocket.Chat shows in place of its login form. */
const loginPagePath = "/rocketchat/loading";

/**
 * The frame; one look whether the server answers at all when the frame stays silent; and the other way round, the one
 * page of the portal that Rocket.Chat frames.
 */
export function csp({ origin }: Pick<Config, "origin">): CspSources {
  return { frame: [origin], connect: [origin], framedPages: [{ path: loginPagePath, by: [origin] }] };
}
