import "server-only";
/** Vendor session → identity token → browser, and the end of the session. */
import { type CallContext, type Connected, type Credential, isConnectionLost } from "@/lib/broker/vendor-adapter";
import type { MicroStrategyConfig } from "../config";
import { type Grant, loginModes } from "../protocol";
import { type Context, isSameUser, wrongUser } from "./accounts";
import { createIdentityToken, logIn, logOut, redeemIdentityToken } from "./api";
import type { State, WebState } from "./state";
import { strategies } from "./strategies/by-name";
import { requireOpenTo } from "./strategies/guest";
import { libraryTokenUser, webTokenUser } from "./token-user";
import { webIdentityToken } from "./web";

/** Signs in by the configured strategy and learns whose session that gave. */
export async function connect(context: Context): Promise<Connected<State>> {
  requireOpenTo(context);
  return { state: await strategies[context.config.login].connect(context) };
}

/** A new identity token, proved to belong to the user of the connection before it leaves this server. */
export async function mint(context: Context, state: State): Promise<{ grant: Grant; state?: State }> {
  // The connection may have been opened for another item.
  requireOpenTo(context);
  if (state.via === "browser") return { grant: { identityToken: "", userId: state.userId ?? "" } };
  if (state.via === "web") {
    const identityToken = await webIdentityToken(context, state.sessionState);
    return { grant: grantFor(state.userId, identityToken, await webTokenUser(context, identityToken)) };
  }
  const { identityToken, session } = await createIdentityToken(context, state);
  const grant = grantFor(state.userId, identityToken, await libraryTokenUser(context, identityToken, session));
  return session === state ? { grant } : { grant, state: { via: "library", ...session, userId: state.userId } };
}

function grantFor(expected: string, identityToken: string, userId: string): Grant {
  if (!isSameUser(userId, expected)) throw wrongUser();
  return { identityToken, userId };
}

/**
 * Ends the vendor session. The embeds share its Intelligence Server session, so this ends them too (OpenAPI: /api/auth/delegate); that
 * is why it happens at sign-out and never right after minting.
 */
export async function revoke(context: CallContext<MicroStrategyConfig>, state: State): Promise<void> {
  if (state.via === "library") await logOut(context, state);
  if (state.via === "web") await endWebSession(context, state);
}

/** A Library session made from a Web session shares its Intelligence Server session: ending the one ends the other. */
async function endWebSession(context: CallContext<MicroStrategyConfig>, { sessionState }: WebState): Promise<void> {
  try {
    const identityToken = await webIdentityToken(context, sessionState);
    await logOut(context, await redeemIdentityToken(context, identityToken));
  } catch (error) {
    if (!isConnectionLost(error)) throw error;
  }
}

/** Signs in with a login that a user wants to link, and out again. @throws Problem saying what is wrong with it */
export async function verifyCredential(
  context: CallContext<MicroStrategyConfig>,
  credential: Credential,
): Promise<void> {
  const { username, password, mode } = credential;
  const loginMode = mode === loginModes.ldap ? loginModes.ldap : context.config.loginMode;
  const session = await logIn(context, { loginMode, username, password });
  await logOut(context, session).catch(() => undefined);
}
