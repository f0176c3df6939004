/**
 * The sandbox identity provider: a certified OpenID Connect server (oidc-provider) with the personas as its users and
 * an account chooser in place of passwords. Everything else is as strict as a real one: exact redirect address, PKCE,
 * client authentication, single-use codes, rotating refresh tokens.
 */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import type { OidcContext, Provider } from "oidc-provider/lib/provider.js";
import { personaBySubject, personas, sandboxSecret, sandboxVendors } from "@/lib/config/sandbox";
import { Control, type Sandbox, type SandboxOptions } from "../kit/sandbox";
import { chooserPage, messagePage, signOutPage } from "./pages";
import { IdpStore } from "./store";

/** The portal's registration. */
const clientId = "portico";

const signInMinutes = 10;
const hour = 3600;

/** Node's own request and response, which oidc-provider works on. */
type NodeBindings = { incoming: IncomingMessage; outgoing: ServerResponse };

/** What the identity provider tells about a persona, by the scope that releases it. */
const claimsByScope = {
  openid: ["sub"],
  profile: ["name", "preferred_username", ...sandboxVendors.map(({ claim }) => claim)],
  email: ["email", "email_verified"],
  groups: ["groups"],
};

function claimsOf(subject: string): { sub: string; [claim: string]: unknown } {
  const persona = personaBySubject(subject);
  if (!persona) return { sub: subject };
  const { accounts } = persona;
  return {
    sub: persona.subject,
    name: persona.name,
    email: persona.email,
    email_verified: true,
    preferred_username: persona.email.split("@")[0],
    groups: persona.groups,
    ...Object.fromEntries(sandboxVendors.flatMap(({ id, claim }) => (accounts[id] ? [[claim, accounts[id]]] : []))),
  };
}

/** A signing key of this run. */
function signingKey(): object {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };
}

/** Lets the person choose at every sign-in, so that one browser can try all personas; `prompt=none` stays silent. */
async function interactionPolicy() {
  const { base, Check } = await import("oidc-provider/lib/helpers/interaction_policy/index.js");
  const policy = base();
  policy
    .get("login")
    .checks.add(
      new Check(
        "choose_account",
        "The person chooses an account",
        ({ oidc }) => !oidc.prompts?.has("none") && !oidc.result?.login,
      ),
    );
  return policy;
}

async function createProvider(options: SandboxOptions, store: IdpStore): Promise<Provider> {
  // Not the package's main module: that one only adds a warning about Node 20.
  const { Provider } = await import("oidc-provider/lib/provider.js");
  const provider: Provider = new Provider(options.origin, {
    adapter: (model: string) => store.adapter(model),
    clients: [
      {
        client_id: clientId,
        client_secret: sandboxSecret("idp:client-secret"),
        redirect_uris: [`${options.portalOrigin}/api/auth/callback/oidc`],
        post_logout_redirect_uris: [`${options.portalOrigin}/signed-out`],
        response_types: ["code"],
        grant_types: ["authorization_code", "refresh_token"],
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    jwks: { keys: [signingKey()] },
    cookies: { keys: [sandboxSecret("idp:cookies")] },
    pkce: { required: () => true },
    scopes: ["openid", "offline_access", "profile", "email", "groups"],
    claims: claimsByScope,
    // Relying parties take the profile from the ID token.
    conformIdTokenClaims: false,
    findAccount: (_context: OidcContext, subject: string) =>
      personaBySubject(subject) && { accountId: subject, claims: () => claimsOf(subject) },
    issueRefreshToken: (_context: OidcContext, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: () => true,
    // There is no consent page: the portal is the identity provider's own client.
    loadExistingGrant: async ({ oidc }: OidcContext) => {
      const accountId = oidc.session?.accountId;
      if (!accountId || !oidc.client) return undefined;
      const grant = new provider.Grant({ accountId, clientId: oidc.client.clientId });
      grant.addOIDCScope(String(oidc.params?.scope ?? "openid"));
      await grant.save();
      return grant;
    },
    interactions: {
      url: (_context: OidcContext, interaction: { uid: string }) => `/interaction/${interaction.uid}`,
      policy: await interactionPolicy(),
    },
    clientBasedCORS: () => false,
    features: {
      devInteractions: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_context: OidcContext, client: { clientId: string }, token: { clientId: string }) =>
          client.clientId === token.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context: OidcContext, form: string) => show(context, signOutPage(form)),
        postLogoutSuccessSource: (context: OidcContext) =>
          show(
            context,
            messagePage("Signed out", "The session at the identity provider is over.", {
              href: options.portalOrigin,
              text: "Back to the portal",
            }),
          ),
      },
    },
    renderError: (context: OidcContext, { error, error_description: description }: Record<string, string>) =>
      show(
        context,
        messagePage("Sign-in stopped", `${description ?? "The request was refused"} (${error}).`, {
          href: options.portalOrigin,
          text: "Back to the portal",
        }),
      ),
    ttl: {
      AccessToken: hour,
      AuthorizationCode: 60,
      Grant: 14 * 24 * hour,
      IdToken: hour,
      Interaction: signInMinutes * 60,
      RefreshToken: 14 * 24 * hour,
      Session: 24 * hour,
    },
  });
  return provider;
}

function show(context: OidcContext, html: string): void {
  context.type = "html";
  context.body = html;
}

/** The identity provider with the personas as its accounts. */
export function createIdentityProvider(options: SandboxOptions): Sandbox {
  const store = new IdpStore();
  const control = new Control({});
  const host = new URL(options.origin).host;
  const loading = createProvider(options, store);
  const app = new Hono<{ Bindings: NodeBindings }>();

  app.use(control.middleware());
  app.route(
    "/",
    control.routes({
      id: "idp",
      name: "Identity provider",
      origin: options.origin,
      reset: () => store.reset(),
      state: () => ({
        users: personas.map(({ subject, name, email, groups }) => ({ subject, name, email, groups })),
        sessions: store.all("Session").flatMap(({ accountId }) => (accountId ? [{ user: accountId }] : [])),
        minted: {
          codes: store.made("AuthorizationCode"),
          accessTokens: store.made("AccessToken"),
          refreshTokens: store.made("RefreshToken"),
        },
      }),
    }),
  );

  app.use(async (c, next) => {
    await next();
    if (c.res === RESPONSE_ALREADY_SENT) return;
    c.res.headers.set("cache-control", "no-store");
    for (const [name, value] of Object.entries(pageHeaders(options))) c.res.headers.set(name, value);
  });

  app.get("/", (c) =>
    c.html(
      messagePage("Identity provider", "Signs the sandbox personas in to the portal, with OpenID Connect.", {
        href: options.portalOrigin,
        text: "Open the portal",
      }),
    ),
  );

  const expired = (c: Context) =>
    c.html(
      messagePage("This sign-in has expired", "It was started in another browser or too long ago. Start again.", {
        href: options.portalOrigin,
        text: "Back to the portal",
      }),
      400,
    );

  app.get("/interaction/:uid", async (c) => {
    const provider = await loading;
    const { incoming, outgoing } = c.env;
    const interaction = await provider.interactionDetails(incoming, outgoing).catch(() => undefined);
    if (interaction?.uid !== c.req.param("uid")) return expired(c);
    if (interaction.prompt.name === "consent") {
      return c.redirect(await provider.interactionResult(incoming, outgoing, { consent: {} }), 303);
    }
    return c.html(chooserPage(interaction.uid, personas, interaction.session?.accountId));
  });

  app.post("/interaction/:uid", async (c) => {
    const origin = c.req.header("origin");
    if (origin && origin !== options.origin) return c.text("Only this page may do this.", 403);
    const provider = await loading;
    const { incoming, outgoing } = c.env;
    const form = await c.req.parseBody();
    const interaction = await provider.interactionDetails(incoming, outgoing).catch(() => undefined);
    if (interaction?.uid !== c.req.param("uid")) return expired(c);
    const subject = typeof form.account === "string" ? form.account : "";
    if (!form.cancel && !personaBySubject(subject)) return c.text("There is no such account.", 400);
    const result = form.cancel
      ? { error: "access_denied", error_description: "The person cancelled the sign-in" }
      : { login: { accountId: subject } };
    return c.redirect(await provider.interactionResult(incoming, outgoing, result), 303);
  });

  app.all("*", async (c) => {
    const provider = await loading;
    const { incoming, outgoing } = c.env;
    // Its addresses come from the Host header; calls over the internal address must see the public ones.
    incoming.headers.host = host;
    for (const [name, value] of Object.entries(pageHeaders(options))) outgoing.setHeader(name, value);
    await provider.callback()(incoming, outgoing);
    return RESPONSE_ALREADY_SENT;
  });

  return {
    id: "idp",
    name: "Identity provider",
    ready: loading.then(() => undefined),
    fetch(request, bindings) {
      if (bindings && "incoming" in bindings) return app.fetch(request, bindings as NodeBindings);
      return new Response("The identity provider needs Node's own HTTP server.", { status: 501 });
    },
  };
}

const pageHeaders = ({ portalOrigin }: SandboxOptions) => ({
  // A form's redirects count as its action (Chromium), and sign-in ends at the portal.
  // oidc-provider adds the hash of its one inline script to script-src.
  "content-security-policy": `default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self' ${portalOrigin}; frame-ancestors 'none'`,
  "x-content-type-options": "nosniff",
  // Not no-referrer: the browser would then send the chooser's form with the origin "null".
  "referrer-policy": "same-origin",
});
