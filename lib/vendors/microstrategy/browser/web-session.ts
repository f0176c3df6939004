import "client-only";
/** Login `web` in the browser: its own MicroStrategy Web session gives the identity tokens. Runs in the page. */
import { type Grant, taskForm } from "../protocol";
import { bodyOf, tokenOwner, webToken } from "./answers";
import { EmbedFailure, isEmbedFailure } from "./problems";

const deadlineMs = 5_000;

/**
 * Asks MicroStrategy Web for an identity token with the cookies the browser has there, and the Library whose it is: the
 * session that the browser holds may be another person's.
 *
 * @param expected object ID of the mapped user; empty where the portal does not know it
 * @throws EmbedFailure with its own sentence for each thing that can be missing or wrong
 */
export async function grantFromWeb(webUrl: string, libraryUrl: string, expected: string): Promise<Grant> {
  const identityToken = await createIdentityToken(webUrl);
  const userId = await userOf(libraryUrl, identityToken);
  if (!expected || userId.toUpperCase() === expected.toUpperCase()) return { identityToken, userId };
  throw userId
    ? new EmbedFailure(
        "vendor_signed_out",
        "This browser is signed in to MicroStrategy Web with another account than the one mapped to you. Log out there in a new tab, sign in with your own, then try again.",
      )
    : new EmbedFailure(
        "vendor_misconfigured",
        "The Library does not let this portal ask whose token it is. Its administrator must allow the portal's origin.",
      );
}

async function createIdentityToken(webUrl: string): Promise<string> {
  let answer: Response;
  try {
    answer = await fetch(`${webUrl}/servlet/taskProc`, {
      method: "POST",
      body: taskForm("createIdentityToken"),
      credentials: "include",
      cache: "no-store",
      signal: AbortSignal.timeout(deadlineMs),
    });
  } catch {
    // The browser does not say which of the two it was.
    throw new EmbedFailure(
      "embed_blocked",
      "MicroStrategy Web does not answer, or does not allow this portal to ask it. Its administrator must allow the portal's origin, or serve both under one site.",
    );
  }
  if (answer.status === 401)
    throw new EmbedFailure(
      "vendor_signed_out",
      "You are not signed in to MicroStrategy Web in this browser, or it blocks that cookie here. Sign in there in a new tab, then try again.",
    );
  const made = answer.ok ? await bodyOf(answer, webToken) : null;
  if (made) return made.identityToken;
  throw failureOf(answer);
}

/** A failed task says why in a header, in newer versions as Base64; without one something else has answered. */
function failureOf(answer: Response): EmbedFailure {
  const message = answer.headers.get("X-MSTR-TaskFailureMsg");
  if (message === null) return new EmbedFailure(answer.status >= 500 ? "vendor_failed" : "vendor_bad_answer");
  return new EmbedFailure(
    /secret key/i.test(`${message} ${fromBase64(message)}`) ? "secret_key_missing" : "vendor_failed",
  );
}

function fromBase64(text: string): string {
  try {
    return atob(text);
  } catch {
    return "";
  }
}

/** Whose token it is, from the Library, which redeems only tokens made with its own secret key. */
async function userOf(libraryUrl: string, identityToken: string): Promise<string> {
  try {
    const answer = await fetch(`${libraryUrl}/api/auth/identityToken`, {
      headers: { "X-MSTR-IdentityToken": identityToken },
      cache: "no-store",
      signal: AbortSignal.timeout(deadlineMs),
    });
    if (answer.status === 401)
      throw new EmbedFailure(
        "vendor_misconfigured",
        "The Library refuses the tokens of MicroStrategy Web: their secret keys differ, or their servers do.",
      );
    return (answer.status === 200 && (await bodyOf(answer, tokenOwner))?.userId) || "";
  } catch (error) {
    if (isEmbedFailure(error)) throw error;
    // Without the Library's cross-origin setting its owner stays unknown; the embed itself needs no such call.
    return "";
  }
}
