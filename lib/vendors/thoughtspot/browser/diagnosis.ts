"use client";
/** Why ThoughtSpot did not come up, found out in the browser. The SDK itself says "invalid token" to all of these. */
import type { EmbedProblem } from "@/lib/vendors/embed-host";
import { reportsFrameRefusals } from "@/lib/vendors/frame-refusals";

const probeMs = 2_500;

/** What the SDK tried to sign in with. */
interface SignIn {
  readonly host: string;
  /** The token that it could not use. */
  readonly token: string | undefined;
  /** Whether it makes a session out of the token. */
  readonly opensSession: boolean;
  readonly username?: string | undefined;
}

/**
 * Tells apart, after the SDK's sign-in failed although the portal gave a token: the token refused, a pause asked for, a
 * second factor asked for, CORS missing, the host unreachable.
 */
export async function diagnoseSignIn({ host, token, opensSession, username }: SignIn): Promise<EmbedProblem> {
  if (typeof navigator !== "undefined" && !navigator.onLine) return { code: "offline" };
  const address = `${host}/callosum/v1/session/isactive`;
  const options = { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(probeMs) } as const;
  try {
    const response = await fetch(address, {
      ...options,
      headers: { "x-requested-by": "ThoughtSpot", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    });
    if (response.ok && opensSession && token) return await diagnoseLogin(host, token, username);
    return problemOfStatus(response.status) ?? { code: "embed_refused" };
  } catch {
    // Not readable from here. Does it answer at all?
  }
  if (!(await answersAtAll(host))) return unreachable(host);
  return {
    code: "vendor_misconfigured",
    detail: `ThoughtSpot does not let this portal call it from a browser. Its administrator must add ${location.origin} to the CORS list under Develop > Customizations > Security settings. If it is listed there, THOUGHTSPOT_URL (${host}) leads to something else than ThoughtSpot.`,
  };
}

/** What a status says, whichever call it answers. */
function problemOfStatus(status: number): EmbedProblem | undefined {
  if (status === 429) return { code: "vendor_busy", retryAfter: 2 };
  return status >= 500 ? { code: "vendor_failed" } : undefined;
}

/**
 * The token is good, and no session came of it: asks the login step once more, as the SDK does (1.52.0,
 * `src/utils/authService`), to read its status. 403 is multi-factor authentication.
 */
async function diagnoseLogin(host: string, token: string, username: string | undefined): Promise<EmbedProblem> {
  const { status } = await fetch(`${host}/callosum/v1/session/login/token`, {
    method: "POST",
    headers: { "x-requested-by": "ThoughtSpot" },
    body: new URLSearchParams({ ...(username === undefined ? {} : { username }), auth_token: token }),
    credentials: "include",
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(probeMs),
  });
  if (status === 403) return { code: "multi_factor_required", detail: secondFactor };
  return problemOfStatus(status) ?? { code: "embed_refused" };
}

const secondFactor =
  "Multi-factor authentication is on in ThoughtSpot, so it opens no session from the portal's token. Its administrator can leave these users out of it; the portal's administrator can set THOUGHTSPOT_LOGIN=cookieless, which needs no session.";

/** Whether anything answers under ThoughtSpot's address, readable or not. */
export async function answersAtAll(host: string): Promise<boolean> {
  const address = `${host}/callosum/v1/session/isactive`;
  const signal = AbortSignal.timeout(probeMs);
  return fetch(address, { mode: "no-cors", credentials: "omit", cache: "no-store", signal }).then(
    () => true,
    () => false,
  );
}

/** The browser's own view of an address that the portal's server may well reach. */
export const unreachable = (host: string): EmbedProblem => ({
  code: "vendor_unreachable",
  detail: `This browser gets no answer from ${host}. Check the network; an administrator should check THOUGHTSPOT_URL.`,
});

/** What a frame means that loaded, but whose application never asked for its token. */
export function silentFrame(isReported: boolean): EmbedProblem {
  const screen = "Develop > Customizations > Security settings > CSP visual embed hosts";
  if (isReported)
    return {
      code: "embed_blocked",
      detail: `ThoughtSpot does not allow ${location.origin} to show it in a frame. Its administrator must add this address under ${screen}.`,
    };
  if (reportsFrameRefusals()) return { code: "embed_timeout" };
  return {
    code: "embed_blocked",
    detail: `The frame stayed empty. ThoughtSpot's administrator should check that ${location.origin} is listed under ${screen}.`,
  };
}
