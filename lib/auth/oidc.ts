import "server-only";
/** The OpenID Connect provider: any issuer, by environment. */
import { customFetch } from "next-auth";
import type { OIDCConfig } from "next-auth/providers";
import type { OidcConfig } from "@/lib/config/config";
import { fetchFromIssuer } from "./issuer";
import type { IdClaims } from "./token";

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
