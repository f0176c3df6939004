/** The provider's own sign-out: where it may lead, and that no one waits for it. */
import type { ProviderSignOut, providerSignOut } from "./provider";

const issuer = "https://login.example.com";

jest.mock("next-auth", () => ({ customFetch: Symbol("custom-fetch") }));

let mockOidc: object | null = null;
jest.mock("@/lib/config/config", () => ({
  getConfig: () => ({ origin: "https://portal.example.com", oidc: mockOidc, personas: false }),
}));

const fetchMock = jest.fn<Promise<Response>, [URL | RequestInfo, RequestInit?]>();
const realFetch = global.fetch;

const discovered = (document: object) =>
  fetchMock.mockImplementation(async () => Response.json({ issuer, jwks_uri: `${issuer}/jwks`, ...document }));

beforeEach(() => {
  // What is known of a provider is kept for the process: each test is one.
  (globalThis as { portico?: Map<string, unknown> }).portico?.clear();
  jest.resetModules();
  mockOidc = { issuer, internalUrl: issuer, clientId: "portal", clientSecret: "s3cret", scope: "openid" };
  fetchMock.mockReset();
  global.fetch = fetchMock as typeof fetch;
});

afterAll(() => {
  global.fetch = realFetch;
});

const ask = (): Promise<ProviderSignOut | null> =>
  (jest.requireActual("./provider") as { providerSignOut: typeof providerSignOut }).providerSignOut();

describe("refused:", () => {
  test.each([
    "https://evil.example/logout",
    "https://login.example.com.evil.example/logout",
    "http://login.example.com/logout",
    "https://login.example.com:8443/logout",
    "https://user:pass@login.example.com/logout",
    "javascript:alert(1)",
    "//evil.example/logout",
    "not an address",
    "",
    42,
    null,
  ])("an end_session_endpoint %j", async (endpoint) => {
    discovered({ end_session_endpoint: endpoint });
    expect(await ask()).toBeNull();
  });

  test("a document of another issuer", async () => {
    discovered({ issuer: "https://other.example.com", end_session_endpoint: `${issuer}/logout` });
    expect(await ask()).toBeNull();
  });
});

test("leads to the provider's page with the client's name and the way back, and no token", async () => {
  discovered({ end_session_endpoint: `${issuer}/logout?tenant=1` });
  const there = await ask();
  expect(there?.provider).toBe("login.example.com");
  const address = new URL(there?.address ?? "");
  expect(address.origin + address.pathname).toBe(`${issuer}/logout`);
  expect(Object.fromEntries(address.searchParams)).toEqual({
    tenant: "1",
    client_id: "portal",
    post_logout_redirect_uri: "https://portal.example.com/signed-out",
    state: "done",
  });
});

test("a provider without such a page, or none at all, is no error", async () => {
  discovered({});
  expect(await ask()).toBeNull();
  mockOidc = null;
  expect(await ask()).toBeNull();
});

test("the provider is asked once, however many ask", async () => {
  discovered({ end_session_endpoint: `${issuer}/logout` });
  const { providerSignOut: again } = jest.requireActual("./provider") as { providerSignOut: typeof providerSignOut };
  await Promise.all([again(), again(), again()]);
  await again();
  expect(fetchMock).toHaveBeenCalledTimes(1);
});

test("a provider that is down costs no one the page", async () => {
  fetchMock.mockRejectedValue(new TypeError("fetch failed"));
  expect(await ask()).toBeNull();
});

test("a provider that keeps silent is waited for a moment only", async () => {
  fetchMock.mockImplementation(() => new Promise(() => {}));
  const started = performance.now();
  expect(await ask()).toBeNull();
  expect(performance.now() - started).toBeLessThan(2_000);
});
