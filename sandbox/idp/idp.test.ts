/** The identity provider as a relying party and a browser meet it: a process of its own, spoken to over HTTP. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { decodeJwt } from "jose";
import { personas, sandboxSecret, sandboxServices, sandboxVendors } from "@/lib/config/sandbox";

const port = 20_000 + (process.pid % 3_000) * 4;
const { idp } = sandboxServices(port);
const base = idp.internalOrigin;
const portal = "http://portal.localhost:3000";
const callback = `${portal}/api/auth/callback/oidc`;

let server: ChildProcess;

beforeAll(async () => {
  server = spawn(process.execPath, ["--import", "tsx", "sandbox/server.ts"], {
    cwd: join(__dirname, "../.."),
    env: { ...process.env, SANDBOX_PORT: String(port), PORTAL_ORIGIN: portal },
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!server.stdout) throw new Error("no output");
  await once(createInterface({ input: server.stdout }), "line");
}, 20_000);

afterAll(async () => {
  server.kill();
  await once(server, "exit");
});

/** A browser: cookies, no redirects followed. */
class Browser {
  readonly #jar = new Map<string, string>();

  async go(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address, base);
    const cookie = [...this.#jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(base + url.pathname + url.search, {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, cookie },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      this.#jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    return response;
  }
}

const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");

const authorization = (changes: Record<string, string> = {}) => {
  const parameters = {
    client_id: "portico",
    response_type: "code",
    redirect_uri: callback,
    scope: "openid profile email groups",
    state: "state",
    nonce: "nonce",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...changes,
  };
  return `/auth?${new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ""))}`;
};

const locationOf = (response: Response) => new URL(response.headers.get("location") ?? "", base);
const form = (fields: Record<string, string>): RequestInit => ({ method: "POST", body: new URLSearchParams(fields) });

/** Follows the chooser to the portal's callback. */
async function codeFor(account: string, browser = new Browser()): Promise<string> {
  const interaction = locationOf(await browser.go(authorization())).pathname;
  const resume = locationOf(await browser.go(interaction, form({ account })));
  const done = locationOf(await browser.go(resume.href));
  expect(done.origin + done.pathname).toBe(callback);
  expect(done.searchParams.get("state")).toBe("state");
  expect(done.searchParams.get("iss")).toBe(idp.origin);
  return done.searchParams.get("code") ?? "";
}

const basic = (secret = sandboxSecret("idp:client-secret")) =>
  `Basic ${Buffer.from(`portico:${encodeURIComponent(secret)}`).toString("base64")}`;

const token = (fields: Record<string, string>, authorizationHeader = basic()) =>
  fetch(`${base}/token`, { ...form(fields), headers: { authorization: authorizationHeader } });

const redeem = (code: string, changes: Record<string, string> = {}) =>
  token({ grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: verifier, ...changes });

interface Tokens {
  id_token: string;
  access_token: string;
  refresh_token: string;
}
const tokensFor = async (account: string) => (await (await redeem(await codeFor(account))).json()) as Tokens;

describe("refused:", () => {
  test("a sign-in without PKCE", async () => {
    const response = await new Browser().go(authorization({ code_challenge: "", code_challenge_method: "" }));
    expect(locationOf(response).searchParams.get("error")).toBe("invalid_request");
  });

  test.each(["http://evil.example/callback", `${callback}/x`, `${callback}?x=1`, callback.replace("portal.", "")])(
    "the redirect address %s",
    async (address) => {
      const response = await new Browser().go(authorization({ redirect_uri: address }));
      expect(response.status).toBe(400);
      expect(response.headers.get("location")).toBeNull();
    },
  );

  test("an unknown client", async () => {
    expect((await new Browser().go(authorization({ client_id: "other" }))).status).toBe(400);
  });

  test("a wrong client secret, verifier or redirect address at the token endpoint", async () => {
    const code = await codeFor("persona-analyst");
    const fields = { grant_type: "authorization_code", code, redirect_uri: callback, code_verifier: verifier };
    expect((await token(fields, basic("wrong"))).status).toBe(401);
    expect((await redeem(code, { code_verifier: "x".repeat(43) })).status).toBe(400);
    expect((await redeem(await codeFor("persona-analyst"), { redirect_uri: `${callback}x` })).status).toBe(400);
  });

  test("a code used twice, with what the first use gave", async () => {
    const code = await codeFor("persona-analyst");
    const first = (await (await redeem(code)).json()) as Tokens;
    expect((await redeem(code)).status).toBe(400);
    const me = await fetch(`${base}/me`, { headers: { authorization: `Bearer ${first.access_token}` } });
    expect(me.status).toBe(401);
  });

  test("a refresh token used twice", async () => {
    const { refresh_token } = await tokensFor("persona-analyst");
    expect((await token({ grant_type: "refresh_token", refresh_token })).status).toBe(200);
    expect((await token({ grant_type: "refresh_token", refresh_token })).status).toBe(400);
  });

  test("a choice made from another site, in another browser or for no one", async () => {
    const browser = new Browser();
    const interaction = locationOf(await browser.go(authorization())).pathname;
    const choice = form({ account: "persona-admin" });
    const foreign = await browser.go(interaction, { ...choice, headers: { origin: "http://evil.example" } });
    expect(foreign.status).toBe(403);
    expect((await new Browser().go(interaction, choice)).status).toBe(400);
    expect((await browser.go(interaction, form({ account: "root" }))).status).toBe(400);
  });

  test("to send someone to a foreign page after sign-out", async () => {
    const query = new URLSearchParams({ client_id: "portico", post_logout_redirect_uri: "http://evil.example/" });
    expect((await new Browser().go(`/session/end?${query}`)).status).toBe(400);
  });

  test("control from a web page", async () => {
    const response = await fetch(`${base}/sandbox/reset`, { method: "POST", headers: { origin: portal } });
    expect(response.status).toBe(403);
  });
});

test("the discovery document names the public addresses, over the internal one too", async () => {
  const document = await (await fetch(`${base}/.well-known/openid-configuration`)).json();
  expect(document).toMatchObject({
    issuer: idp.origin,
    authorization_endpoint: `${idp.origin}/auth`,
    token_endpoint: `${idp.origin}/token`,
    end_session_endpoint: `${idp.origin}/session/end`,
    code_challenge_methods_supported: ["S256"],
  });
});

test.each(personas)("the ID token of $persona says who that is, and no more", async (persona) => {
  const claims = decodeJwt((await tokensFor(persona.subject)).id_token);
  expect(claims).toMatchObject({
    iss: idp.origin,
    aud: "portico",
    nonce: "nonce",
    sub: persona.subject,
    name: persona.name,
    email: persona.email,
    email_verified: true,
    groups: persona.groups,
  });
  for (const { id, claim } of sandboxVendors) expect([claim, claims[claim]]).toEqual([claim, persona.accounts[id]]);
});

test("one browser can choose again at every sign-in; prompt=none stays silent", async () => {
  const browser = new Browser();
  await codeFor("persona-analyst", browser);
  expect(locationOf(await browser.go(authorization())).pathname).toMatch(/^\/interaction\//);
  const silent = locationOf(await browser.go(authorization({ prompt: "none" })));
  expect(silent.searchParams.get("code")).toBeTruthy();
  const stranger = locationOf(await new Browser().go(authorization({ prompt: "none" })));
  expect(stranger.searchParams.get("error")).toBe("login_required");
});

test("cancelling tells the portal", async () => {
  const browser = new Browser();
  const interaction = locationOf(await browser.go(authorization())).pathname;
  const resume = locationOf(await browser.go(interaction, form({ cancel: "yes" })));
  expect(locationOf(await browser.go(resume.href)).searchParams.get("error")).toBe("access_denied");
});

test("the state counts tokens and shows none; a reset forgets every session", async () => {
  const browser = new Browser();
  await codeFor("persona-viewer", browser);
  const { id_token, access_token, refresh_token } = await tokensFor("persona-viewer");
  const state = await (await fetch(`${base}/sandbox/state`)).text();
  expect(JSON.parse(state).minted.codes).toBeGreaterThan(1);
  for (const secret of [id_token, access_token, refresh_token, sandboxSecret("idp:client-secret")]) {
    expect(state).not.toContain(secret);
  }
  await fetch(`${base}/sandbox/reset`, { method: "POST" });
  const silent = locationOf(await browser.go(authorization({ prompt: "none" })));
  expect(silent.searchParams.get("error")).toBe("login_required");
});

test("no page may be framed, and no page runs foreign script", async () => {
  const browser = new Browser();
  const chooser = await browser.go(locationOf(await browser.go(authorization())).pathname);
  const policy = chooser.headers.get("content-security-policy");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("default-src 'none'");
});
