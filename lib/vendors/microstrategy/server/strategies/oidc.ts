import "server-only";
import { requireAccount } from "../accounts";
import { logInWithOidc } from "../api";
import { problem } from "../errors";
import { libraryStrategy, shownTo } from "./strategy";

/** `oidc`: the tokens of the portal's own sign-in, for a Library behind the same identity provider. */
export const oidc = libraryStrategy(async (context) => {
  const tokens = await context.oidcTokens();
  if (!tokens) throw problem("sign_in_again");
  const session = await logInWithOidc(context, tokens, shownTo(context));
  return { session, belongs: (userId) => requireAccount(context, session, userId) };
});
