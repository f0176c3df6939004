import "client-only";
/** What the SDK, its pages and the portal's own steps say when something goes wrong, under a name from the portal's list. */
import { hasBrand } from "@/lib/brand";
import type { ProblemCode } from "@/lib/problem/codes";
import { type EmbedProblem, isGrantRefused } from "@/lib/vendors/embed-host";
import { meaningOf, type SdkError, sameCode, saysSessionGone } from "../protocol";

const embedFailureBrand = Symbol.for("portico.EmbedFailure");

/** A failure of the embed, under its name in the portal's list. */
export class EmbedFailure extends Error {
  readonly [embedFailureBrand] = true;
  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
  ) {
    super(code);
    this.name = "EmbedFailure";
  }
}

export const isEmbedFailure = (value: unknown): value is EmbedFailure => hasBrand(value, embedFailureBrand);

/** The problem of a step of the portal's own: the script, the grant, the check of who is signed in. */
export function problemOf(error: unknown): EmbedProblem {
  if (isGrantRefused(error)) return error.problem;
  if (!isEmbedFailure(error)) return { code: "embed_failed" };
  return error.detail ? { code: error.code, detail: error.detail } : { code: error.code };
}

/** The SDK wraps a page's sentence in one or two "Error:" (measured): look for words, not for the whole. */
export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Whether a refused login is about the browser's cookies, which another token does not heal. */
export const isAboutCookies = (text: string) => /cookie/i.test(text);

/** Whether a sentence of the SDK is about the login. */
export const isAboutLogin = (text: string) => /log ?in|token/i.test(text) || isAboutCookies(text);

/** Whether a page's error says that the session is gone. */
export const isSessionError = ({ statusCode, errorCode, iServerErrorCode }: SdkError) =>
  statusCode === 401 || sameCode(errorCode, "ERR009") || saysSessionGone(iServerErrorCode);

/** What an error means that the page reported. */
export function pageProblem(error: SdkError): EmbedProblem {
  const meaning = meaningOf(error.iServerErrorCode);
  if (meaning) return { code: meaning };
  if (isSessionError(error)) return { code: "embed_session_lost" };
  if (error.statusCode === 404 || sameCode(error.errorCode, "ERR004")) return { code: "item_missing" };
  if (error.statusCode === 403 || sameCode(error.errorCode, "ERR0017") || sameCode(error.errorCode, "ERR0014"))
    return { code: "account_forbidden" };
  const ticket = /^[0-9a-f]{32}$/i.test(error.ticketId ?? "") ? error.ticketId : null;
  if (!ticket) return { code: "embed_failed" };
  return { code: "embed_failed", detail: `MicroStrategy could not show this item. Its own reference is ${ticket}.` };
}
