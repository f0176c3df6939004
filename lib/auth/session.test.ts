/** Sessions with real cookies: encrypted by next-auth's own encoder, read by the portal's own reader. */
import { randomUUID } from "node:crypto";
import { SignJWT, UnsecuredJWT } from "jose";
import { decode, encode } from "next-auth/jwt";
import { markSessionEnded } from "@/lib/store/ended-sessions";
import { onEachStore } from "@/tests/stores";
import { getSession, requireUser } from "./session";

const jar = new Map<string, string>();

jest.mock("next/headers", () => ({
  cookies: async () => ({ get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) } : undefined) }),
  headers: async () => new Headers(mockPath ? { "x-portal-path": mockPath } : {}),
}));

jest.mock("next-auth/jwt", () => {
  const real = jest.requireActual("next-auth/jwt");
  return { ...real, decode: jest.fn(real.decode) };
});

/** What proxy.ts says was asked for. */
let mockPath = "";

let mockPersonas = true;
const mockCacheEntries = 3;

jest.mock("@/lib/config/config", () => {
  const real = jest.requireActual("@/lib/config/config");
  return {
    ...real,
    getConfig: () => ({ ...real.getConfig(), personas: mockPersonas, cacheEntries: mockCacheEntries }),
  };
});

const cookie = "authjs.session-token";
const secret = process.env.AUTH_SECRET ?? "";
const until = Date.now() + 3600_000;

const token = (changes: object = {}) => ({
  sid: randomUUID(),
  sub: "u-1",
  name: "Grace Hopper",
  email: "grace@example.com",
  emailVerified: true,
  groups: ["analysts"],
  claims: { microstrategy_login: "g.hopper" },
  persona: false,
  until,
  ...changes,
});

const sealed = (values: object, options: object = {}) =>
  encode({ token: { ...values }, secret, salt: cookie, maxAge: 3600, ...options });

async function sessionOf(value: string) {
  jar.clear();
  jar.set(cookie, value);
  return getSession();
}

beforeEach(() => {
  mockPersonas = true;
});

describe("no one is signed in with", () => {
  beforeEach(() => jar.clear());

  test("no cookie", async () => {
    expect(await getSession()).toBeNull();
  });

  test.each(["", "x", "a.b.c", "a.b.c.d.e", "null", "{}", "%00", "ü".repeat(50), ".".repeat(2000), "e30..e30.e30.e30"])(
    "a cookie that is none (%#)",
    async (value) => {
      expect(await sessionOf(value)).toBeNull();
    },
  );

  test("a changed letter anywhere in the cookie", async () => {
    const value = await sealed(token());
    for (let index = 0; index < value.length; index += 7) {
      const letter = value[index] === "A" ? "B" : "A";
      const changed = value.slice(0, index) + letter + value.slice(index + 1);
      // The last letter of a base64url run may carry unused bits: skip letters that decode alike.
      const same = changed
        .split(".")
        .every((part, at) =>
          Buffer.from(part, "base64url").equals(Buffer.from(value.split(".")[at] ?? "", "base64url")),
        );
      if (!same) expect(await sessionOf(changed)).toBeNull();
    }
  });

  test("a cookie cut short", async () => {
    const value = await sealed(token());
    expect(await sessionOf(value.slice(0, -1))).toBeNull();
    expect(await sessionOf(value.slice(0, value.length / 2))).toBeNull();
  });

  test("an unsigned token (alg none)", async () => {
    expect(await sessionOf(new UnsecuredJWT(token()).setExpirationTime("1h").encode())).toBeNull();
  });

  test("a token that is signed with the portal's secret instead of encrypted", async () => {
    const signed = await new SignJWT(token())
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(secret));
    expect(await sessionOf(signed)).toBeNull();
  });

  test("a cookie sealed with another secret", async () => {
    expect(await sessionOf(await sealed(token(), { secret: `${secret}x` }))).toBeNull();
  });

  test("a token sealed for another cookie", async () => {
    expect(await sessionOf(await sealed(token(), { salt: "authjs.state" }))).toBeNull();
  });

  test("an expired cookie", async () => {
    expect(await sessionOf(await sealed(token(), { maxAge: -60 }))).toBeNull();
  });

  test("a session past its end, even in a fresh cookie", async () => {
    expect(await sessionOf(await sealed(token({ until: Date.now() - 1 })))).toBeNull();
  });

  test.each([
    ["no session id", { sid: undefined }],
    ["a session id that is no UUID", { sid: "1" }],
    ["no subject", { sub: undefined }],
    ["an empty subject", { sub: "" }],
    ["groups that are no list", { groups: "portal-admins" }],
    ["claims of another type", { claims: { microstrategy_login: ["a.admin"] } }],
    ["persona as text", { persona: "false" }],
    ["no end", { until: undefined }],
  ])("a token of another shape: %s", async (_name, changes) => {
    expect(await sessionOf(await sealed(token(changes)))).toBeNull();
  });

  test("a cookie longer than 16 KiB, however valid: decrypting it would be the attacker's choice", async () => {
    const padded = (length: number) => sealed({ ...token(), padding: "x".repeat(length) });
    const [short, long] = [await padded(8_000), await padded(13_000)];
    expect([short.length < 16 * 1024, long.length > 16 * 1024]).toEqual([true, true]);
    expect(await sessionOf(short)).not.toBeNull();
    expect(await sessionOf(long)).toBeNull();
    expect(await sessionOf("a".repeat(100_000))).toBeNull();
  });

  test("a cookie that was read before, once its session is past its end", async () => {
    const value = await sealed(token({ until: Date.now() + 60_000 }));
    expect(await sessionOf(value)).not.toBeNull();
    const later = Date.now() + 60_001;
    const clock = jest.spyOn(Date, "now").mockReturnValue(later);
    // The cookie itself would be good for an hour: only the session's own end can refuse it.
    const session = await sessionOf(value);
    clock.mockRestore();
    expect(session).toBeNull();
  });

  onEachStore(() => {
    test("a session that was ended, replayed", async () => {
      const values = token();
      const value = await sealed(values);
      expect(await sessionOf(value)).not.toBeNull();
      await markSessionEnded(values.sid, new Date(until));
      expect(await sessionOf(value)).toBeNull();
    });
  });

  test("a persona's cookie where personas are not allowed", async () => {
    const value = await sealed(token({ persona: true }));
    expect(await sessionOf(value)).not.toBeNull();
    mockPersonas = false;
    expect(await sessionOf(value)).toBeNull();
  });
});

test("the portal's own cookie is a session with the user's identity", async () => {
  const values = token();
  expect(await sessionOf(await sealed(values))).toEqual({
    id: values.sid,
    user: {
      id: "u-1",
      name: "Grace Hopper",
      email: "grace@example.com",
      emailVerified: true,
      groups: ["analysts"],
      claims: { microstrategy_login: "g.hopper" },
      persona: false,
    },
    expiresAt: new Date(until),
  });
});

test("beyond PORTAL_CACHE_ENTRIES the least recently used cookie is decrypted again, not the oldest", async () => {
  const [one, two, three, four] = await Promise.all(
    Array.from({ length: mockCacheEntries + 1 }, () => sealed(token())),
  );
  const decryptions = async (value = "") => {
    jest.mocked(decode).mockClear();
    expect(await sessionOf(value)).not.toBeNull();
    return jest.mocked(decode).mock.calls.length;
  };
  for (const value of [one, two, three]) expect(await decryptions(value)).toBe(1);
  expect(await decryptions(one)).toBe(0);
  expect(await decryptions(four)).toBe(1);
  expect(await decryptions(one)).toBe(0);
  expect(await decryptions(two)).toBe(1);
});

test("a cookie in parts is read whole", async () => {
  const values = token({ groups: Array.from({ length: 60 }, (_, index) => `${index}-${"g".repeat(100)}`) });
  const value = await sealed(values);
  jar.clear();
  value.match(/.{1,3936}/g)?.forEach((part, index) => {
    jar.set(`${cookie}.${index}`, part);
  });
  expect(jar.size).toBeGreaterThan(1);
  expect((await getSession())?.id).toBe(values.sid);
});

test("a page that needs a user sends everyone else to sign in and back", async () => {
  jar.clear();
  await expect(requireUser("/dashboards/sales-performance")).rejects.toMatchObject({
    digest: expect.stringContaining("/signin?from=%2Fdashboards%2Fsales-performance"),
  });
  await expect(requireUser("//evil.example")).rejects.toMatchObject({ digest: expect.not.stringContaining("evil") });
});

test("a deep link keeps its query through the sign-in, and only its own", async () => {
  jar.clear();
  mockPath = "/insights/customer-health?tab=2&filter=a%20b";
  await expect(requireUser("/insights/customer-health")).rejects.toMatchObject({
    digest: expect.stringContaining("/signin?from=%2Finsights%2Fcustomer-health%3Ftab%3D2%26filter%3Da%2520b"),
  });
  mockPath = "//evil.example?x";
  await expect(requireUser("/chat")).rejects.toMatchObject({
    digest: expect.stringContaining("/signin?from=%2Fchat;"),
  });
});
