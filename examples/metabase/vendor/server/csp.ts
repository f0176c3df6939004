import "server-only";
import type { CspSources } from "@/lib/security/csp";
import type { MetabaseConfig } from "../config";

/** The page frames Metabase and talks to it by messages: nothing else is needed. */
export const csp = ({ url }: MetabaseConfig): CspSources => ({ frame: [new URL(url).origin] });
