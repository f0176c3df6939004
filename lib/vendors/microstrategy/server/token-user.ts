import "server-only";
/** Whose a fresh identity token is. A Library that refuses it at once is set up wrongly, and each way has its own sentence. */
import { isProblem } from "@/lib/problem/problem";
import { type Call, identityTokenUser, type LibrarySession } from "./api";
import { problem } from "./errors";

/** @param detail what is most likely wrong when the token is refused */
async function tokenUser(
  call: Call,
  identityToken: string,
  session: LibrarySession | null,
  detail: string,
): Promise<string> {
  try {
    return await identityTokenUser(call, identityToken, session);
  } catch (error) {
    if (!isProblem(error) || error.options.reference !== "401") throw error;
    throw problem("vendor_misconfigured", { detail, reference: "identity token refused" });
  }
}

/** Web makes tokens that a Library with another secret key refuses. */
export const webTokenUser = (call: Call, identityToken: string) =>
  tokenUser(
    call,
    identityToken,
    null,
    "The Library refuses the tokens of MicroStrategy Web: their secret keys differ, or their servers do.",
  );

export const libraryTokenUser = (call: Call, identityToken: string, session: LibrarySession) =>
  tokenUser(
    call,
    identityToken,
    session,
    "The Library refuses the identity token that it has just made: its tokens live for no time at all, or its servers do not share their sessions.",
  );
