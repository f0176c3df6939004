import "server-only";
import { countAbandoned } from "@/lib/store/audit-events";
/** How much is going on, for the admin pages. */
import { countConnections } from "@/lib/store/connections";

export interface OpenConnections {
  readonly connections: number;
  readonly users: number;
}

/** The live connections of each vendor that has some. */
export async function openConnections(): Promise<ReadonlyMap<string, OpenConnections>> {
  const rows = await countConnections();
  return new Map(rows.map(({ vendor, ...counts }) => [vendor, counts]));
}

/** Abandoned revocations are shown for this long. */
const shownMs = 30 * 24 * 3600_000;

/** How many revocations of each vendor the portal has abandoned in the last 30 days. */
export const abandonedRevocations = (): Promise<ReadonlyMap<string, number>> => countAbandoned(Date.now() - shownMs);
