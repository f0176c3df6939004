/** Names and shapes the query that carries a grant from the server's stream to the embed. Shared by both sides. */
import type { EmbedProblem } from "@/lib/vendors/embed-host";

/** Where a grant comes from. */
export interface GrantAddress {
  readonly vendor: string;
  readonly endpoint: string;
  /** The item's slug; absent for vendors whose grant serves every item. */
  readonly item?: string;
}

/**
 * A grant, or the reason why there is none, and when that was decided (milliseconds since the epoch). The reason is a
 * value and not an error, because an error would lose its details on the way from the server's stream to the browser.
 */
export type Streamed<Grant> = {
  readonly at: number;
  /** The request that it came with: under this id "How this opened" knows it. */
  readonly requestId?: string | undefined;
} & ({ readonly grant: Grant; readonly problem?: never } | { readonly problem: EmbedProblem; readonly grant?: never });

export const grantKey = (vendor: string, item?: string) => ["grant", vendor, item ?? null] as const;
