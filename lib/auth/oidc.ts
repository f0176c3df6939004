import "server-only";
/** The OpenID Connect provider: any issuer, by environment. */
import { customFetch } from "next-auth";
import type { OIDCConfig } from "next-auth/providers";
import { getConfig, type OidcConfig } from "@/lib/config/config";
import { sandboxServices } from "@/lib/config/sandbox";
import type { IdClaims } from "./token";

const timeoutMs = 5_000;

/** Whether the issuer is the sandbox's identity provider, where anyone can sign in as any persona. */
export const isSandboxIssuer = (oidc: OidcConfig) => new URL(oidc.issuer).origin === sandboxServices().idp.origin;

/** The organization's sign-in, or null when there is none. The sandbox's provider counts only where personas are allowed. */
export function oidcSettings(): OidcConfig | null {
  const { oidc, personas } = getConfig();
  return oidc && (!isSandboxIssuer(oidc) || personas) ? oidc : null;
}

/**
 * Sends the server's own calls to the issuer over its internal address and leaves everything else as it is: the
 * addresses in the discovery document and the issuer in the tokens stay the public ones and are checked as such.
 */
export function fetchFromIssuer({ issuer, internalUrl }: OidcConfig): typeof fetch {
  const publicOrigin = new URL(issuer).origin;
  const internalOrigin = new URL(internalUrl).origin;
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const target = url.origin === publicOrigin ? new URL(url.pathname + url.search, internalOrigin) : url;
    const signal = AbortSignal.timeout(timeoutMs);
    return fetch(target, { ...init, cache: "no-store", signal });
  };
}

/** Authorization code flow with PKCE, state and nonce; the profile is the validated ID token. */
export function oidcProvider(oidc: OidcConfig): OIDCConfig<IdClaims> {
  return {
    id: "oidc",
    name: "Organization",
    type: "oidc",
    issuer: oidc.issuer,
    clientId: oidc.clientId,
    clientSecret: oidc.clientSecret,
    authorization: { params: { scope: oidc.scope } },
    checks: ["pkce", "state", "nonce"],
    profile: (claims) => ({ id: String(claims.sub) }),
    [customFetch]: fetchFromIssuer(oidc),
  };
}
