import { isConfigError, readConfig } from "./config";

jest.mock("@/portal.config", () => jest.requireActual("@/tests/fixtures/catalog"));

const production = {
  NODE_ENV: "production",
  AUTH_URL: "https://portal.example",
  AUTH_SECRET: "0d9f8a7b6c5e4d3c2b1a0f9e8d7c6b5a4f3e2d1c",
  PORTAL_SEALING_KEYS: Buffer.alloc(32, 7).toString("base64url"),
  AUTH_OIDC_ISSUER: "https://login.example",
  AUTH_OIDC_ID: "portal",
  AUTH_OIDC_SECRET: "s",
};

function sentences(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (isConfigError(error)) return error.sentences;
    throw error;
  }
  return [];
}

describe("a configuration is refused, with a sentence that names the variable", () => {
  test.each([
    ["AUTH_SECRET", { AUTH_SECRET: undefined }],
    ["AUTH_SECRET", { AUTH_SECRET: "short" }],
    ["AUTH_SECRET", { AUTH_SECRET: "changeme-changeme-changeme-changeme" }],
    ["AUTH_SECRET", { AUTH_SECRET: "a".repeat(40) }],
    ["AUTH_URL", { AUTH_URL: undefined }],
    ["AUTH_URL", { AUTH_URL: "portal.example" }],
    ["AUTH_URL", { AUTH_URL: "https://user:pass@portal.example" }],
    ["AUTH_URL", { AUTH_URL: "https://portal.example/portal" }],
    ["AUTH_URL", { AUTH_URL: "http://portal.example" }],
    ["AUTH_URL", { AUTH_URL: "http://localhost.evil.example" }],
    ["AUTH_OIDC_ISSUER", { AUTH_OIDC_ISSUER: "http://login.example" }],
    ["AUTH_OIDC_ISSUER", { AUTH_OIDC_ISSUER: "file:///etc/passwd" }],
    ["AUTH_OIDC_ID", { AUTH_OIDC_ID: undefined }],
    ["AUTH_OIDC_INTERNAL_URL", { AUTH_OIDC_INTERNAL_URL: "http://user:pass@idp" }],
    ["AUTH_OIDC_SCOPE", { AUTH_OIDC_SCOPE: "profile" }],
    ["AUTH_REDIRECT_PROXY_URL", { AUTH_REDIRECT_PROXY_URL: "https://stable.example" }],
    ["NODE_TLS_REJECT_UNAUTHORIZED", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }],
    ["AUTH_OIDC_SECRET", { AUTH_OIDC_SECRET: " " }],
    ["AUTH_OIDC_ISSUER", { AUTH_OIDC_ISSUER: undefined, AUTH_OIDC_ID: undefined, AUTH_OIDC_SECRET: undefined }],
    ["PORTAL_SEALING_KEYS", { PORTAL_SEALING_KEYS: undefined }],
    ["PORTAL_SEALING_KEYS", { PORTAL_SEALING_KEYS: "dG9vIHNob3J0" }],
    ["DATABASE_URL", { DATABASE_URL: "mysql://user:pass@host/portal" }],
    ["DATABASE_URL", { DATABASE_URL: "file://elsewhere/portal.db" }],
    ["DATABASE_URL", { DATABASE_URL: "file:" }],
    ["DATABASE_URL", { DATABASE_URL: "postgres://user:pass@host:port/portal" }],
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "yes" }],
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "on", VERCEL_ENV: "production" }],
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "on", BOARDS_SECRET_KEY: "k" }],
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "on", LETTERS_URL: "https://l.example" }],
    ["PORTAL_GRANTS_PER_MINUTE", { PORTAL_GRANTS_PER_MINUTE: "-1" }],
    ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
  ])("%s", (name, change) => {
    const said = sentences({ ...production, ...change });
    expect(said.length).toBeGreaterThan(0);
    expect(said.join("\n")).toContain(name);
    for (const sentence of said) expect(sentence).toMatch(/[.`]$/);
  });

  test("every fault at once gets its own sentence", () => {
    const said = sentences({ NODE_ENV: "production" });
    for (const name of ["AUTH_SECRET", "PORTAL_SEALING_KEYS", "AUTH_URL", "AUTH_OIDC_ISSUER"])
      expect(said.filter((sentence) => sentence.startsWith(name))).toHaveLength(1);
  });

  test("and one variable never gets two", () => {
    for (const value of ["short", "x", "changeme"])
      expect(sentences({ ...production, AUTH_SECRET: value, AUTH_URL: "ftp://portal.example/x" })).toHaveLength(2);
  });
});

test.each([
  ["data/portal.db", "data/portal.db"],
  ["file:./portal.db", "./portal.db"],
  ["file:///var/lib/portal.db", "/var/lib/portal.db"],
  [":memory:", ":memory:"],
  ["postgres://user:pass@host:5432/portal", "postgres://user:pass@host:5432/portal"],
  [undefined, ".data/portal.db"],
])("the store of DATABASE_URL=%s is %s", (value, place) => {
  expect(readConfig({ ...production, DATABASE_URL: value }).databaseUrl).toBe(place);
});

describe("personas", () => {
  const personas = (env: Record<string, string>) => readConfig(env).personas;

  test("do not exist in production", () => {
    expect(personas(production)).toBe(false);
  });

  test("do not exist in a production deployment, whatever NODE_ENV says", () => {
    expect(personas({ ...production, NODE_ENV: "development", VERCEL_ENV: "production" })).toBe(false);
  });

  test("do not exist beside a real vendor in a preview", () => {
    expect(personas({ ...production, VERCEL: "1", VERCEL_ENV: "preview", BOARDS_URL: "https://b.example" })).toBe(
      false,
    );
  });

  test("do not exist in development when the portal is not on loopback and a vendor is real", () => {
    expect(personas({ ...production, NODE_ENV: "development", BOARDS_URL: "https://b.example" })).toBe(false);
  });

  test("exist in development on loopback and in a sandbox", () => {
    const loopback = { ...production, NODE_ENV: "development", AUTH_URL: "http://portal.localhost:3000" };
    expect(personas({ ...loopback, BOARDS_URL: "https://b.example" })).toBe(true);
    expect(personas({ NODE_ENV: "production", PORTAL_SANDBOX: "on" })).toBe(true);
    expect(personas({ NODE_ENV: "production", VERCEL: "1", VERCEL_ENV: "preview" })).toBe(true);
  });
});

describe("the portal serves the sandbox itself", () => {
  const preview = { NODE_ENV: "production", VERCEL: "1", VERCEL_ENV: "preview", VERCEL_URL: "portico-abc.vercel.app" };
  const secrets = { AUTH_SECRET: production.AUTH_SECRET, PORTAL_SEALING_KEYS: production.PORTAL_SEALING_KEYS };

  test.each<[string, Record<string, string>]>([
    ["in production", production],
    ["in production on Vercel", { ...production, VERCEL: "1", VERCEL_ENV: "production" }],
    ["in the demo", { NODE_ENV: "production", PORTAL_SANDBOX: "on" }],
    ["in development", { NODE_ENV: "development" }],
    ["in vercel dev", { NODE_ENV: "development", VERCEL: "1", VERCEL_ENV: "development" }],
    ["beside a real vendor", { ...preview, ...secrets, LETTERS_URL: "https://l.example" }],
    ["beside half a vendor", { ...preview, ...secrets, BOARDS_SECRET_KEY: "k" }],
    [
      "in a preview that wants no sandbox",
      { ...production, VERCEL: "1", VERCEL_ENV: "preview", PORTAL_SANDBOX: "off" },
    ],
  ])("not %s", (_where, env) => {
    expect(readConfig(env).sandboxMounted).toBe(false);
  });

  test("in a preview without any vendor variable", () => {
    expect(readConfig(preview).sandboxMounted).toBe(true);
    expect(readConfig({ ...preview, BOARDS_URL: " " }).sandboxMounted).toBe(true);
  });
});

test("a preview needs no environment value and knows its own origin", () => {
  const config = readConfig({
    NODE_ENV: "production",
    VERCEL: "1",
    VERCEL_ENV: "preview",
    VERCEL_URL: "portico-abc.vercel.app",
    VERCEL_BRANCH_URL: "portico-git-main.vercel.app",
  });
  expect(config.origin).toBe("https://portico-git-main.vercel.app");
  expect(config.alsoAt).toContain("https://portico-abc.vercel.app");
  expect(config.authSecret.length).toBeGreaterThanOrEqual(32);
  expect(config.sealingKeys[0]?.byteLength).toBe(32);
});

test.each([
  ".data/portal.db",
  "C:\\data\\portal.db",
  ":memory:",
  "postgres://user:pass@host:5432/portal?sslmode=verify-full",
  "postgresql:///portal?host=/run/postgresql",
])("a database may be %s", (url) => {
  expect(readConfig({ ...production, DATABASE_URL: url }).databaseUrl).toBe(url);
});

test("plain http is for this machine alone", () => {
  expect(readConfig({ ...production, AUTH_URL: "http://portal.localhost:3000" }).origin).toMatch(/^http:/);
  expect(sentences({ NODE_ENV: "development", AUTH_URL: "http://portal.lan:3000" })).toEqual([]);
});

test("production without a sandbox shows no sandbox", () => {
  expect(readConfig(production)).toMatchObject({ sandbox: false, personas: false, origin: "https://portal.example" });
});
