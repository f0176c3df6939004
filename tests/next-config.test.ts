/** What the framework itself is told: a name that gives a secret away stops the build. */

function load(): Record<string, unknown> {
  let config: Record<string, unknown> = {};
  jest.isolateModules(() => {
    config = require("../next.config.js");
  });
  return config;
}

/** Loads it with some variables set beside those of the process. */
function loadWith(env: Readonly<Record<string, string>>): void {
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    load();
  } finally {
    process.env = before;
  }
}

test.each([
  "NEXT_PUBLIC_AUTH_SECRET",
  "NEXT_PUBLIC_AUTH_OIDC_SECRET",
  "NEXT_PUBLIC_THOUGHTSPOT_SECRET_KEY",
  "NEXT_PUBLIC_THOUGHTSPOT_SECRET_KEY_NEXT",
  "NEXT_PUBLIC_MICROSTRATEGY_SERVICE_PASSWORD",
  "NEXT_PUBLIC_MICROSTRATEGY_API_TOKEN",
  "NEXT_PUBLIC_ROCKETCHAT_SERVICE_TOKEN",
  "NEXT_PUBLIC_ROCKETCHAT_PASSWORD_KEY",
  "NEXT_PUBLIC_PORTAL_SEALING_KEYS",
  "NEXT_PUBLIC_DATABASE_URL",
  "NEXT_PUBLIC_APIKEY",
  "NEXT_PUBLIC_chat_token",
  "NEXT_PUBLIC_CHAT_PASS",
  "NEXT_PUBLIC_DB_PWD",
  "NEXT_PUBLIC_GITHUB_PAT",
  "NEXT_PUBLIC_CREDENTIALS",
  "NEXT_PUBLIC_PRIVATE_NOTE",
])("%s stops the build and the start, and its value is not repeated", (name) => {
  const attempt = () => loadWith({ [name]: "canary" });
  expect(attempt).toThrow(`${name} would be sent to every browser`);
  expect(attempt).not.toThrow("canary");
});

test.each([
  [
    "the value of a secret under another name",
    { CHAT_SERVICE_TOKEN: "canary-canary", NEXT_PUBLIC_CHAT: "canary-canary\n" },
  ],
  ["an address with a password in it", { NEXT_PUBLIC_STORE: "postgres://portal:canary@db/portal" }],
])("%s stops them too", (_what, env) => {
  expect(() => loadWith(env)).toThrow(/NEXT_PUBLIC_(CHAT|STORE) would be sent/);
});

test.each<[Record<string, string>]>([
  [{ NEXT_PUBLIC_SITE_NAME: "Portico", NEXT_PUBLIC_PASSENGERS: "2", NEXT_PUBLIC_PATH: "/a" }],
  [{ NEXT_PUBLIC_VERCEL_ENV: "preview", NEXT_PUBLIC_VERCEL_GIT_COMMIT_AUTHOR_LOGIN: "ada" }],
  [{ NEXT_PUBLIC_SUPPORT_URL: "https://help.example.com/a:b@c", EMPTY_TOKEN: "", NEXT_PUBLIC_EMPTY: "" }],
])("%j stops neither", (env) => {
  expect(() => loadWith(env)).not.toThrow();
});

test("no one is told what the portal runs on, and nothing fetches pictures for strangers", () => {
  process.env.NEXT_PUBLIC_SITE_NAME = "Portico";
  expect(load()).toMatchObject({ poweredByHeader: false, images: { unoptimized: true } });
  delete process.env.NEXT_PUBLIC_SITE_NAME;
});
