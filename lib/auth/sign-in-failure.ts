import "server-only";
/**
 * Why a sign-in did not happen, for the log and for the sentence on the sign-in page. next-auth only says that
 * something went wrong; the cause is in what its logger is given.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { getConfig, type OidcConfig } from "@/lib/config/config";
import { causeCode } from "@/lib/error-cause";
import { log } from "@/lib/log";
import type { SignInError } from "./sign-in-errors";

export interface SignInFailure {
  /** next-auth's name of the step that failed. */
  readonly reason: string;
  /** Why, e.g. `invalid_client` or `ECONNREFUSED`. */
  readonly cause?: string | undefined;
  /** The identity provider's host, where the server calls it. */
  readonly host?: string | undefined;
  /** The variable to look at. */
  readonly variable?: string | undefined;
}

/** The provider rejects the client's credentials (RFC 6749, section 5.2; the last one is a 401 without a body). */
const refusesClient = /^(invalid_client|unauthorized_client|OAUTH_WWW_AUTHENTICATE_CHALLENGE)$/;
/** The discovery document names another issuer. */
const otherIssuer = /^OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED$/;
/** The provider was not reached: names, connections, certificates, time. */
const unreachable = /^(E[A-Z]+|UND_ERR_|TIMEOUT|CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

function variableOf(cause: string, { issuer, internalUrl }: OidcConfig): string | undefined {
  if (refusesClient.test(cause)) return "AUTH_OIDC_SECRET";
  if (otherIssuer.test(cause)) return "AUTH_OIDC_ISSUER";
  if (!unreachable.test(cause)) return undefined;
  return internalUrl === issuer ? "AUTH_OIDC_ISSUER" : "AUTH_OIDC_INTERNAL_URL";
}

/** next-auth's errors carry causes with codes and tokens: only names and codes are taken from them. */
export function signInFailureOf(error: Error): SignInFailure {
  const reason = "type" in error && typeof error.type === "string" ? error.type : error.name;
  const cause = causeCode(error);
  const { oidc } = getConfig();
  if (!cause || !oidc) return { reason, ...(cause ? { cause } : {}) };
  return { reason, cause, host: new URL(oidc.internalUrl).host, variable: variableOf(cause, oidc) };
}

/**
 * What the sign-in page says about a failure; null when its cause is unknown, e.g. for a callback that came too late.
 */
export function signInErrorOf({ cause = "" }: SignInFailure): SignInError | null {
  if (refusesClient.test(cause) || otherIssuer.test(cause)) return "misconfigured";
  return unreachable.test(cause) ? "unavailable" : null;
}

const attempts = new AsyncLocalStorage<{ readonly requestId: string; failure?: SignInFailure }>();

/** For next-auth's logger: logs why a step failed, and keeps it for {@link watchingSignIn}. */
export function reportSignInFailure(error: Error): void {
  const failure = signInFailureOf(error);
  const attempt = attempts.getStore();
  if (attempt) attempt.failure = failure;
  log.warn({ ...failure, requestId: attempt?.requestId }, "A sign-in step failed");
}

/**
 * Runs a step of a sign-in.
 *
 * @returns its result, and why it failed when next-auth reported a failure meanwhile
 */
export function watchingSignIn<Result>(
  requestId: string,
  step: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly failure: SignInFailure | undefined }> {
  const attempt: { readonly requestId: string; failure?: SignInFailure } = { requestId };
  return attempts.run(attempt, async () => ({ result: await step(), failure: attempt.failure }));
}
