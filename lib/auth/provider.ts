import "server-only";
/** The identity provider's discovery document. It is cached, and a page waits less than a second for it. */
import { createHash, randomUUID } from "node:crypto";
import {
  type AuthorizationServer,
  allowInsecureRequests,
  ClientSecretBasic,
  customFetch,
  discoveryRequest,
  genericTokenEndpointRequest,
  processDiscoveryResponse,
} from "oauth4webapi";
import { getConfig, type OidcConfig } from "@/lib/config/config";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { fetchFromIssuer, oidcSettings } from "./issuer";
import { signInFailureOf } from "./sign-in-failure";

interface Kept {
  readonly issuer: string;
  readonly endpoint: string | null;
  readonly until: number;
}

/** How long an answer is cached, and how long a failure is. */
const cacheMs = 3600_000;
const failureCacheMs = 15_000;
/** How long a page waits for the sign-out address, without which it works as well. */
const maxWaitMs = 800;

const known = perProcess("auth:end-session", () => ({
  kept: undefined as Kept | undefined,
  asking: undefined as Promise<string | null> | undefined,
}));

/**
 * The provider's discovery document (OpenID Connect Discovery 1.0), its issuer checked.
 *
 * @throws when the provider does not answer, or when the document names another issuer
 */
export async function discover(oidc: OidcConfig): Promise<AuthorizationServer> {
  const issuer = new URL(oidc.issuer);
  return processDiscoveryResponse(issuer, await discoveryRequest(issuer, callOptions(oidc)));
}

const callOptions = (oidc: OidcConfig) => ({
  [customFetch]: fetchFromIssuer(oidc),
  // lib/config/transport.ts decides where plain http is allowed.
  [allowInsecureRequests]: true,
});

/** Where the provider sends people back to; it has to be registered there. */
export const callbackAddress = ({ origin, redirectProxyUrl } = getConfig()): string =>
  `${redirectProxyUrl ?? `${origin}/api/auth`}/callback/oidc`;

/** What the provider says to a request that no one made before: of a code, or of a redirect address. */
export interface ProviderAnswer {
  readonly status: number;
  /** The `error` of RFC 6749, sections 4.1.2.1 and 5.2; undefined when there is none. */
  readonly error?: string;
}

const errorCode = (value: unknown) => (typeof value === "string" && /^[a-z_]{1,60}$/.test(value) ? value : undefined);

/**
 * For the doctor: redeems a code that was never issued, with the client's secret, as a sign-in does. A provider that
 * accepts the client answers `invalid_grant`; one that does not, `invalid_client` (RFC 6749, section 5.2).
 *
 * @throws when the provider does not answer
 */
export async function redeemUnknownCode(oidc: OidcConfig, server: AuthorizationServer): Promise<ProviderAnswer> {
  const response = await genericTokenEndpointRequest(
    server,
    { client_id: oidc.clientId },
    ClientSecretBasic(oidc.clientSecret),
    "authorization_code",
    { code: randomUUID(), redirect_uri: callbackAddress(), code_verifier: randomUUID() + randomUUID() },
    callOptions(oidc),
  );
  const body = (await response.json().catch(() => ({}))) as { error?: unknown };
  return { status: response.status, error: errorCode(body?.error) };
}

/**
 * For the doctor: asks for a sign-in that shows no page (`prompt=none`). A provider that knows the portal's redirect
 * address sends the browser back there, with the error `login_required` (OpenID Connect Core 1.0, section 3.1.2.6); one
 * that does not must not redirect (RFC 6749, section 4.1.2.1).
 *
 * @returns `returns`: whether it leads back to the portal
 * @throws when the provider does not answer
 */
export async function askSilently(
  oidc: OidcConfig,
  server: AuthorizationServer,
): Promise<ProviderAnswer & { readonly returns: boolean }> {
  const callback = callbackAddress();
  const address = new URL(server.authorization_endpoint ?? oidc.issuer);
  for (const [name, value] of Object.entries({
    client_id: oidc.clientId,
    redirect_uri: callback,
    response_type: "code",
    scope: oidc.scope,
    prompt: "none",
    state: randomUUID(),
    nonce: randomUUID(),
    code_challenge: createHash("sha256").update(randomUUID()).digest("base64url"),
    code_challenge_method: "S256",
  }))
    address.searchParams.set(name, value);
  const response = await fetchFromIssuer(oidc)(address, { redirect: "manual" });
  await response.body?.cancel();
  const location = response.headers.get("location") ?? "";
  const returns = location.startsWith(`${callback}?`);
  const error = returns ? errorCode(new URL(location).searchParams.get("error")) : undefined;
  return { status: response.status, error, returns };
}

/** The endpoint if it is on the issuer's origin: the document must not send users anywhere else. */
function ownEndpoint(oidc: OidcConfig, endpoint: unknown): string | null {
  if (typeof endpoint !== "string" || !URL.canParse(endpoint)) return null;
  const url = new URL(endpoint);
  return url.origin === new URL(oidc.issuer).origin && !url.username && !url.password ? url.href : null;
}

async function ask(oidc: OidcConfig): Promise<string | null> {
  try {
    const endpoint = ownEndpoint(oidc, (await discover(oidc)).end_session_endpoint);
    known.kept = { issuer: oidc.issuer, endpoint, until: Date.now() + cacheMs };
  } catch (error) {
    log.warn(signInFailureOf(error as Error), "The identity provider did not say where its sign-out is");
    known.kept = { issuer: oidc.issuer, endpoint: null, until: Date.now() + failureCacheMs };
  }
  return known.kept.endpoint;
}

function endSessionEndpoint(oidc: OidcConfig): Promise<string | null> {
  const { kept } = known;
  if (kept && kept.issuer === oidc.issuer && kept.until > Date.now()) return Promise.resolve(kept.endpoint);
  known.asking ??= ask(oidc).finally(() => {
    known.asking = undefined;
  });
  return known.asking;
}

/** Where a user who signed in with OpenID Connect can sign out of the provider too. */
export interface ProviderSignOut {
  /** The provider's host, e.g. `login.example.com`. */
  readonly provider: string;
  /** Has the client id and the return address in it (OpenID Connect RP-Initiated Logout 1.0, section 2); never a token. */
  readonly address: string;
}

/** The `state` that the provider returns, so that the page does not offer the same link again. */
export const signedOutThere = "done";

/** The provider's sign-out address; null when it has none or does not answer in time. */
export async function providerSignOut(): Promise<ProviderSignOut | null> {
  const oidc = oidcSettings();
  if (!oidc) return null;
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), maxWaitMs);
  });
  const endpoint = await Promise.race([endSessionEndpoint(oidc), timeout]);
  clearTimeout(timer);
  if (!endpoint) return null;
  const address = new URL(endpoint);
  address.searchParams.set("client_id", oidc.clientId);
  address.searchParams.set("post_logout_redirect_uri", `${getConfig().origin}/signed-out`);
  address.searchParams.set("state", signedOutThere);
  return { provider: new URL(oidc.issuer).hostname, address: address.href };
}
