import "server-only";
/** Vendor session → identity token → browser (the seed document's two flows), and the end of the session. */
import {
  type CallContext,
  type Connected,
  type Credential,
  isConnectionLost,
  type UserContext,
} from "@/lib/broker/vendor-adapter";
import { isProblem, Problem } from "@/lib/problem/problem";
import type { MicroStrategyConfig } from "../config";
import { type Grant, loginModes } from "../protocol";
import { createIdentityToken, identityTokenUser, type LibrarySession, logIn, logOut, redeemIdentityToken } from "./api";
import { mappedUserId, openSession, ownCredential, requireOpenTo, sameUser, wrongUser } from "./login";
import { webIdentityToken, webLogIn } from "./web";

type Context = UserContext<MicroStrategyConfig>;

/** What is kept, sealed, of a connection. */
export type State = LibraryState | WebState | BrowserState;

/** A Library session and whose it is: the seed's first flow. */
interface LibraryState extends LibrarySession {
  readonly via: "library";
  readonly userId: string;
}

/** A MicroStrategy Web session that the portal opened: the second flow, from the server. */
interface WebState {
  readonly via: "web";
  readonly sessionState: string;
  readonly userId: string;
}

/** The second flow as the seed has it: the browser's own Web session gives the tokens, nothing is held here. */
interface BrowserState {
  readonly via: "browser";
  /** Whose tokens the page may use; null where nobody can say. */
  readonly userId: string | null;
}

const vendorName = "MicroStrategy";

/** Signs in by the configured strategy and learns whose session that gave. */
export async function connect(context: Context): Promise<Connected<State>> {
  requireOpenTo(context);
  const { login, webSession } = context.config;
  if (login !== "web") return { state: await connectLibrary(context, login) };
  if (webSession === "server") return { state: await connectWeb(context) };
  return { state: { via: "browser", userId: await mappedUserId(context) } };
}

async function connectLibrary(
  context: Context,
  strategy: Exclude<MicroStrategyConfig["login"], "web">,
): Promise<LibraryState> {
  try {
    const { session, userId } = await openSession(context, strategy);
    return { via: "library", ...session, userId };
  } catch (error) {
    throw keptNot(error);
  }
}

async function connectWeb(context: Context): Promise<WebState> {
  const { username, password } = await ownCredential(context);
  const sessionState = await webLogIn(context, username, password);
  try {
    const userId = await webTokenUser(context, await webIdentityToken(context, sessionState));
    return { via: "web", sessionState, userId };
  } catch (error) {
    throw keptNot(error);
  }
}

/** A session that is gone right after its login cannot be had by logging in once more. */
const keptNot = (error: unknown) =>
  isConnectionLost(error) ? new Problem("vendor_failed", { vendorName, reference: "session not kept" }) : error;

/**
 * Whose a fresh identity token is. A Library that refuses it at once is set up wrongly.
 *
 * @param detail what is most likely wrong with it
 */
async function tokenUser(
  context: Context,
  identityToken: string,
  session: LibrarySession | null,
  detail: string,
): Promise<string> {
  try {
    return await identityTokenUser(context, identityToken, session);
  } catch (error) {
    if (!isProblem(error) || error.options.reference !== "401") throw error;
    throw new Problem("vendor_misconfigured", { vendorName, detail, reference: "identity token refused" });
  }
}

/** Web makes tokens that a Library with another secret key refuses. */
const webTokenUser = (context: Context, identityToken: string) =>
  tokenUser(
    context,
    identityToken,
    null,
    "The Library refuses the tokens of MicroStrategy Web: their secret keys differ, or their servers do.",
  );

const libraryTokenUser = (context: Context, identityToken: string, session: LibrarySession) =>
  tokenUser(
    context,
    identityToken,
    session,
    "The Library refuses the identity token that it has just made: its tokens live for no time at all, or its servers do not share their sessions.",
  );

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
  if (!sameUser(userId, expected)) throw wrongUser();
  return { identityToken, userId };
}

/**
 * Ends the vendor session. The embeds share its Intelligence Server session, so this ends them too (OAS: delegate); that
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
