import { randomBytes } from "node:crypto";
import { isConfigError, misspelledVariables, readConfig, vendorVariables } from "./config";

jest.mock("@/portal.config", () => jest.requireActual("@/tests/fixtures/catalog"));

const postgres = "postgres://user:pass@host:5432/portal";

const production = {
  NODE_ENV: "production",
  AUTH_URL: "https://portal.example",
  AUTH_SECRET: "0d9f8a7b6c5e4d3c2b1a0f9e8d7c6b5a4f3e2d1c",
  PORTAL_SEALING_KEYS: randomBytes(32).toString("base64url"),
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
    ["AUTH_SECRET", { AUTH_SECRET: "this-is-a-very-long-sample-secret-value" }],
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
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "on", VERCEL_ENV: "production", DATABASE_URL: postgres }],
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "on", BOARDS_SECRET_KEY: "k" }],
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "on", LETTERS_URL: "https://l.example" }],
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "on" }],
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "on", PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN: "off" }],
    ["PORTAL_SANDBOX", { NODE_ENV: "development" }],
    ["PORTAL_SANDBOX", { PORTAL_SANDBOX: "on", AUTH_URL: "http://10.0.0.5:3000" }],
    ["PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN", { PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN: "yes" }],
    ["DATABASE_URL", { VERCEL: "1", VERCEL_ENV: "production" }],
    ["DATABASE_URL", { VERCEL: "1", VERCEL_ENV: "production", DATABASE_URL: ":memory:" }],
    ["DATABASE_URL", { VERCEL: "1", VERCEL_ENV: "production", DATABASE_URL: "/tmp/portal.db" }],
    ["BOARDS_URL", { BOARDS_URL: "http://boards.example" }],
    ["BOARDS_URL", { BOARDS_URL: "http://boards", PORTAL_ALLOW_PLAIN_HTTP_TO: "boards" }],
    ["BOARDS_INTERNAL_URL", { BOARDS_INTERNAL_URL: "http://boards:8080" }],
    ["BOARDS_INTERNAL_URL", { BOARDS_INTERNAL_URL: "http://boards:8080", PORTAL_ALLOW_PLAIN_HTTP_TO: "board, oards" }],
    ["BOARDS_INTERNAL_URL", { BOARDS_INTERNAL_URL: "http://localhost.evil.example" }],
    ["LETTERS_URL", { LETTERS_URL: "http://l.example", VERCEL: "1", VERCEL_ENV: "preview" }],
    ["AUTH_OIDC_INTERNAL_URL", { AUTH_OIDC_INTERNAL_URL: "http://idp:8080" }],
    ["PORTAL_ALLOW_PLAIN_HTTP_TO", { PORTAL_ALLOW_PLAIN_HTTP_TO: "*" }],
    ["PORTAL_ALLOW_PLAIN_HTTP_TO", { PORTAL_ALLOW_PLAIN_HTTP_TO: "http://boards:8080" }],
    ["PORTAL_GRANTS_PER_MINUTE", { PORTAL_GRANTS_PER_MINUTE: "-1" }],
    ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
  ])("%s", (name, change) => {
    const said = sentences({ ...production, ...change });
    expect(said.length).toBeGreaterThan(0);
    expect(said.join("\n")).toContain(name);
    for (const sentence of said) expect(sentence).toMatch(/[.`]$/);
  });

  test.each([
    ["all zero", Buffer.alloc(32)],
    ["one byte again and again", Buffer.alloc(32, 7)],
    ["counting", Buffer.from(Array.from({ length: 32 }, (_, index) => index))],
    [
      "half a key twice",
      Buffer.concat(
        [production.PORTAL_SEALING_KEYS, production.PORTAL_SEALING_KEYS].map((key) =>
          Buffer.from(key, "base64url").subarray(0, 16),
        ),
      ),
    ],
    ["text", Buffer.from("this-is-a-32-byte-sample-secret!")],
  ])("PORTAL_SEALING_KEYS that are %s", (_what, key) => {
    const keys = `${production.PORTAL_SEALING_KEYS},${key.toString("base64url")}`;
    expect(sentences({ ...production, PORTAL_SEALING_KEYS: keys })).toEqual([
      expect.stringMatching(/^PORTAL_SEALING_KEYS holds a key that can be guessed/),
    ]);
  });

  test.each([
    ["other characters", `!!!!${"A".repeat(39)}`],
    ["base64 that is not base64url", Buffer.alloc(32, 0xfb).toString("base64")],
    ["a byte too few", randomBytes(31).toString("base64url")],
    ["a byte too many", randomBytes(33).toString("base64url")],
    ["bits that no byte holds", `${randomBytes(31).toString("base64url")}B`],
    ["nothing after a comma", `${randomBytes(32).toString("base64url")},`],
    ["hexadecimal", randomBytes(32).toString("hex")],
  ])("PORTAL_SEALING_KEYS with %s", (_what, value) => {
    expect(sentences({ ...production, PORTAL_SEALING_KEYS: value })).toEqual([
      expect.stringMatching(/^PORTAL_SEALING_KEYS must hold keys of 32 bytes in base64url/),
    ]);
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
    expect(personas({ ...production, NODE_ENV: "development", VERCEL_ENV: "production", DATABASE_URL: postgres })).toBe(
      false,
    );
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

  test("exist at an address that others reach only by a switch that says so, and the portal knows it", () => {
    const open = { ...production, PORTAL_SANDBOX: "on", PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN: "on" };
    expect(readConfig(open)).toMatchObject({ personas: true, personasForAnyone: true });
    for (const closed of [
      { ...open, AUTH_URL: "http://portal.localhost:3000" },
      { ...production, PORTAL_LET_ANYONE_SIGN_IN_AS_ADMIN: "on" },
      { NODE_ENV: "production", VERCEL: "1", VERCEL_ENV: "preview" },
    ])
      expect(readConfig(closed).personasForAnyone).toBe(false);
  });
});

describe("the portal serves the sandbox itself", () => {
  const preview = { NODE_ENV: "production", VERCEL: "1", VERCEL_ENV: "preview", VERCEL_URL: "portico-abc.vercel.app" };
  const secrets = { AUTH_SECRET: production.AUTH_SECRET, PORTAL_SEALING_KEYS: production.PORTAL_SEALING_KEYS };

  test.each<[string, Record<string, string>]>([
    ["in production", production],
    ["in production on Vercel", { ...production, VERCEL: "1", VERCEL_ENV: "production", DATABASE_URL: postgres }],
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

describe("plain http is for this machine alone", () => {
  test.each<[string, Record<string, string>]>([
    ["a portal on this machine", { AUTH_URL: "http://portal.localhost:3000" }],
    [
      "a vendor on this machine",
      { BOARDS_URL: "http://boards.localhost:4001", BOARDS_INTERNAL_URL: "http://[::1]:4001" },
    ],
    [
      "a private network that is named",
      { BOARDS_INTERNAL_URL: "http://Boards:8080", PORTAL_ALLOW_PLAIN_HTTP_TO: "idp, boards" },
    ],
    [
      "an issuer inside of it",
      { AUTH_OIDC_INTERNAL_URL: "http://10.0.0.5:8080", PORTAL_ALLOW_PLAIN_HTTP_TO: "10.0.0.5" },
    ],
    [
      "development",
      { NODE_ENV: "development", PORTAL_SANDBOX: "off", AUTH_URL: "http://portal.lan", BOARDS_URL: "http://b.lan" },
    ],
  ])("allowed: %s", (_what, change) => {
    expect(sentences({ ...production, ...change })).toEqual([]);
  });
});

describe("values are taken without the white space around them", () => {
  test("a final newline changes nothing", () => {
    const withNewline = Object.fromEntries(Object.entries(production).map(([name, value]) => [name, ` ${value}\r\n`]));
    expect(readConfig(withNewline)).toEqual(readConfig(production));
  });

  test("nothing but white space is absent", () => {
    expect(readConfig({ ...production, DATABASE_URL: " \n" }).databaseUrl).toBe(".data/portal.db");
  });
});

describe("a variable that is nearly one of the portal's is told with the nearest name", () => {
  test.each([
    ["BOARDS_URI", "BOARDS_URL"],
    ["BOARDS_SECRET", "BOARDS_SECRET_KEY"],
    ["AUTH_OIDC_CLIENT_ID", "AUTH_OIDC_ID"],
    ["AUTH_SECRETS", "AUTH_SECRET"],
    ["AUTH_SECRET_1", "AUTH_SECRET"],
    ["PORTAL_SEALING_KEY", "PORTAL_SEALING_KEYS"],
    ["PORTAL_SANBOX", "PORTAL_SANDBOX"],
  ])("%s", (name, nearest) => {
    expect(misspelledVariables({ [name]: "x" }, ["BOARDS_URL", "BOARDS_SECRET_KEY"])).toEqual([
      `${name} is not a variable of the portal: the nearest name is ${nearest}. Correct it or remove it.`,
    ]);
  });

  test("and nothing else is", () => {
    const others = {
      ...production,
      BOARDS_URL: "https://b.example",
      AUTH_TRUST_HOST: "1",
      AUTH_TOKEN: "t",
      PORTAL_EMPTY: " ",
      PATH: "/bin",
      // What Kubernetes adds for services named boards and portal.
      BOARDS_SERVICE_HOST: "10.0.0.1",
      BOARDS_SERVICE_PORT_HTTP: "80",
      BOARDS_PORT: "tcp://10.0.0.1:80",
      PORTAL_PORT_3000_TCP_ADDR: "10.0.0.2",
    };
    expect(misspelledVariables(others, ["BOARDS_URL"])).toEqual([]);
    expect(vendorVariables(others)).toEqual(["BOARDS_URL"]);
  });
});

test("production without a sandbox shows no sandbox", () => {
  expect(readConfig(production)).toMatchObject({ sandbox: false, personas: false, origin: "https://portal.example" });
});
