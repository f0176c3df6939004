import "server-only";
/** What the portal's pages must allow for ThoughtSpot. */
import type { CspSources } from "@/lib/security/csp";
import type { ThoughtSpotConfig } from "../config";

/**
 * Exactly one origin, in both directives: the SDK hands its token to whatever document sits in its iframe, so the frame
 * must not be able to leave ThoughtSpot.
 */
export function csp({ url }: ThoughtSpotConfig): CspSources {
  const { origin } = new URL(url);
  return { frame: [origin], connect: [origin] };
}
