import "server-only";
/**
 * The OpenID Connect tokens of a sign-in. They are encrypted in the server's store, never in the cookie, and are renewed
 * when they are requested after they have expired. Some vendors sign a user in with them.
 */
import {
  allowInsecureRequests,
  ClientSecretBasic,
  customFetch,
  getValidatedIdTokenClaims,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
} from "oauth4webapi";
import type { PortalSession } from "@/lib/broker/user";
import type { OidcTokens } from "@/lib/broker/vendor-adapter";
import type { OidcConfig } from "@/lib/config/config";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isUnsealError } from "@/lib/security/seal";
import { readSignIn, replaceSignIn, type SignInTokens, writeSignIn } from "@/lib/store/sign-ins";
import { fetchFromIssuer, oidcSettings } from "./issuer";
import { discover } from "./provider";
import { signInFailureOf } from "./sign-in-failure";

/** The part of the token endpoint's response that next-auth passes on. */
export interface IssuedTokens {
  readonly access_token?: string;
  readonly id_token?: string;
  readonly refresh_token?: string;
  /** Seconds since the epoch. */
  readonly expires_at?: number;
}

/** The lifetime of an access token whose response has no `expires_in`. */
const assumedLifeMs = 5 * 60_000;
/** Tokens that expire this soon are renewed, because the vendor still has to validate them. */
const skewMs = 30_000;

/** Stores what the identity provider issued at the sign-in that began this session. */
export async function keepOidcTokens(sessionId: string, sessionEnds: Date, issued: IssuedTokens): Promise<void> {
  if (!issued.access_token || !issued.id_token) return;
  await writeSignIn(sessionId, sessionEnds, {
    accessToken: issued.access_token,
    idToken: issued.id_token,
    refreshToken: issued.refresh_token ?? null,
    expiresAt: issued.expires_at ? issued.expires_at * 1000 : Date.now() + assumedLifeMs,
  });
}

const renewals = perProcess("auth:oidc-renewals", () => new Map<string, Promise<OidcTokens | null>>());

/** The tokens a vendor may receive: never the refresh token. */
const withoutRefreshToken = ({ accessToken, idToken }: SignInTokens): OidcTokens => ({ accessToken, idToken });

/**
 * The valid tokens of a session's sign-in; null when it had none, when they have expired and cannot be renewed, or when
 * the session has ended.
 */
export async function oidcTokensOf(session: PortalSession): Promise<OidcTokens | null> {
  const kept = await readKept(session);
  if (!kept) return null;
  if (kept.expiresAt > Date.now() + skewMs) return withoutRefreshToken(kept);
  // A rotating refresh token works once, so concurrent callers share one renewal.
  const running = renewals.get(session.id);
  if (running) return running;
  const renewal = renewOnce(session).finally(() => renewals.delete(session.id));
  renewals.set(session.id, renewal);
  return renewal;
}

/** Tokens that cannot be unsealed count as absent: the user can sign in again. */
async function readKept(session: PortalSession): Promise<SignInTokens | null> {
  try {
    return await readSignIn(session.id);
  } catch (error) {
    if (!isUnsealError(error)) throw error;
    log.error({ userId: session.user.id }, "The stored tokens of a sign-in cannot be unsealed");
    return null;
  }
}

/** Reads again first: what this caller read may be older than a renewal that has just ended. */
async function renewOnce(session: PortalSession): Promise<OidcTokens | null> {
  const kept = await readKept(session);
  if (!kept) return null;
  return kept.expiresAt > Date.now() + skewMs ? withoutRefreshToken(kept) : renew(session, kept);
}

async function renew(session: PortalSession, kept: SignInTokens): Promise<OidcTokens | null> {
  const oidc = oidcSettings();
  if (!oidc || !kept.refreshToken) return null;
  try {
    const fresh = await refreshed(oidc, kept.refreshToken, session.user.id);
    const issued = {
      accessToken: fresh.access_token,
      // A renewal need not bring a new ID token (OpenID Connect Core, section 12.2).
      idToken: fresh.id_token ?? kept.idToken,
      refreshToken: fresh.refresh_token ?? kept.refreshToken,
      expiresAt: Date.now() + (fresh.expires_in ? fresh.expires_in * 1000 : assumedLifeMs),
    };
    // If the session ended meanwhile, no one may receive the new tokens.
    return (await replaceSignIn(session.id, issued)) ? withoutRefreshToken(issued) : null;
  } catch (error) {
    log.warn(signInFailureOf(error as Error), "The identity provider did not renew a sign-in's tokens");
    // Another instance may have used the refresh token first; its result is then in the store.
    const now = await readKept(session);
    return now && now.refreshToken !== kept.refreshToken ? withoutRefreshToken(now) : null;
  }
}

async function refreshed(oidc: OidcConfig, refreshToken: string, subject: string) {
  const options = {
    [customFetch]: fetchFromIssuer(oidc),
    // lib/config/transport.ts decides where plain http is allowed.
    [allowInsecureRequests]: true,
  };
  const server = await discover(oidc);
  const client = { client_id: oidc.clientId };
  const secret = ClientSecretBasic(oidc.clientSecret);
  const answer = await refreshTokenGrantRequest(server, client, secret, refreshToken, options);
  const fresh = await processRefreshTokenResponse(server, client, answer);
  // The renewed token must be for the user who signed in (OpenID Connect Core, section 12.2).
  const claims = getValidatedIdTokenClaims(fresh);
  if (claims && claims.sub !== subject) throw new Error("The renewed ID token names another subject");
  return fresh;
}
