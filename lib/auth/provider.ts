import "server-only";
/** What the identity provider says of itself, asked for once and kept: whoever waits for it waits a moment at most. */
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

/** A provider that was asked is believed for an hour, and one that did not answer is left alone for a while. */
const keepMs = 3600_000;
const keepFailureMs = 15_000;
/** How long a page waits for an answer that only adds a convenience. */
const patienceMs = 800;

const known = perProcess("auth:end-session", () => ({
  kept: undefined as Kept | undefined,
  asking: undefined as Promise<string | null> | undefined,
}));

/**
 * The provider's discovery document (OpenID Connect Discovery 1.0), its issuer checked.
 *
 * @throws when the provider does not answer, or answers as somebody else
 */
export async function discover(oidc: OidcConfig) {
  const options = {
    [customFetch]: fetchFromIssuer(oidc),
    // The address is the operator's choice; plain http is for the sandbox and for networks of their own.
    [allowInsecureRequests]: true,
  };
  const issuer = new URL(oidc.issuer);
  return processDiscoveryResponse(issuer, await discoveryRequest(issuer, options));
}

/** The endpoint, if there is one that belongs to the issuer: a document must not send people anywhere else. */
function ownEndpoint(oidc: OidcConfig, endpoint: unknown): string | null {
  if (typeof endpoint !== "string" || !URL.canParse(endpoint)) return null;
  const url = new URL(endpoint);
  return url.origin === new URL(oidc.issuer).origin && !url.username && !url.password ? url.href : null;
}

async function ask(oidc: OidcConfig): Promise<string | null> {
  try {
    const endpoint = ownEndpoint(oidc, (await discover(oidc)).end_session_endpoint);
    known.kept = { issuer: oidc.issuer, endpoint, until: Date.now() + keepMs };
  } catch (error) {
    log.warn(signInFailureOf(error as Error), "The identity provider did not say where its sign-out is");
    known.kept = { issuer: oidc.issuer, endpoint: null, until: Date.now() + keepFailureMs };
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

/** Where somebody who signed in with OpenID Connect can sign out of the provider too. */
export interface ProviderSignOut {
  /** The provider's host, e.g. `login.example.com`. */
  readonly provider: string;
  /** Names the portal and where to come back to (OpenID Connect RP-Initiated Logout 1.0, section 2); never a token. */
  readonly address: string;
}

/** What the provider sends back with the person, so that the page does not offer the same again. */
export const signedOutThere = "done";

/** The provider's own sign-out; null when it has none, or does not answer within a moment. */
export async function providerSignOut(): Promise<ProviderSignOut | null> {
  const oidc = oidcSettings();
  if (!oidc) return null;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), patienceMs);
  });
  const endpoint = await Promise.race([endSessionEndpoint(oidc), patience]);
  clearTimeout(timer);
  if (!endpoint) return null;
  const address = new URL(endpoint);
  address.searchParams.set("client_id", oidc.clientId);
  address.searchParams.set("post_logout_redirect_uri", `${getConfig().origin}/signed-out`);
  address.searchParams.set("state", signedOutThere);
  return { provider: new URL(oidc.issuer).hostname, address: address.href };
}
