/** The doctor finds what is set wrong at the Library, and says which screen to open. */
import { TestClient } from "@/sandbox/microstrategy/test-client";
import { sandboxConfig } from "@/tests/fixtures/microstrategy-config";
import { serveVendorCalls } from "@/tests/in-process-vendor";
import type { LoginStrategy } from "../config";
import { checks } from "./doctor";

let library: TestClient;

beforeEach(() => {
  library = new TestClient();
  serveVendorCalls((request) => library.sandbox.fetch(request));
});

/** The ids of the checks that fail, without the vendor's prefix. */
async function findings(login: LoginStrategy = "credentials"): Promise<string[]> {
  const all = checks(sandboxConfig(login));
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

test("the script is not served", async () => {
  const match = "GET /MicroStrategyLibrary/javascript/*";
  await library.fetch("POST", "/sandbox/faults", { json: { rules: [{ match, status: 404 }] } });
  expect(await findings()).toEqual(["sdk"]);
});
