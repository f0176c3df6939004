import { environment } from "./config";

const parse = (values: Record<string, string | undefined>) => environment.schema.safeParse(values);
const good = {
  THOUGHTSPOT_URL: "https://example.thoughtspot.cloud/",
  THOUGHTSPOT_SECRET_KEY: "b0cb26a0-351e-40b4-9e42-00fa2265d50c",
};

test.each<[string, Record<string, string | undefined>]>([
  ["THOUGHTSPOT_URL", { ...good, THOUGHTSPOT_URL: undefined }],
  ["THOUGHTSPOT_URL", { ...good, THOUGHTSPOT_URL: "example.thoughtspot.cloud" }],
  ["THOUGHTSPOT_URL", { ...good, THOUGHTSPOT_URL: "https://user:pass@example.com" }],
  ["THOUGHTSPOT_SECRET_KEY", { ...good, THOUGHTSPOT_SECRET_KEY: undefined }],
  ["THOUGHTSPOT_SECRET_KEY", { ...good, THOUGHTSPOT_SECRET_KEY: "short" }],
  ["THOUGHTSPOT_SECRET_KEY_NEXT", { ...good, THOUGHTSPOT_SECRET_KEY_NEXT: "with a space in it" }],
  ["THOUGHTSPOT_LOGIN", { ...good, THOUGHTSPOT_LOGIN: "saml" }],
  ["THOUGHTSPOT_TOKEN", { ...good, THOUGHTSPOT_TOKEN: "custom" }],
  ["THOUGHTSPOT_RELEASE", { ...good, THOUGHTSPOT_RELEASE: "latest" }],
  ["THOUGHTSPOT_ADMIN_USERNAME", { ...good, THOUGHTSPOT_ADMIN_USERNAME: "two words" }],
  ["THOUGHTSPOT_ORG_ID", { ...good, THOUGHTSPOT_ORG_ID: "Primary" }],
  ["THOUGHTSPOT_V1_PREFIX", { ...good, THOUGHTSPOT_V1_PREFIX: "callosum" }],
  ["THOUGHTSPOT_V1_PREFIX", { ...good, THOUGHTSPOT_V1_PREFIX: "/a/../b?c" }],
  ["THOUGHTSPOT_AUTO_CREATE", { ...good, THOUGHTSPOT_AUTO_CREATE: "yes" }],
])("a bad %s is one sentence that names it", (name, values) => {
  const parsed = parse(values);
  expect(parsed.success).toBe(false);
  const sentences = parsed.error?.issues.map((issue) => issue.message) ?? [];
  expect(sentences).toHaveLength(1);
  expect(sentences[0]).toMatch(new RegExp(`^${name} `));
  expect(sentences[0]).not.toContain(good.THOUGHTSPOT_SECRET_KEY);
});

test("two variables are enough", () => {
  expect(parse(good).data).toEqual({
    url: "https://example.thoughtspot.cloud",
    internalUrl: "https://example.thoughtspot.cloud",
    secretKeys: [good.THOUGHTSPOT_SECRET_KEY],
    login: "cookieless",
    token: "full",
    orgId: 0,
    namesOrgs: false,
    adminUsername: null,
    v1Prefix: "/callosum/v1",
    v1LoginPath: "session/auth/token",
    tokenCheck: true,
    autoCreate: false,
  });
});

test("no v1 prefix is written as a slash", () => {
  expect(parse({ ...good, THOUGHTSPOT_V1_PREFIX: "/" }).data?.v1Prefix).toBe("");
});

test("a v1 prefix may be written with or without its end", () => {
  for (const prefix of ["/callosum/v1", "/callosum/v1/tspublic/v1"])
    expect(parse({ ...good, THOUGHTSPOT_V1_PREFIX: prefix }).data?.v1Prefix).toBe("/callosum/v1");
  expect(parse({ ...good, THOUGHTSPOT_V1_PREFIX: "/tspublic/v1" }).data?.v1Prefix).toBe("");
});

test("the sandbox's values go through the same checks", () => {
  expect(parse(environment.sandbox()).success).toBe(true);
});

test.each([
  ["26.8", false],
  ["26.10.0.cl", false],
  ["26.11", true],
  ["26.11.0.cl", true],
  ["27.1.0.cl", true],
  ["10.15.0.cl", false],
])("release %s names orgs by their identifier: %s", (release, expected) => {
  expect(parse({ ...good, THOUGHTSPOT_RELEASE: release }).data?.namesOrgs).toBe(expected);
});
