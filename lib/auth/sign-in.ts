import "server-only";
/** Signing in and out, for server actions. Each ends in a redirect. */
import { createHash } from "node:crypto";
import { ATTR_HTTP_REQUEST_METHOD, ATTR_URL_PATH } from "@opentelemetry/semantic-conventions";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { getConfig } from "@/lib/config/config";
import { isLoopbackUrl } from "@/lib/config/loopback";
import { personas } from "@/lib/config/sandbox";
import { isFromAnotherSite } from "@/lib/http/origin";
import { requestIdOf } from "@/lib/http/request-id";
import { safeReturnTo, signInPath } from "@/lib/security/redirect";
import { describeSent } from "@/lib/trace/mask";
import { attribute, hop, note, record } from "@/lib/trace/trace";
import { cookieName } from "./cookies";
import { oidcSettings } from "./issuer";
import { signIn as nextSignIn, signOut as nextSignOut } from "./next-auth";
import type { SignInError } from "./sign-in-errors";
import { signInErrorOf, watchingSignIn } from "./sign-in-failure";

/** The sign-in page with the reason of a failure and the page to return to. */
export function signInErrorPath(error: SignInError, returnTo: unknown): string {
  const page = signInPath(returnTo);
  return `${page}${page.includes("?") ? "&" : "?"}error=${error}`;
}

/** next-auth refuses everything while this cookie is unreadable; without it the next attempt works. */
async function forgetBrokenReturnCookie(): Promise<boolean> {
  const jar = await cookies();
  const value = jar.get(cookieName("callback-url"))?.value;
  if (value === undefined || isReadableReturnCookie(value)) return false;
  jar.delete(cookieName("callback-url"));
  return true;
}

/** Whether next-auth will accept the cookie that holds the return address. */
export function isReadableReturnCookie(value: string): boolean {
  return URL.canParse(value, value.startsWith("/") ? getConfig().origin : undefined);
}

/** One of next-auth's own errors, each of which has a `type` and a `kind`; anything else is unexpected. */
const isAuthError = (error: unknown) => error instanceof Error && "type" in error && "kind" in error;

type Provider = "oidc" | "persona";

/** Where next-auth wants the browser to go, or why it could not start the sign-in; null when there is no reason to tell. */
async function start(
  provider: Provider,
  options: Record<string, string>,
): Promise<{ target: string | null; error?: SignInError | null }> {
  const asked = await headers();
  // A page of another site must not sign anyone in, for example as another user.
  if (isFromAnotherSite(asked) || (await forgetBrokenReturnCookie())) return { target: null };
  const requestId = requestIdOf(asked);
  const begun = { requestId, root: "sign-in-start", method: "POST", path: "/signin", kind: "sign-in" } as const;
  return record(begun, async () => {
    const { result, failure } = await watchingSignIn(requestId, () => targetOf(provider, options));
    if (provider === "oidc" && result) describeAuthorizationRequest(result);
    return { target: result, error: failure && signInErrorOf(failure) };
  });
}

/** The redirect to the identity provider, by the names in its query; `state` joins it to the callback. */
function describeAuthorizationRequest(target: string): void {
  const url = new URL(target, getConfig().origin);
  note({ pairing: pairingOf(url) });
  const attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: "GET",
    [ATTR_URL_PATH]: url.pathname,
    [attribute.sent]: describeSent({ url: url.href }),
  };
  const rule = "authorization code with PKCE (S256), state and nonce, each new";
  hop("authorization-request", () => undefined, { decision: "redirect", rule, attributes });
}

/** Names the sign-in that an address belongs to. `state` itself is a secret until the browser is back. */
export function pairingOf(url: URL): string | undefined {
  const state = url.searchParams.get("state");
  return state ? createHash("sha256").update(state).digest("base64url") : undefined;
}

async function targetOf(provider: Provider, options: Record<string, string>): Promise<string | null> {
  try {
    const target: unknown = await nextSignIn(provider, { ...options, redirect: false });
    if (typeof target !== "string" || !URL.canParse(target, getConfig().origin)) return null;
    const { pathname } = new URL(target, getConfig().origin);
    return pathname === "/signin" || pathname.startsWith("/api/auth/") ? null : target;
  } catch (error) {
    if (isAuthError(error)) return null;
    throw error;
  }
}

/** Redirects to the organization's sign-in, and afterwards to `returnTo` if that is a page of the portal. */
export async function signInWithOidc(returnTo: unknown): Promise<never> {
  if (!oidcSettings()) redirect(signInErrorPath("unavailable", returnTo));
  const { target, error } = await start("oidc", { redirectTo: safeReturnTo(returnTo) });
  redirect(target ?? signInErrorPath(error ?? "unavailable", returnTo));
}

/**
 * Whether personas may sign in at the host of this request. A sandbox on this machine also listens on the machine's
 * address in the network, where anyone could use them.
 */
function arePersonasOffered(asked: Headers): boolean {
  const { personas: allowed, origin } = getConfig();
  const host = asked.get("x-forwarded-host") ?? asked.get("host");
  return allowed && (!isLoopbackUrl(origin) || isLoopbackUrl(`http://${host}`));
}

/** Signs a sandbox persona in, where personas are allowed. */
export async function signInAsPersona(persona: unknown, returnTo: unknown): Promise<never> {
  const known = personas.find((entry) => entry.persona === persona);
  if (!known || !arePersonasOffered(await headers())) redirect(signInErrorPath("persona", returnTo));
  const { target } = await start("persona", { persona: known.persona, redirectTo: safeReturnTo(returnTo) });
  redirect(target ? safeReturnTo(returnTo) : signInErrorPath("failed", returnTo));
}

/** Removes the session cookie. End the session and its connections first. */
export async function forgetSessionCookie(): Promise<void> {
  await nextSignOut({ redirect: false });
}
