import "server-only";
/**
 * The connection of the broker: one token of one portal session for one scope, whose grant is the token itself. How it is
 * made is in `strategies/`.
 */
import { type CallContext, type Connected, ConnectionLost } from "@/lib/broker/vendor-adapter";
import { log } from "@/lib/log";
import { hasConnection } from "@/lib/store/connected-accounts";
import type { ThoughtSpotConfig } from "../config";
import { type Grant, vendorId } from "../protocol";
import { forceLogout, mintFull, revokeToken } from "./api";
import type { Context } from "./decide";
import { withKey } from "./keys";
import { loginAddress } from "./redirect-address";
import type { State } from "./state";
import { connectWithBearer } from "./strategies/bearer";
import { connectWithRedirect, v1LifetimeMs } from "./strategies/redirect";

/**
 * How long a v1 token is handed out: for the several requests of one page, not for the next page. Nothing tells the
 * portal that it died, with an exchange of keys for example, and repeated logins with a dead token lock the account.
 */
const v1HandedOutMs = 20_000;
/** A token is not handed out any more when less than this is left (or a third of its life). */
const closeToEndMs = 60_000;
const adminTokenSeconds = 30;

/** A token of the configured login for the item's scope. */
export const connect = (context: Context): Promise<Connected<State>> =>
  context.config.login === "redirect" ? connectWithRedirect(context) : connectWithBearer(context);

/** The grant of a connection. A token that is close to its end counts as lost: the broker then opens a new one. */
export async function mint({ config, item }: Context, state: State): Promise<{ grant: Grant }> {
  if (state.expiresAt - Date.now() < marginOf(state, config)) throw new ConnectionLost();
  const { token, username } = state;
  return {
    grant: {
      token,
      username,
      expiresAt: new Date(state.expiresAt).toISOString(),
      ...(state.generation === "v1" ? { url: loginAddress(config, item, username, token) } : {}),
    },
  };
}

/** With less than this before its end, milliseconds, a token is not handed out any more. */
function marginOf({ generation }: State, { login }: ThoughtSpotConfig): number {
  if (generation === "v1") return v1LifetimeMs - v1HandedOutMs;
  return login === "cookie" ? closeToEndMs / 3 : closeToEndMs;
}

/**
 * Revokes a v2 token; v1 has no such call, its tokens end by themselves five minutes after the next one is made. With the
 * last connection of an account, the sessions end that its tokens opened.
 */
export async function revoke(context: CallContext<ThoughtSpotConfig>, state: State): Promise<void> {
  const { config, signal } = context;
  if (state.generation === "v2" && state.expiresAt > Date.now())
    await revokeToken({ config, signal }, state.username, state.token);
  if (state.opensSession) await endSessions(context, state);
}

/**
 * Ends the sessions that ThoughtSpot has for a user. The browser ends its own at sign-out, but one whose cookie it did
 * not keep can be ended by no one but an administrator: the portal is one for a moment, where an account is configured.
 */
async function endSessions(
  { config, signal }: CallContext<ThoughtSpotConfig>,
  { username, account }: State,
): Promise<void> {
  const { adminUsername } = config;
  // A replaced token, or the user is signed in elsewhere: the sessions are still needed.
  if (adminUsername === null || (await hasConnection(vendorId, account))) return;
  const call = { config, signal };
  const { token } = await withKey(config, (secretKey) =>
    mintFull(call, { username: adminUsername, secretKey, lifetimeSeconds: adminTokenSeconds }),
  );
  try {
    await forceLogout(call, token, username);
  } finally {
    await revokeToken(call, adminUsername, token).catch(() =>
      log.warn({ vendor: vendorId }, "A token that ended sessions could not be revoked; it expires within 30 seconds"),
    );
  }
}
