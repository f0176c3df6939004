/** The doctor finds what is set wrong at the Library, and says which screen to open. */
import { getConfig } from "@/lib/config/config";
import { sandboxPassword } from "@/lib/config/sandbox";
import { TestClient } from "@/sandbox/microstrategy/test-client";
import { sandboxConfig } from "@/tests/fixtures/microstrategy-config";
import { serveVendorCalls } from "@/tests/in-process-vendor";
import type { LoginStrategy } from "../config";
import { checks } from "./doctor";
import { inspectSdk } from "./inspect-sdk";

jest.mock("./inspect-sdk", () => {
  const actual = jest.requireActual<typeof import("./inspect-sdk")>("./inspect-sdk");
  return { inspectSdk: jest.fn(actual.inspectSdk) };
});

let library: TestClient;

beforeEach(() => {
  library = new TestClient();
  serveVendorCalls((request) => library.sandbox.fetch(request));
});

/** The ids of the checks that fail, without the vendor's prefix. */
async function findings(login: LoginStrategy = "credentials", more = {}): Promise<string[]> {
  const all = checks({ ...sandboxConfig(login), ...more });
  const results = await Promise.all(
    all.map(async (check) => ({ id: check.id, ...(await check.run(AbortSignal.timeout(5_000))) })),
  );
  for (const result of results) if (!result.ok) expect(result.fix).toMatch(/\.$/);
  return results.filter(({ ok }) => !ok).map(({ id }) => id.replace("microstrategy.", ""));
}

test("nothing, when everything is set as the guide says", async () => {
  for (const login of ["credentials", "api-token", "oidc", "guest", "web"] as const)
    expect([login, await findings(login)]).toEqual([login, []]);
});

test.each([
  ["the Library has no Intelligence Server", { iServer: false }, ["status", "modes"]],
  ["the login mode is off", { loginModes: "16" }, ["modes"]],
  ["the portal's origin is not allowed", { allowedOrigins: "https://other.example" }, ["framing", "cors"]],
  ["every origin is allowed", { allowedOrigins: "*" }, ["cors"]],
  ["the portal may frame by a wildcard, but not call", { allowedOrigins: "http://*.localhost:3000" }, ["cors"]],
  ["the wildcard is for https", { allowedOrigins: "https://*.localhost:3000" }, ["framing", "cors"]],
  ["the wildcard is another site's", { allowedOrigins: "http://*.example.com" }, ["framing", "cors"]],
])("%s", async (_name, switches, expected) => {
  await library.switches(switches);
  expect(await findings()).toEqual(expected);
});

test.each(["api-token", "guest"] as const)(
  "the secret key is missing, which %s can find out by itself, leaving no session",
  async (login) => {
    await library.switches({ secretKey: false });
    expect(await findings(login)).toEqual(["token"]);
    const { sessions } = (await (await library.fetch("GET", "/sandbox/state")).json()) as { sessions: unknown[] };
    expect(sessions).toEqual([]);
  },
);

test("the service account is refused", async () => {
  const match = "POST /MicroStrategyLibrary/api/auth/login";
  const body = JSON.stringify({ code: "ERR003", iServerCode: -2147216959 });
  await library.fetch("POST", "/sandbox/faults", { json: { rules: [{ match, status: 401, body }] } });
  expect(await findings("api-token")).toEqual(["token"]);
});

test("a proxy that adds X-Frame-Options", async () => {
  const match = "GET /MicroStrategyLibrary/auth/ui/embeddedLogin.jsp";
  const headers = { "x-frame-options": "SAMEORIGIN" };
  await library.fetch("POST", "/sandbox/faults", { json: { rules: [{ match, status: 200, headers }] } });
  expect(await findings()).toEqual(["framing"]);
});

test("the status page is a web page, or names no version", async () => {
  const match = "GET /MicroStrategyLibrary/api/status";
  for (const body of ["<html></html>", '{"webVersion":"11.5"}']) {
    await library.fetch("POST", "/sandbox/faults", { json: { clear: true, rules: [{ match, status: 200, body }] } });
    expect(await wordsOf("status")).toContain("answers 200 without a version");
  }
});

test("clocks that differ by more than half a minute", async () => {
  const apart = async (seconds: number | null) => {
    serveVendorCalls(async (request) => {
      const made = await library.sandbox.fetch(request);
      const answer = new Response(made.body, made);
      if (seconds === null) answer.headers.delete("date");
      else answer.headers.set("date", new Date(Date.now() + seconds * 1000).toUTCString());
      return answer;
    });
    return wordsOf("clock");
  };
  expect(await apart(-90)).toMatch(/The clocks are (89|9[01]) s apart\. Set the clock/);
  expect(await apart(90)).toContain("Set the clock");
  expect(await apart(10)).toMatch(/s apart fine$/);
  expect(await apart(null)).toBe("The Library sends no date fine");
});

test("a Library that any website may frame is told so", async () => {
  const match = "GET /MicroStrategyLibrary/auth/ui/embeddedLogin.jsp";
  await library.fetch("POST", "/sandbox/faults", { json: { rules: [{ match, status: 200 }] } });
  expect(await wordsOf("framing")).toContain("By any website");
});

test("what can be proved of a Web session's tokens is said, and only where the browser has that session", async () => {
  const service = { username: "portico-service", password: sandboxPassword("portico-service") };
  expect(await wordsOf("web-user", "web")).toContain("Proved only for users that portal.config.ts maps to object IDs");
  expect(await wordsOf("web-user", "web", { service })).toContain("The service account looks the user up");
  const ids = (more: object) => checks({ ...sandboxConfig("web"), ...more }).map(({ id }) => id.split(".")[1]);
  expect(ids({ webSession: "server" })).not.toContain("web-user");
  expect(ids({})).not.toContain("token");
  expect(ids({ service })).toContain("token");
});

/** What one check says, as the administrator reads it. */
async function wordsOf(id: string, login: LoginStrategy = "credentials", more = {}): Promise<string> {
  const check = checks({ ...sandboxConfig(login), ...more }).find((one) => one.id === `microstrategy.${id}`);
  const finding = await check?.run(AbortSignal.timeout(10_000));
  return [finding?.detail, finding && !finding.ok ? finding.fix : "fine"].join(" ");
}

describe("the script", () => {
  const answer = (rule: object) =>
    library.fetch("POST", "/sandbox/faults", {
      json: { rules: [{ match: "GET /MicroStrategyLibrary/javascript/*", ...rule }] },
    });

  test.each([
    ["is not served", { status: 404 }, "The script answers 404."],
    ["leads elsewhere", { status: 302, headers: { location: "https://login.example" } }, "The script answers 302."],
    ["is a sign-in page", { status: 200, body: "<!doctype html><h1>Sign in</h1>" }, "perhaps a sign-in page"],
    [
      "is a page by its type",
      { status: 200, headers: { "content-type": "text/html" }, body: "Sign in" },
      "perhaps a sign-in page",
    ],
    ["is another script", { status: 200, body: "window.jQuery = {};" }, "not the Embedding SDK"],
    ["never ends", { status: 200, body: "for (;;) {}" }, "not the Embedding SDK"],
  ])(
    "%s, for which no policy is weakened",
    async (_name, rule, words) => {
      await answer(rule);
      expect(await findings()).toEqual(["sdk"]);
      expect(await wordsOf("sdk")).toContain(words);
      expect(await wordsOf("sdk")).not.toContain("MICROSTRATEGY_SDK_EVAL");
    },
    20_000,
  );

  test.each([
    ["2020", "2022 or earlier: opens dashboards only"],
    ["2022", "2022 or earlier: opens dashboards only"],
    ["2024", "2024: opens dashboards, reports and the library"],
  ])("of %s is named with what it opens, and needs MICROSTRATEGY_SDK_EVAL", async (sdk, words) => {
    await library.switches({ sdk });
    expect(await wordsOf("sdk")).toContain(`A build of ${words}`);
    expect(await wordsOf("sdk")).toContain("Set MICROSTRATEGY_SDK_EVAL=on");
    expect(await wordsOf("sdk", "credentials", { sdkEval: true })).toContain("fine");
  });

  test("that cannot be looked at on this host is no finding: an item says what it lacks", async () => {
    jest.mocked(inspectSdk).mockRejectedValueOnce(new Error("no processes here"));
    expect(await wordsOf("sdk")).toBe("Served; which build it is cannot be found out on this host fine");
  });

  test("that compiles no code makes MICROSTRATEGY_SDK_EVAL a permission for nothing", async () => {
    expect(await wordsOf("sdk")).toBe("A build of current: opens all kinds of items fine");
    expect(await wordsOf("sdk", "credentials", { sdkEval: true })).toContain("Remove MICROSTRATEGY_SDK_EVAL.");
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

test("on the portal's own site cookies need no attribute of a third party", async () => {
  await library.switches({ sameSite: "Lax", partitioned: false });
  const { protocol, host } = new URL(getConfig().origin);
  expect(await wordsOf("cookies", "api-token", { libraryUrl: `${protocol}//bi.${host}/MicroStrategyLibrary` })).toBe(
    "Same site as the portal fine",
  );
});

describe("cookies of the login itself", () => {
  test.each(["api-token", "guest"] as const)(
    "that are Lax, as %s meets them (vendor's article KB484005)",
    async (login) => {
      await library.switches({ sameSite: "Lax", partitioned: false });
      expect(await findings(login)).toEqual(["cookies"]);
      expect(await wordsOf("cookies", login)).toContain(
        "lack SameSite=None (JSESSIONID, iSession) and Partitioned (JSESSIONID, iSession)",
      );
    },
  );

  test.each([
    [{ sameSite: "" }, "SameSite=None (JSESSIONID, iSession)"],
    [{ partitioned: false }, "Partitioned (JSESSIONID, iSession)"],
    [{ secureCookies: false }, "Secure (JSESSIONID, iSession) and Partitioned"],
  ])("with %j", async (switches, words) => {
    await library.switches(switches);
    expect(await wordsOf("cookies", "api-token")).toContain(words);
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

  test("that the pages set without one are judged where the portal has no login of its own", async () => {
    expect(await wordsOf("cookies", "credentials")).toContain("No cookie is set before the login");
    serveVendorCalls(async (request) => {
      const made = await library.sandbox.fetch(request);
      const answer = new Response(made.body, made);
      if (request.url.endsWith("/app")) answer.headers.append("set-cookie", "ROUTEID=one; Path=/");
      return answer;
    });
    expect(await wordsOf("cookies", "credentials")).toContain("lack SameSite=None (ROUTEID) and Secure (ROUTEID)");
  });

  test("leave no session behind", async () => {
    await wordsOf("cookies", "api-token");
    const { sessions } = (await (await library.fetch("GET", "/sandbox/state")).json()) as { sessions: unknown[] };
    expect(sessions).toEqual([]);
  });
});
