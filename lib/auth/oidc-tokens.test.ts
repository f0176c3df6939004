/** The tokens of a sign-in against an identity provider that is played by `fetch`. */
import { randomUUID } from "node:crypto";
import { endSession, sweep } from "@/lib/broker/end-session";
import type { PortalSession } from "@/lib/broker/user";
import { getStore } from "@/lib/store/database";
import { replaceSignIn } from "@/lib/store/sign-ins";
import { onEachStore } from "@/tests/stores";
import { keepOidcTokens, oidcTokensOf } from "./oidc-tokens";

const issuer = "https://login.example";
jest.mock("@/lib/auth/session", () => ({ getSession: jest.fn() }));
jest.mock("./issuer", () => ({
  ...jest.requireActual("./issuer"),
  oidcSettings: () => ({
    issuer: "https://login.example",
    internalUrl: "https://login.example",
    clientId: "portal",
    clientSecret: "s",
    scope: "openid",
  }),
}));

const newSession = (): PortalSession => ({
  id: randomUUID(),
  user: { id: "u-1", name: "U", email: null, emailVerified: false, groups: [], claims: {}, persona: false },
  expiresAt: new Date(Date.now() + 3600_000),
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function idToken(sub: string): string {
  const now = Math.floor(Date.now() / 1000);
  return `${part({ alg: "RS256" })}.${part({ iss: issuer, aud: "portal", sub, iat: now, exp: now + 300 })}.c2ln`;
}

/** What the token endpoint says; `asked` holds the refresh tokens that it was given. */
function provider(answer: (nth: number) => object | Promise<object>) {
  const asked: (string | null)[] = [];
  jest.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const path = new URL(String(input)).pathname;
    if (path === "/.well-known/openid-configuration")
      return Response.json({ issuer, token_endpoint: `${issuer}/token`, authorization_endpoint: `${issuer}/auth` });
    asked.push(new URLSearchParams(String(init?.body)).get("refresh_token"));
    return Response.json(await answer(asked.length));
  });
  return asked;
}

const renewed = (nth: number, sub = "u-1") => ({
  access_token: `a${nth}`,
  token_type: "bearer",
  expires_in: 300,
  refresh_token: `r${nth}`,
  id_token: idToken(sub),
});

const expired = { access_token: "a0", id_token: "i0", refresh_token: "r0", expires_at: Math.floor(Date.now() / 1000) };

afterEach(() => jest.restoreAllMocks());

onEachStore(() => {
  test("a session that did not begin with OpenID Connect has no tokens", async () => {
    expect(await oidcTokensOf(newSession())).toBeNull();
  });

  test("an expired session leaves none behind, once it was swept", async () => {
    const over = { ...newSession(), expiresAt: new Date(Date.now() - 1) };
    await keepOidcTokens(over.id, over.expiresAt, { ...expired, expires_at: Date.now() / 1000 + 300 });
    await sweep(() => null);
    expect(await oidcTokensOf(over)).toBeNull();
  });

  test("expired tokens are not returned when the provider gave nothing to renew them with", async () => {
    const session = newSession();
    await keepOidcTokens(session.id, session.expiresAt, { ...expired, refresh_token: undefined });
    expect(await oidcTokensOf(session)).toBeNull();
  });

  test("a session that was ended has no tokens, and those of other sessions stay", async () => {
    const [ended, other] = [newSession(), newSession()];
    for (const { id, expiresAt } of [ended, other])
      await keepOidcTokens(id, expiresAt, { ...expired, expires_at: Date.now() / 1000 + 300 });
    await endSession(ended);
    expect(await oidcTokensOf(ended)).toBeNull();
    expect(await oidcTokensOf(other)).toEqual({ accessToken: "a0", idToken: "i0" });
  });

  test("tokens renewed while their session was being ended reach no one", async () => {
    const session = newSession();
    await keepOidcTokens(session.id, session.expiresAt, expired);
    provider(async (nth) => {
      await endSession(session);
      return renewed(nth);
    });
    expect(await oidcTokensOf(session)).toBeNull();
    expect(await oidcTokensOf(session)).toBeNull();
  });

  test("a renewal that names another person is refused", async () => {
    const session = newSession();
    await keepOidcTokens(session.id, session.expiresAt, expired);
    provider((nth) => renewed(nth, "u-2"));
    expect(await oidcTokensOf(session)).toBeNull();
  });

  test("tokens copied to someone else's row do not open there", async () => {
    const [mine, theirs] = [newSession(), newSession()];
    for (const { id, expiresAt } of [mine, theirs]) await keepOidcTokens(id, expiresAt, expired);
    const db = await getStore();
    const { sealed } = await db
      .selectFrom("sign_in")
      .select("sealed")
      .where("session_id", "=", theirs.id)
      .executeTakeFirstOrThrow();
    await db.updateTable("sign_in").set({ sealed }).where("session_id", "=", mine.id).execute();
    expect(await oidcTokensOf(mine)).toBeNull();
  });

  test("nothing of them stands in clear in the store", async () => {
    const session = newSession();
    await keepOidcTokens(session.id, session.expiresAt, { ...expired, refresh_token: "canary-refresh" });
    const db = await getStore();
    const rows = await db.selectFrom("sign_in").selectAll().where("session_id", "=", session.id).execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain("canary");
  });

  test("the refresh token never leaves this module, and is used once however many ask", async () => {
    const session = newSession();
    await keepOidcTokens(session.id, session.expiresAt, expired);
    const asked = provider(renewed);
    const results = await Promise.all(Array.from({ length: 20 }, () => oidcTokensOf(session)));
    expect(asked).toEqual(["r0"]);
    for (const tokens of results) expect(Object.keys(tokens ?? {}).sort()).toEqual(["accessToken", "idToken"]);
    expect(results[0]?.accessToken).toBe("a1");
    expect((await oidcTokensOf(session))?.accessToken).toBe("a1");
  });

  test("a provider that refuses the renewal leaves no tokens and no loop", async () => {
    const session = newSession();
    await keepOidcTokens(session.id, session.expiresAt, expired);
    const asked = provider(() => ({ error: "invalid_grant" }));
    expect(await oidcTokensOf(session)).toBeNull();
    expect(asked).toEqual(["r0"]);
  });

  test("what another instance renewed first is found, when the provider refuses the used token", async () => {
    const session = newSession();
    await keepOidcTokens(session.id, session.expiresAt, expired);
    const asked = provider(async () => {
      const tokens = { accessToken: "a9", idToken: "i9", refreshToken: "r9", expiresAt: Date.now() + 300_000 };
      await replaceSignIn(session.id, tokens);
      return { error: "invalid_grant" };
    });
    expect(await oidcTokensOf(session)).toEqual({ accessToken: "a9", idToken: "i9" });
    expect(asked).toEqual(["r0"]);
  });
});
