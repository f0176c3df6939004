import "server-only";
/**
 * The redirect login of 2021: a v1 token in an address. A v1 mint refuses neither an unknown object nor one that the user
 * may not see, so the fourth decision is taken before it, with a v2 token that never leaves the server.
 */
import type { Connected } from "@/lib/broker/vendor-adapter";
import { isProblem } from "@/lib/problem/problem";
import { objectIdOf, objectOf, variablesOf } from "../../protocol";
import { mintFull, mintObject, mintV1, revokeToken } from "../api";
import { assignRows, refreshRows, requireRows } from "../assign-rows";
import { type Context, type Decision, decide } from "../decide";
import { withKey } from "../keys";
import { assertCanView, isKnownToView, rememberView } from "../look-up";
import type { State } from "../state";

/** A v1 token does not say how long it lives; five minutes are sure only until the next one is made. */
export const v1LifetimeMs = 4 * 60_000;
const checkSeconds = 30;
const revokesWithinMs = 3_000;

/** @throws Problem */
export async function connectWithRedirect(context: Context): Promise<Connected<State>> {
  const { config, signal, item } = context;
  const decision = decide(context, "v1");
  const { username, access, create } = decision;
  await requireRows(context, decision);
  await assertUserAndObject(context, decision);
  // A v1 token carries no values; those that ThoughtSpot keeps hold for its session too.
  await (variablesOf(item).length > 0 ? assignRows(context, decision) : refreshRows(context, decision));
  const token = await withKey(config, (secretKey) =>
    mintV1(
      { config, signal },
      { username, secretKey, ...(create ? { create } : {}) },
      access.level === "object" ? access.objectId : undefined,
    ),
  );
  const expiresAt = Date.now() + v1LifetimeMs;
  return {
    state: { generation: "v1", opensSession: true, token, username, account: username, expiresAt },
    expiresAt: new Date(expiresAt),
  };
}

/**
 * The fourth decision: the username exists, and may see the object. A yes is remembered for a short while.
 *
 * @throws Problem `account_unknown`, `account_forbidden`, `item_missing` and what else a v2 mint is refused for
 */
async function assertUserAndObject(context: Context, { username, create }: Decision): Promise<void> {
  const { config, signal, item } = context;
  const call = { config, signal };
  const object = objectOf(item);
  const objectId = objectIdOf(item);
  const view = { config, account: username, objectId: object?.id ?? "" };
  if (isKnownToView(view)) return;
  try {
    const { token } = await withKey(config, (secretKey) => {
      const order = { username, secretKey, lifetimeSeconds: checkSeconds, ...(create ? { create } : {}) };
      return objectId ? mintObject(call, order, objectId) : mintFull(call, order);
    });
    try {
      if (object && !objectId) await assertCanView({ config, signal, account: username, token, object });
    } finally {
      // Not awaited: the token never left the server, and expires within seconds.
      revokeToken({ config, signal: AbortSignal.timeout(revokesWithinMs) }, username, token).catch(() => undefined);
    }
  } catch (error) {
    if (isWithoutV2(error)) return;
    throw error;
  }
  rememberView(view);
}

/** A cluster from before v2: it answers 404 to its addresses, and the v1 mint decides alone. */
const isWithoutV2 = (error: unknown): boolean =>
  isProblem(error) && error.code === "vendor_misconfigured" && error.options.reference?.startsWith("404") === true;
