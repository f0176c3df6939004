/** The tokens of a sign-in, against an issuer of the test's own that rotates its refresh tokens. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { endSession, sweep } from "@/lib/broker/sessions";
import type { PortalSession } from "@/lib/broker/user";
import { getStore } from "@/lib/store/database";
import { keepOidcTokens, oidcTokensOf } from "./oidc-tokens";

const mockSettings = { issuer: "", internalUrl: "", clientId: "portal", clientSecret: "secret", scope: "openid" };

jest.mock("./oidc", () => ({ ...jest.requireActual("./oidc"), oidcSettings: () => mockSettings }));

let server: Server;
let refused = false;
/** The refresh tokens that the issuer has been shown, in order. */
const shown: string[] = [];

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const keys = [{ ...(await exportJWK(publicKey)), kid: "1", alg: "RS256", use: "sig" }];
  const idToken = () =>
    new SignJWT({ nonce: "n" })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setIssuer(mockSettings.issuer)
      .setAudience("portal")
      .setSubject("u-1")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(privateKey);
  server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url === "/.well-known/openid-configuration")
      return answer(200, {
        issuer: mockSettings.issuer,
        token_endpoint: `${mockSettings.issuer}/token`,
        jwks_uri: `${mockSettings.issuer}/jwks`,
      });
    if (request.url === "/jwks") return answer(200, { keys });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const refreshToken = new URLSearchParams(Buffer.concat(chunks).toString()).get("refresh_token") ?? "";
    if (refused || shown.includes(refreshToken)) return answer(400, { error: "invalid_grant" });
    shown.push(refreshToken);
    return answer(200, {
      access_token: `access-after-${refreshToken}`,
      id_token: await idToken(),
      refresh_token: `${refreshToken}+`,
      token_type: "Bearer",
      expires_in: 3600,
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  mockSettings.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mockSettings.internalUrl = mockSettings.issuer;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
});

beforeEach(() => {
  refused = false;
  shown.length = 0;
});

const session = (expiresAt = new Date(Date.now() + 3600_000)): PortalSession => ({
  id: randomUUID(),
  expiresAt,
  user: { id: "u-1", name: "U", email: null, emailVerified: false, groups: [], claims: {}, persona: false },
});

const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;

const issued = (refreshToken: string | undefined, expiresIn: number) => ({
  access_token: "access",
  id_token: "id",
  refresh_token: refreshToken,
  expires_at: seconds(expiresIn),
});

async function signedIn(tokens: ReturnType<typeof issued>, given = session()): Promise<PortalSession> {
  await keepOidcTokens(given.id, given.expiresAt, tokens);
  return given;
}

describe("no tokens", () => {
  test("for a session that did not begin with OpenID Connect", async () => {
    expect(await oidcTokensOf(session())).toBeNull();
  });

  test("for a session that was ended", async () => {
    const ended = await signedIn(issued("r", 3600));
    await endSession(ended);
    expect(await oidcTokensOf(ended)).toBeNull();
  });

  test("for a session that is over, once it was swept", async () => {
    const over = await signedIn(issued("r", 3600), session(new Date(Date.now() - 1)));
    await sweep(() => null);
    expect(await oidcTokensOf(over)).toBeNull();
  });

  test("when they have ended and the provider gave nothing to renew them with", async () => {
    expect(await oidcTokensOf(await signedIn(issued(undefined, -1)))).toBeNull();
  });

  test("when the provider refuses the renewal", async () => {
    refused = true;
    expect(await oidcTokensOf(await signedIn(issued("r", -1)))).toBeNull();
  });

  test("come back to life when the session ends during a renewal", async () => {
    const ending = await signedIn(issued("r", -1));
    const renewal = oidcTokensOf(ending);
    await endSession(ending);
    await renewal;
    expect(await oidcTokensOf(ending)).toBeNull();
  });
});

test("are handed out as they were issued, while they are valid", async () => {
  expect(await oidcTokensOf(await signedIn(issued("r", 3600)))).toEqual({ accessToken: "access", idToken: "id" });
  expect(shown).toEqual([]);
});

test("are renewed after their end, once for concurrent callers, and again with the rotated token", async () => {
  const current = await signedIn(issued("r", -1));
  const tokens = await Promise.all(Array.from({ length: 20 }, () => oidcTokensOf(current)));
  expect(new Set(tokens.map((token) => token?.accessToken))).toEqual(new Set(["access-after-r"]));
  expect(shown).toEqual(["r"]);
  expect((await oidcTokensOf(current))?.accessToken).toBe("access-after-r");
});

test("are found when another instance has renewed them first", async () => {
  const current = await signedIn(issued("r", -1));
  await oidcTokensOf(current);
  // This instance had read the row before: what it holds is used up.
  const db = await getStore();
  const fresh = await db
    .selectFrom("sign_in")
    .select("sealed")
    .where("session_id", "=", current.id)
    .executeTakeFirstOrThrow();
  await db.deleteFrom("sign_in").where("session_id", "=", current.id).execute();
  await keepOidcTokens(current.id, current.expiresAt, issued("r", -1));
  const late = oidcTokensOf(current);
  await new Promise(setImmediate);
  await db.updateTable("sign_in").set(fresh).where("session_id", "=", current.id).execute();
  expect((await late)?.accessToken).toBe("access-after-r");
});

test("are sealed in the store", async () => {
  const current = await signedIn(issued("refresh-in-clear", 3600));
  const db = await getStore();
  const row = await db.selectFrom("sign_in").selectAll().where("session_id", "=", current.id).executeTakeFirstOrThrow();
  expect(JSON.stringify(row)).not.toMatch(/refresh-in-clear|access/);
});
