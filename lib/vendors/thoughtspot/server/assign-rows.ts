import "server-only";
/**
 * Brings the values that ThoughtSpot keeps for a user in line with the portal's decision. They hold for sessions of every
 * kind, so an old value would show old rows wherever the user gets to, also in items without rules of their own.
 *
 * Values are set by a token request and by nothing else that the portal may call. The token itself is not used.
 */
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isProblem, Problem } from "@/lib/problem/problem";
import { variablesOf, vendorName } from "../protocol";
import { mintCustom, revokeToken } from "./api";
import type { Context, Decision } from "./decide";
import { withKey } from "./keys";
import type { RowDecision } from "./rows";

const lifetimeSeconds = 30;
const revokesWithinMs = 3_000;
const assignedForMs = 10 * 60_000;
const maxRemembered = 5_000;

/** What was assigned last to an account, and until when (milliseconds since the epoch) nothing has to be said again. */
const assigned = perProcess("thoughtspot:assigned-rows", () => new Map<string, { values: string; until: number }>());

const keyOf = ({ config, account }: Context) => `${config.internalUrl} ${config.orgId} ${account}`;

/** Remembers what a token request has just assigned. */
export function rememberRows(context: Context, { variables }: RowDecision): void {
  if (assigned.size >= maxRemembered) assigned.clear();
  assigned.set(keyOf(context), { values: JSON.stringify(variables), until: Date.now() + assignedForMs });
}

/** Assigns the values now. */
export async function assignRows(context: Context, { username, rows, create }: Decision): Promise<void> {
  if (!rows) return;
  const { config, signal } = context;
  const { token } = await withKey(config, (secretKey) =>
    mintCustom(
      { config, signal },
      { username, secretKey, lifetimeSeconds, ...(create ? { create } : {}) },
      rows.variables,
    ),
  );
  rememberRows(context, rows);
  // Not awaited: the token never left the server, and expires within seconds.
  revokeToken({ config, signal: AbortSignal.timeout(revokesWithinMs) }, username, token).catch(() => undefined);
}

/** Assigns the values unless this process did so a short while ago. For items that have no rules of their own. */
export async function refreshRows(context: Context, decision: Decision): Promise<void> {
  const { rows } = decision;
  if (!rows || variablesOf(context.item).length > 0) return;
  const known = assigned.get(keyOf(context));
  if (known && known.until > Date.now() && known.values === JSON.stringify(rows.variables)) return;
  try {
    await assignRows(context, decision);
  } catch (error) {
    // A variable that ThoughtSpot does not have is in no rule there: it can hide nothing and show nothing.
    if (!isProblem(error) || error.code !== "vendor_misconfigured") throw error;
    log.warn(
      { vendor: "thoughtspot", reference: error.options.reference },
      "ThoughtSpot does not take the row-security values of portal.config.ts. Items that need them will not open",
    );
  }
}

/**
 * Refuses an item of which the user sees no row. The values that ThoughtSpot may have kept from better days go first.
 *
 * @throws Problem `no_rows`
 */
export async function requireRows(context: Context, decision: Decision): Promise<void> {
  if (!decision.rows?.isRefused) return;
  await assignRows(context, decision);
  throw new Problem("no_rows", { vendorName });
}
