import "server-only";
/** The logins by bearer and by cookie: a v2 token, which the SDK keeps in memory or turns into a session. */
import type { Connected } from "@/lib/broker/vendor-adapter";
import { Problem } from "@/lib/problem/problem";
import { objectOf, sameAccount, vendorName } from "../../protocol";
import { mintCustom, mintFull, mintObject, revokeToken, type TokenOrder, type V2Token } from "../api";
import { refreshRows, rememberRows, requireRows } from "../assign-rows";
import { type Context, type Decision, decide } from "../decide";
import { withKey } from "../keys";
import { assertCanView } from "../look-up";
import type { State } from "../state";

/** Silent renewal makes a short life cheap; in cookie mode a token is used once. */
const lifetimeSeconds = { cookieless: 600, cookie: 120 } as const;

/** @throws Problem */
export async function connectWithBearer(context: Context): Promise<Connected<State>> {
  const { config, signal, item } = context;
  const decision = decide(context, "v2");
  await requireRows(context, decision);
  const made = await withKey(config, (secretKey) => mint(context, decision, secretKey));
  const { token, username } = made;
  const expiresAt = Date.now() + made.lifetimeMs;
  const object = objectOf(item);
  try {
    if (!sameAccount(username, decision.username))
      throw new Problem("vendor_failed", { vendorName, reference: "token for another user" });
    await Promise.all([
      // A token of one object reaches nothing else, and was refused by the mint if need be.
      decision.access.level === "application" ? refreshRows(context, decision) : undefined,
      object && decision.access.level !== "object"
        ? assertCanView({ config, signal, account: decision.username, token, object })
        : undefined,
    ]);
  } catch (error) {
    // The token never left the server; if it cannot be revoked now, it expires.
    await revokeToken({ config, signal }, username, token).catch(() => undefined);
    throw error;
  }
  return {
    state: {
      generation: "v2",
      opensSession: config.login === "cookie",
      token,
      username,
      account: decision.username,
      expiresAt,
    },
    expiresAt: new Date(expiresAt),
  };
}

async function mint(
  context: Context,
  { username, access, rows, create }: Decision,
  secretKey: string,
): Promise<V2Token> {
  const { config, signal } = context;
  const call = { config, signal };
  const order: TokenOrder = {
    username,
    secretKey,
    lifetimeSeconds: lifetimeSeconds[config.login === "cookie" ? "cookie" : "cookieless"],
    ...(create ? { create } : {}),
  };
  if (access.level === "object") return mintObject(call, order, access.objectId);
  if (access.level === "application" || !rows) return mintFull(call, order);
  const made = await mintCustom(call, order, rows.variables);
  rememberRows(context, rows);
  return made;
}
