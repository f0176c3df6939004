import "server-only";
import { loginModes } from "../../protocol";
import { ownCredential } from "../accounts";
import { logIn } from "../api";
import { libraryStrategy, shownTo } from "./strategy";

/** `credentials`: the user's own linked login, at the Library or in its directory (LDAP). */
export const credentials = libraryStrategy(async (context) => {
  const { username, password, mode } = await ownCredential(context);
  const loginMode = mode === loginModes.ldap ? loginModes.ldap : context.config.loginMode;
  return { session: await logIn(context, { loginMode, username, password }, shownTo(context)) };
});
