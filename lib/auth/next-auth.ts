import "server-only";
/** The configuration of next-auth. Nothing outside this folder imports next-auth. */
import { headers } from "next/headers";
import NextAuth, { type NextAuthConfig } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { audit } from "@/lib/broker/audit";
import { endSession } from "@/lib/broker/end-session";
import { getConfig } from "@/lib/config/config";
import { personaBySubject, personas } from "@/lib/config/sandbox";
import { requestIdOf } from "@/lib/http/request-id";
import { log } from "@/lib/log";
import { safeReturnTo } from "@/lib/security/redirect";
import { sessionEnded } from "@/lib/store/ended-sessions";
import { attribute, hop, note } from "@/lib/trace/trace";
import { authCookies, cookieName, isSecure } from "./cookies";
import { isSandboxIssuer, oidcSettings } from "./issuer";
import { oidcProvider } from "./oidc";
import { keepOidcTokens } from "./oidc-tokens";
import { getSession } from "./session";
import { reportSignInFailure } from "./sign-in-failure";
import {
  type IdClaims,
  type SessionToken,
  sessionFromToken,
  sessionSeconds,
  tokenFromClaims,
  tokenFromPersona,
} from "./token";

/** One-click sign-in for the sandbox. */
const personaProvider = () =>
  Credentials({
    id: "persona",
    name: "Sandbox persona",
    credentials: { persona: {} },
    authorize({ persona: chosen }) {
      const persona = personas.find(({ persona }) => persona === chosen);
      return persona ? { id: persona.subject } : null;
    },
  });

/** The token of a new sign-in, or null when it names no user. */
function signedIn(provider: string, userId: string | undefined, claims: IdClaims | undefined): SessionToken | null {
  if (provider === "persona") {
    const persona = personaBySubject(userId ?? "");
    return persona ? tokenFromPersona(persona) : null;
  }
  const oidc = oidcSettings();
  return oidc && claims ? tokenFromClaims(claims, isSandboxIssuer(oidc)) : null;
}

/** The token of a returning browser, or null when its session has ended. */
async function stillSignedIn(token: unknown): Promise<SessionToken | null> {
  const session = sessionFromToken(token);
  return session && !(await sessionEnded(session.id)) ? (token as SessionToken) : null;
}

/** Built at first use, not at import, because a build has no secrets. */
function authConfig(): NextAuthConfig {
  const { authSecret, origin, personas: personasAllowed, redirectProxyUrl } = getConfig();
  // next-auth reads its address from the environment; on Vercel it uses the deployment's.
  if (!process.env.VERCEL) process.env.AUTH_URL = origin;
  const oidc = oidcSettings();
  return {
    basePath: "/api/auth",
    secret: authSecret,
    useSecureCookies: isSecure(),
    cookies: authCookies(),
    session: { strategy: "jwt", maxAge: sessionSeconds },
    pages: { signIn: "/signin", error: "/signin" },
    ...(redirectProxyUrl ? { redirectProxyUrl } : {}),
    providers: [...(oidc ? [oidcProvider(oidc)] : []), ...(personasAllowed ? [personaProvider()] : [])],
    callbacks: {
      signIn: ({ account, user, profile }) =>
        signedIn(account?.provider ?? "", user.id, profile as IdClaims | undefined) !== null,
      async jwt({ token, account, user, profile }) {
        if (!account) return stillSignedIn(token);
        const isPersona = account.provider === "persona";
        const fresh = hop(
          isPersona ? "persona" : "id-token",
          () => signedIn(account.provider, user.id, profile as IdClaims | undefined),
          isPersona ? {} : { decision: "valid", rule: "issuer, audience, end and nonce; state and PKCE before that" },
        );
        if (!fresh) return fresh;
        note({ session: { id: fresh.sid, user: { id: fresh.sub, name: fresh.name } } });
        if (!isPersona) await hop("sign-in-tokens", () => keepOidcTokens(fresh.sid, new Date(fresh.until), account));
        const received = [`cookie ${cookieName("session-token")}`];
        hop("session-began", () => undefined, { attributes: { [attribute.received]: received } });
        return fresh;
      },
      session: ({ session, token }) =>
        ({
          user: { id: token.sub, name: token.name, email: token.email },
          expires: new Date((token as unknown as SessionToken).until).toISOString(),
          // Only the user's name and e-mail address: no group, claim or session id leaves the server.
        }) as typeof session,
      redirect: ({ url, baseUrl }) => baseUrl + safeReturnTo(url.startsWith(baseUrl) ? url.slice(baseUrl.length) : url),
    },
    events: {
      // Another user, or the same one again: the session that the browser had before ends.
      async signIn({ account, user, profile }) {
        const previous = await getSession();
        if (previous) await endSession(previous);
        const token = signedIn(account?.provider ?? "", user.id, profile as IdClaims | undefined);
        const requestId = requestIdOf(await headers());
        await audit({ requestId, userId: token?.sub, action: "sign-in", outcome: "ok" });
      },
    },
    logger: {
      error: reportSignInFailure,
      warn: (code) => log.debug({ code }, "next-auth warns"),
      debug: () => {},
    },
  };
}

export const { handlers, signIn, signOut } = NextAuth(authConfig);
