/** Names and shapes the query that carries a grant from the server's stream to the embed. Shared by both sides. */
import type { ProblemCode } from "@/lib/problem/codes";

/** Where a grant comes from. */
export interface GrantAddress {
  readonly vendor: string;
  readonly endpoint: string;
  /** The item's slug; absent for vendors whose grant serves every item. */
  readonly item?: string;
}

/** A failure as the page knows it: from a problem+json answer, or found out in the browser. */
export interface EmbedProblem {
  readonly code: ProblemCode;
  /** Only when there is a better sentence than the table's. */
  readonly detail?: string;
  readonly requestId?: string;
  readonly retryAfter?: number;
}

/**
 * A grant, or the reason why there is none, and when that was decided (milliseconds since the epoch). The reason is a
 * value and not an error, because an error would lose its words on the way from the server's stream to the browser.
 */
export type Streamed<Grant> = { readonly at: number } & (
  | { readonly grant: Grant; readonly problem?: never }
  | { readonly problem: EmbedProblem; readonly grant?: never }
);

export const grantKey = (vendor: string, item?: string) => ["grant", vendor, item ?? null] as const;
