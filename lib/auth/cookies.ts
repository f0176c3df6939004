import "server-only";
/** Names and flags of the sign-in cookies. */
import { getConfig } from "@/lib/config/config";

const tenMinutes = 600;

/** Whether the portal is served over https. Every cookie is then `Secure` and bound to exactly this host. */
export const isSecure = () => getConfig().origin.startsWith("https:");

/** Browsers accept a `__Host-` cookie only from this exact host, not from sibling subdomains. */
export const cookieName = (name: string) => `${isSecure() ? "__Host-" : ""}authjs.${name}`;

const cookie = (name: string, maxAge?: number) => ({
  name: cookieName(name),
  options: {
    httpOnly: true,
    // Lax, not Strict: the identity provider redirects the browser back from another site.
    sameSite: "lax" as const,
    path: "/",
    secure: isSecure(),
    ...(maxAge === undefined ? {} : { maxAge }),
  },
});

/** The cookies of next-auth, each with its flags spelled out. */
export const authCookies = () => ({
  sessionToken: cookie("session-token"),
  callbackUrl: cookie("callback-url"),
  csrfToken: cookie("csrf-token"),
  pkceCodeVerifier: cookie("pkce.code_verifier", tenMinutes),
  state: cookie("state", tenMinutes),
  nonce: cookie("nonce", tenMinutes),
});
