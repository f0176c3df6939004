import "server-only";
/**
 * Which identity provider the portal has, and how the server calls it. Without next-auth, so that the doctor's command can
 * load it.
 */
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
} from "@opentelemetry/semantic-conventions";
import { getConfig, type OidcConfig } from "@/lib/config/config";
import { sandboxServices } from "@/lib/config/sandbox";
import { describeReceived, describeSent } from "@/lib/trace/mask";
import type { Disclosures } from "@/lib/trace/terms";
import { attribute, type Hop, hop } from "@/lib/trace/trace";

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
    const method = init?.method ?? "GET";
    const send = () => fetch(target, { ...init, cache: "no-store", signal });
    return hop(termOf(method, url), (step) => (step.recording ? traced(step, method, url, init, send) : send()));
  };
}

const termOf = (method: string, { pathname }: URL) =>
  pathname.endsWith("/.well-known/openid-configuration")
    ? "discovery"
    : method === "POST"
      ? "token-request"
      : "oidc-call";

/** Names from OpenID Connect Core, section 3.1.3, and RFC 7636. */
const sent: Disclosures = {
  grant_type: "value",
  client_id: "value",
  redirect_uri: "value",
  code: { token: "authorization code", note: "works once" },
  code_verifier: { token: "verifier", note: "PKCE" },
  client_secret: "password",
  authorization: "password",
  refresh_token: { token: "refresh token" },
};
const received: Disclosures = {
  issuer: "value",
  token_type: "value",
  expires_in: "value",
  access_token: { token: "access token" },
  id_token: { token: "ID token" },
  refresh_token: { token: "refresh token" },
  error: "value",
};

async function traced(
  step: Hop,
  method: string,
  { origin, pathname, hostname, href }: URL,
  init: RequestInit | undefined,
  send: () => Promise<Response>,
): Promise<Response> {
  const headers = Object.fromEntries(new Headers(init?.headers));
  const body = init?.body instanceof URLSearchParams ? init.body : new URLSearchParams(String(init?.body ?? ""));
  step.set({
    attributes: {
      [attribute.sent]: describeSent({ url: href, headers, body }, sent),
      [attribute.sentAs]: "form",
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_URL_FULL]: origin + pathname,
      [ATTR_URL_PATH]: pathname,
      [ATTR_SERVER_ADDRESS]: hostname,
    },
  });
  const answer = await send();
  const text = await answer.clone().text();
  step.set({
    attributes: {
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: answer.status,
      [attribute.received]: describeReceived({ headers: answer.headers, cookies: [], text }, received),
      ...(answer.status >= 400 ? { [ATTR_ERROR_TYPE]: String(answer.status) } : {}),
    },
  });
  return answer;
}
