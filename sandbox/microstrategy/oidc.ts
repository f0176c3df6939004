/** OpenID Connect at the emulated Library: ID tokens of the sandbox identity provider (OAS `/api/auth/oidc/token`). */
import { createRemoteJWKSet, decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import type { SandboxOptions } from "../kit/sandbox";
import { iServerCodes, loginFailed } from "./errors";
import type { LibraryUser } from "./people";
import type { LibraryState } from "./state";

/** The client ID that the Library has at the identity provider: the portal's own, since it forwards its own tokens. */
const clientId = "portico";

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

/** The issuer's keys, found by discovery and fetched from its internal address. */
async function keysOf(options: SandboxOptions): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const known = keySets.get(options.idpInternalOrigin);
  if (known) return known;
  const discovery = await fetch(`${options.idpInternalOrigin}/.well-known/openid-configuration`);
  const { jwks_uri } = (await discovery.json()) as { jwks_uri: string };
  const keys = createRemoteJWKSet(new URL(new URL(jwks_uri).pathname, options.idpInternalOrigin));
  keySets.set(options.idpInternalOrigin, keys);
  return keys;
}

/** The user that an ID token names. Throws 401 ERR003 with the code of what is wrong with it. */
export async function userOfIdToken(
  idToken: string,
  state: LibraryState,
  options: SandboxOptions,
): Promise<LibraryUser> {
  const claims = await verify(idToken, state, options);
  const user = state.everyone().find((one) => one.subject === claims.sub);
  if (!user) throw loginFailed(iServerCodes.notLinked);
  return state.mayLogIn(user);
}

async function verify(idToken: string, state: LibraryState, options: SandboxOptions): Promise<JWTPayload> {
  try {
    decodeJwt(idToken);
  } catch {
    throw loginFailed(iServerCodes.oidcDecode);
  }
  try {
    const { payload } = await jwtVerify(idToken, await keysOf(options), {
      issuer: options.idpOrigin,
      audience: clientId,
      currentDate: new Date(state.now),
    });
    return payload;
  } catch (error) {
    throw loginFailed(
      error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired
        ? iServerCodes.oidcInvalid
        : iServerCodes.oidcVerify,
    );
  }
}
