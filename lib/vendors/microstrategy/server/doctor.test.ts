/**
 * The doctor's catalogue for MicroStrategy: each misconfiguration is set up in the sandbox and named, with no other
 * finding.
 */
import { getConfig } from "@/lib/config/config";
import { sandboxPassword } from "@/lib/config/sandbox";
import { examine, type Finding } from "@/lib/vendors/examine";
import { origin, TestClient } from "@/sandbox/microstrategy/test-client";
import { changeConfig, expectOnly, failure, type Misconfiguration, troubles } from "@/tests/doctor-catalogue";
import { sandboxConfig } from "@/tests/fixtures/microstrategy-config";
import { serveVendorCalls } from "@/tests/in-process-vendor";
import type { LoginStrategy, MicroStrategyConfig } from "../config";
import { checks } from "./doctor";
import { inspectSdk } from "./inspect-sdk";

jest.mock("./inspect-sdk", () => {
  const actual = jest.requireActual<typeof import("./inspect-sdk")>("./inspect-sdk");
  return { inspectSdk: jest.fn(actual.inspectSdk) };
});

let library: TestClient;
const portal = changeConfig();
const subject = { name: "MicroStrategy", prefix: "MICROSTRATEGY_" };
const libraryUrl = `${origin}/MicroStrategyLibrary`;

beforeEach(() => {
  library = new TestClient();
  serveVendorCalls((request) => library.sandbox.fetch(request));
  process.env.MICROSTRATEGY_LIBRARY_URL = libraryUrl;
});
afterEach(() => {
  portal.restore();
  delete process.env.MICROSTRATEGY_LIBRARY_URL;
  delete process.env.MICROSTRATEGY_WEB_URL;
});

/** As a portal is configured that reaches the Library at its public address. */
const config = (login: LoginStrategy = "credentials", more: Partial<MicroStrategyConfig> = {}) => ({
  ...sandboxConfig(login),
  libraryUrl,
  internalUrl: libraryUrl,
  webUrl: `${origin}/MicroStrategy`,
  ...more,
});

const rule = (fault: object) => library.fetch("POST", "/sandbox/faults", { json: { rules: [fault] } });
const fails = (code: string) =>
  serveVendorCalls(() => {
    throw failure(code);
  });

test("finds nothing when everything is set as the guide says", async () => {
  for (const login of ["credentials", "api-token", "oidc", "guest"] as const)
    expect([login, troubles(await examine(checks(config(login)), subject))]).toEqual([login, []]);
});

test("what needs a user's own session is not checked, and not ok", async () => {
  const findings = await examine(checks(config()), subject);
  expect(findings.find(({ id }) => id === "microstrategy.cookies")).toMatchObject({
    result: "not checked",
    beyond: true,
  });
});

interface Case extends Misconfiguration {
  readonly setUp?: () => unknown;
  readonly login?: LoginStrategy;
  readonly config?: Partial<MicroStrategyConfig>;
}

const status = "microstrategy.status";
const framing = "microstrategy.framing";
const lacksOrigin = [/Allow Library embedding/, /Add http:\/\/portal\.localhost:3000/, `${libraryUrl}/admin`];

const catalogue: readonly Case[] = [
  {
    name: "a Library that is stopped",
    setUp: () => fails("ECONNREFUSED"),
    finding: status,
    says: [/refuses the connection.*port 4001/, "MICROSTRATEGY_LIBRARY_URL"],
  },
  {
    name: "a host name with a slip of the pen",
    setUp: () => fails("ENOTFOUND"),
    finding: status,
    says: [/does not resolve/, "MICROSTRATEGY_LIBRARY_URL"],
  },
  {
    name: "an expired certificate",
    setUp: () => fails("CERT_HAS_EXPIRED"),
    finding: status,
    says: [/certificate/, "NODE_EXTRA_CA_CERTS"],
  },
  {
    name: "something that speaks no http",
    setUp: () => fails("HPE_INVALID_CONSTANT"),
    finding: status,
    says: [/does not speak http /, /begin it with https/],
  },
  {
    name: "a firewall that swallows the portal's calls",
    setUp: () => fails("ETIMEDOUT"),
    finding: status,
    says: [/in time/, /firewall/],
  },
  {
    name: "a proxy without the Library behind it",
    setUp: () => rule({ match: "/*", status: 502, body: "<html>Bad Gateway</html>" }),
    finding: status,
    says: [/status 502/, /log/],
  },
  {
    name: "another product at the address",
    setUp: () => serveVendorCalls(() => Response.json({ version: "8.0", success: true })),
    finding: status,
    says: [/is not a MicroStrategy Library/, "MICROSTRATEGY_LIBRARY_URL"],
  },
  {
    name: "the address of a page, with /app",
    config: { libraryUrl: `${libraryUrl}/app`, internalUrl: `${libraryUrl}/app` },
    finding: status,
    says: [`Set it to ${libraryUrl}:`, "MICROSTRATEGY_LIBRARY_URL", /without \/app/],
  },
  {
    name: "an address without /MicroStrategyLibrary",
    config: { libraryUrl: origin, internalUrl: origin },
    finding: status,
    says: [`Set it to ${libraryUrl}:`, "MICROSTRATEGY_LIBRARY_URL"],
  },
  {
    name: "the wrong internal address, by its own variable",
    config: { internalUrl: origin },
    finding: status,
    says: ["MICROSTRATEGY_LIBRARY_INTERNAL_URL"],
  },
  {
    name: "http in place of https",
    setUp: () =>
      serveVendorCalls(
        ({ url }) => new Response(null, { status: 301, headers: { location: url.replace("http:", "https:") } }),
      ),
    finding: status,
    says: [/https only/, `Set it to https://mstr.localhost:4001/MicroStrategyLibrary`],
  },
  {
    name: "a Library without its Intelligence Server",
    setUp: () => library.switches({ iServer: false }),
    finding: status,
    says: [/Intelligence Server/],
  },
  {
    name: "a Library on http beside a portal on https",
    setUp: () => portal.set({ origin: "https://portal.example.com" }),
    finding: "microstrategy.transport",
    says: ["MICROSTRATEGY_LIBRARY_URL", /over https/],
  },
  {
    name: "a login mode that is off",
    setUp: () => library.switches({ loginModes: "16" }),
    finding: "microstrategy.modes",
    says: [/Login mode 1 /, /Authentication Modes/],
  },
  {
    name: "a sign-in page in place of the script",
    setUp: () => rule({ match: "GET /MicroStrategyLibrary/javascript/*", status: 200, body: "<!doctype html>" }),
    finding: "microstrategy.sdk",
    says: [/perhaps a sign-in page/, "embeddinglib.js"],
  },
  {
    name: "a build of the script that compiles code",
    setUp: () => library.switches({ sdk: "2022" }),
    finding: "microstrategy.sdk",
    says: ["Set MICROSTRATEGY_SDK_EVAL=on"],
  },
  {
    name: "a permission to compile that no script needs",
    config: { sdkEval: true },
    finding: "microstrategy.sdk",
    result: "warning",
    says: ["Remove MICROSTRATEGY_SDK_EVAL."],
  },
  {
    name: "a portal that is not among the sites",
    setUp: () => library.switches({ allowedOrigins: "https://other.example" }),
    finding: framing,
    says: lacksOrigin,
  },
  {
    name: "a wildcard of https for a portal on http",
    setUp: () => library.switches({ allowedOrigins: "https://*.localhost:3000" }),
    finding: framing,
    says: lacksOrigin,
  },
  {
    name: "a wildcard of another site",
    setUp: () => library.switches({ allowedOrigins: "http://*.example.com" }),
    finding: framing,
    says: lacksOrigin,
  },
  {
    name: "a proxy that adds X-Frame-Options",
    setUp: () =>
      rule({
        match: "GET /MicroStrategyLibrary/auth/ui/embeddedLogin.jsp",
        status: 200,
        headers: { "x-frame-options": "SAMEORIGIN" },
      }),
    finding: framing,
    says: [/X-Frame-Options: SAMEORIGIN/, /proxy/],
  },
  {
    name: "pages that anyone may frame",
    setUp: () => rule({ match: "GET /MicroStrategyLibrary/auth/ui/embeddedLogin.jsp", status: 200 }),
    finding: framing,
    result: "warning",
    says: [/Any website/, /Name the sites/],
  },
  {
    name: "a wildcard by which the portal may frame, but not call",
    setUp: () => library.switches({ allowedOrigins: "http://*.localhost:3000" }),
    finding: "microstrategy.cors",
    says: [/not only a wildcard/],
  },
  {
    name: "cookies that browsers drop inside the portal",
    login: "api-token",
    setUp: () => library.switches({ sameSite: "Lax", partitioned: false }),
    finding: "microstrategy.cookies",
    says: [/SameSite=None \(JSESSIONID, iSession\) and Partitioned/, /Workstation/],
  },
  {
    name: "a missing secret key",
    login: "api-token",
    setUp: () => library.switches({ secretKey: false }),
    finding: "microstrategy.token",
    says: [/Secret Key/],
  },
  {
    name: "a wrong password of the service account",
    login: "api-token",
    config: { service: { username: "portico-service", password: "wrong" } },
    finding: "microstrategy.token",
    says: ["MICROSTRATEGY_SERVICE_PASSWORD"],
  },
  {
    name: "a clock that is five minutes fast",
    setUp: () => library.advance(300),
    finding: "microstrategy.clock",
    says: [/(299|300|301) s apart/, /NTP/],
  },
  {
    name: "a MicroStrategy Web that is gone",
    setUp: () => {
      process.env.MICROSTRATEGY_WEB_URL = "http://web.example:8080/MicroStrategy";
      serveVendorCalls((request) => {
        if (new URL(request.url).hostname === "web.example") throw failure("ECONNREFUSED");
        return library.sandbox.fetch(request);
      });
    },
    config: { webUrl: "http://web.example:8080/MicroStrategy" },
    finding: "microstrategy.web",
    says: [/port 8080 of web\.example/, "MICROSTRATEGY_WEB_URL"],
  },
  {
    name: "the Library's address in place of MicroStrategy Web's",
    config: { webUrl: libraryUrl },
    finding: "microstrategy.web",
    says: [/task servlet is not at/, "MICROSTRATEGY_WEB_URL"],
  },
];

test.each(catalogue)("names $name", async ({ setUp, login, config: change, ...misconfiguration }) => {
  await setUp?.();
  await expectOnly(misconfiguration, checks(config(login, change)), subject);
});

test("a sandbox that does not run is no matter of a variable", async () => {
  fails("ECONNREFUSED");
  const [first] = troubles(await examine(checks(config()), { ...subject, sandboxed: true }));
  expect(first).toMatchObject({ id: status, fix: expect.stringContaining("npm run demo") });
});

test("no check leaves a session behind", async () => {
  for (const secretKey of [true, false]) {
    await library.switches({ secretKey });
    await examine(checks(config("api-token")), subject);
  }
  const { sessions } = (await (await library.fetch("GET", "/sandbox/state")).json()) as { sessions: unknown[] };
  expect(sessions).toEqual([]);
});

/** One finding, in one text. */
async function wordsOf(id: string, login: LoginStrategy = "credentials", more = {}): Promise<string> {
  const findings = await examine(checks(config(login, more)), subject);
  const { result, detail = "", fix = "" } = findings.find((one) => one.id === `microstrategy.${id}`) as Finding;
  return `${result}: ${detail} ${fix}`;
}

describe("the script", () => {
  test.each([
    ["is not served", { status: 404 }, "answers with status 404"],
    ["leads elsewhere", { status: 302, headers: { location: "https://login.example/x" } }, "https://login.example."],
    [
      "is a page by its type",
      { status: 200, headers: { "content-type": "text/html" }, body: "Sign in" },
      "perhaps a sign-in page",
    ],
    ["is another script", { status: 200, body: "window.jQuery = {};" }, "not the Embedding SDK"],
    ["never ends", { status: 200, body: "for (;;) {}" }, "not the Embedding SDK"],
  ])(
    "%s, for which no policy is weakened",
    async (_name, fault, words) => {
      await rule({ match: "GET /MicroStrategyLibrary/javascript/*", ...fault });
      expect(await wordsOf("sdk")).toContain(words);
      expect(await wordsOf("sdk")).not.toContain("MICROSTRATEGY_SDK_EVAL");
    },
    20_000,
  );

  test.each([
    ["2020", "2022 or earlier: opens dashboards only"],
    ["2022", "2022 or earlier: opens dashboards only"],
    ["2024", "2024: opens dashboards, reports and the library"],
  ])("of %s is named with what it opens", async (sdk, words) => {
    await library.switches({ sdk });
    expect(await wordsOf("sdk")).toContain(`A build of ${words}`);
    expect(await wordsOf("sdk", "credentials", { sdkEval: true })).toMatch(/^ok: /);
  });

  test("that cannot be looked at on this host is not checked: an item says what it lacks", async () => {
    jest.mocked(inspectSdk).mockRejectedValueOnce(new Error("no processes here"));
    expect(await wordsOf("sdk")).toMatch(/^not checked: .*cannot be found out on this host/);
  });

  test("learns nothing of the process that looks at it", async () => {
    const body = `
      let found;
      try { found = this.constructor.constructor("return process")().pid; } catch { found = typeof process + typeof require; }
      window.microstrategy = { dossier: {}, embeddingContexts: { [found]: 1 } };`;
    expect(await inspectSdk(body, AbortSignal.timeout(5_000))).toEqual({ build: "2024", compiles: false });
    const names = body.replace("[found]: 1", "embedBotConsumptionPage: found === 'undefinedundefined' ? 1 : fail()");
    expect((await inspectSdk(names, AbortSignal.timeout(5_000)))?.build).toBe("current");
  });
});

test("a status page that is a web page, or names no version, is another product's", async () => {
  const match = "GET /MicroStrategyLibrary/api/status";
  for (const body of ["<html></html>", '{"webVersion":"11.5"}']) {
    await library.fetch("POST", "/sandbox/faults", { json: { clear: true, rules: [{ match, status: 200, body }] } });
    expect(await wordsOf("status")).toMatch(/^failed: .* is not a MicroStrategy Library/);
  }
});

test("without a date of its own the Library's clock cannot be judged", async () => {
  serveVendorCalls(async (request) => {
    const made = await library.sandbox.fetch(request);
    const answer = new Response(made.body, made);
    answer.headers.delete("date");
    return answer;
  });
  expect(await wordsOf("clock")).toMatch(/^not checked: /);
});

test("what can be proved of a Web session's tokens is said, and only where the browser has that session", async () => {
  const service = { username: "portico-service", password: sandboxPassword("portico-service") };
  expect(await wordsOf("web-user", "web")).toMatch(/^warning: Proved only for users that portal.config.ts maps/);
  expect(await wordsOf("web-user", "web", { service })).toMatch(/^ok: The service account looks the user up/);
  const ids = (more: object) => checks({ ...sandboxConfig("web"), ...more }).map(({ id }) => id.split(".")[1]);
  expect(ids({ webSession: "server" })).not.toContain("web-user");
  expect(ids({})).not.toContain("token");
  expect(ids({ service })).toContain("token");
});

test("on the portal's own site cookies need no attribute of a third party", async () => {
  await library.switches({ sameSite: "Lax", partitioned: false });
  const { protocol, host } = new URL(getConfig().origin);
  const near = { libraryUrl: `${protocol}//bi.${host}/MicroStrategyLibrary` };
  expect(await wordsOf("cookies", "api-token", near)).toMatch(/^ok: Same site as the portal/);
});

describe("cookies of the login itself", () => {
  test.each([
    [{ sameSite: "" }, "SameSite=None (JSESSIONID, iSession)"],
    [{ partitioned: false }, "Partitioned (JSESSIONID, iSession)"],
    [{ secureCookies: false }, "Secure (JSESSIONID, iSession) and Partitioned"],
  ])("with %j", async (switches, words) => {
    await library.switches(switches);
    expect(await wordsOf("cookies", "api-token")).toContain(words);
    expect(await wordsOf("cookies", "guest")).toContain(words);
  });

  test("that the pages set without one are judged where the portal has no login of its own", async () => {
    serveVendorCalls(async (request) => {
      const made = await library.sandbox.fetch(request);
      const answer = new Response(made.body, made);
      if (request.url.endsWith("/app")) answer.headers.append("set-cookie", "ROUTEID=one; Path=/");
      return answer;
    });
    expect(await wordsOf("cookies", "credentials")).toContain("lack SameSite=None (ROUTEID) and Secure (ROUTEID)");
  });

  test("are judged one by one: a load balancer's, too", async () => {
    serveVendorCalls(async (request) => {
      const made = await library.sandbox.fetch(request);
      const answer = new Response(made.body, made);
      if (request.url.endsWith("/auth/login")) answer.headers.append("set-cookie", "ROUTEID=one; Path=/; Secure");
      return answer;
    });
    expect(await wordsOf("cookies", "api-token")).toContain("lack SameSite=None (ROUTEID) and Partitioned (ROUTEID)");
  });
});
