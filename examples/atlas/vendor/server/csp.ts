import "server-only";
import type { CspSources } from "@/lib/security/csp";
import type { AtlasConfig } from "../config";

/** The page frames Atlas and talks to it by messages: nothing else is needed. */
export const csp = ({ url }: AtlasConfig): CspSources => ({ frame: [new URL(url).origin] });
