import "server-only";
import { asService, type Context, isObjectId, lookUp, ownCredential } from "../accounts";
import type { BrowserState, WebState } from "../state";
import { webTokenUser } from "../token-user";
import { webIdentityToken, webLogIn } from "../web";
import { asConnectFailure, type Strategy } from "./strategy";

/** `web`: MicroStrategy Web gives the identity tokens, for a session of the browser or of ours. */
export const web: Strategy = {
  connect: (context) => (context.config.webSession === "server" ? openWebSession(context) : leaveToBrowser(context)),
};

/** Nothing is held here; the page must know whose tokens it may use. */
async function leaveToBrowser(context: Context): Promise<BrowserState> {
  if (isObjectId(context.account)) return { via: "browser", userId: context.account };
  // A login name without a service account to look it up cannot be compared with a token's owner.
  if (!context.config.service) return { via: "browser", userId: null };
  return { via: "browser", userId: await asService(context, (service) => lookUp(context, service)) };
}

async function openWebSession(context: Context): Promise<WebState> {
  const { username, password } = await ownCredential(context);
  const sessionState = await webLogIn(context, username, password);
  try {
    const userId = await webTokenUser(context, await webIdentityToken(context, sessionState));
    return { via: "web", sessionState, userId };
  } catch (error) {
    throw asConnectFailure(error);
  }
}
