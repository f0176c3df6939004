import "server-only";
/** The identity provider's discovery document. It is cached, and a page waits less than a second for it. */
import { allowInsecureRequests, customFetch, discoveryRequest, processDiscoveryResponse } from "oauth4webapi";
import { getConfig, type OidcConfig } from "@/lib/config/config";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { fetchFromIssuer, oidcSettings } from "./oidc";
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
export async function discover(oidc: OidcConfig) {
  const options = {
    [customFetch]: fetchFromIssuer(oidc),
    // lib/config/transport.ts decides where plain http is allowed.
    [allowInsecureRequests]: true,
  };
  const issuer = new URL(oidc.issuer);
  return processDiscoveryResponse(issuer, await discoveryRequest(issuer, options));
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
