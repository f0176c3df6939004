import "server-only";
import type { CspSources } from "@/lib/security/csp";
import type { SupersetConfig } from "../config";

/** The SDK is bundled and talks to its frame by messages: nothing else is needed. */
export const csp = ({ url }: SupersetConfig): CspSources => ({ frame: [new URL(url).origin] });
