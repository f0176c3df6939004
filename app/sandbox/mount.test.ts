import { getConfig } from "@/lib/config/config";
import { isProblem } from "@/lib/problem/problem";
import { serveSandbox } from "./mount";

const mockLoaded = jest.fn();
const mockFetch = jest.fn<Promise<Response>, [Request]>();
jest.mock("./emulators", () => {
  mockLoaded();
  return { mountedSandboxes: () => new Map([["thoughtspot", { fetch: mockFetch }]]) };
});
jest.mock("@/lib/config/config", () => ({ ...jest.requireActual("@/lib/config/config"), getConfig: jest.fn() }));

const branch = "https://portico-git-main.vercel.app";
const deployment = "https://portico-abc.vercel.app";

const configured = (sandboxMounted: boolean) =>
  jest.mocked(getConfig).mockReturnValue({
    origin: branch,
    alsoAt: [deployment, branch],
    sandboxMounted,
  } as unknown as ReturnType<typeof getConfig>);

function call(path: string, { at = branch, headers = {}, ...init }: { at?: string } & RequestInit = {}) {
  const { host } = new URL(at);
  return serveSandbox(
    new Request(`http://127.0.0.1:3000${path}`, {
      ...init,
      headers: { "x-forwarded-host": host, "x-forwarded-proto": "https", ...(headers as Record<string, string>) },
    }),
  );
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "answered",
    (error: unknown) => (isProblem(error) ? error.code : error),
  );

/** The latest request that an emulator got. */
const received = () => mockFetch.mock.lastCall?.[0] as Request;

beforeEach(() => {
  configured(true);
  mockFetch.mockReset().mockResolvedValue(new Response("ok"));
});

// First: nothing may have loaded the emulators before.
test("where no sandbox is mounted there is nothing, and no emulator is loaded", async () => {
  configured(false);
  for (const path of ["/sandbox/thoughtspot/", "/sandbox/thoughtspot/sandbox/health", "/sandbox/nobody/x"])
    expect(await codeOf(call(path))).toBe("not_found");
  expect(mockLoaded).not.toHaveBeenCalled();
});

test.each([
  "/sandbox/idp/auth",
  "/sandbox/nobody/x",
  "/sandbox/constructor/x",
  "/sandbox//thoughtspot/x",
  "/%73andbox/thoughtspot/x",
  "/sandbox/%74houghtspot/x",
  "/SANDBOX/thoughtspot/x",
])("%s is not found", async (path) => {
  expect(await codeOf(call(path))).toBe("not_found");
  expect(mockFetch).not.toHaveBeenCalled();
});

test("an emulator never sees what opens the portal or the deployment", async () => {
  await call("/sandbox/thoughtspot/v2", {
    headers: { cookie: "__Host-authjs.session-token=s; authjs.csrf-token=c; _vercel_jwt=p; JSESSIONID=j" },
  });
  expect(received().headers.get("cookie")).toBe("JSESSIONID=j");
  await call("/sandbox/thoughtspot/v2", { headers: { cookie: "__Host-authjs.session-token=s" } });
  expect(received().headers.get("cookie")).toBeNull();
});

test("a request arrives as on a host of the vendor's own, at the portal's one address", async () => {
  await call("/sandbox/thoughtspot/callosum/v1/session/login?a=%2F&b", {
    at: deployment,
    method: "POST",
    body: "username=x",
    headers: { origin: deployment, referer: `${deployment}/insights`, "content-type": "text/plain" },
  });
  const request = received();
  expect(request.url).toBe(`${branch}/callosum/v1/session/login?a=%2F&b`);
  expect(request.method).toBe("POST");
  expect(await request.text()).toBe("username=x");
  expect(request.headers.get("origin")).toBe(branch);
  expect(request.headers.get("referer")).toBe(`${branch}/insights`);
});

test("a foreign page's origin stays foreign", async () => {
  await call("/sandbox/thoughtspot/x", { at: deployment, headers: { origin: "https://evil.example" } });
  expect(received().headers.get("origin")).toBe("https://evil.example");
});

test("its cookies stay below its own path", async () => {
  const headers = new Headers();
  for (const cookie of [
    "JSESSIONID=1; Path=/; HttpOnly; Secure; SameSite=None",
    "a=2; Path=/api/auth",
    "b=3; HttpOnly",
    "c=4; path=/sandbox/thoughtspot/deep; Secure",
    "d=5; Path=/sandbox/thoughtspotted/x",
  ])
    headers.append("set-cookie", cookie);
  mockFetch.mockResolvedValue(new Response("ok", { headers }));
  const answer = await call("/sandbox/thoughtspot/x");
  expect(answer.headers.getSetCookie()).toEqual([
    "JSESSIONID=1; HttpOnly; Secure; SameSite=None; Path=/sandbox/thoughtspot",
    "a=2; Path=/sandbox/thoughtspot",
    "b=3; HttpOnly; Path=/sandbox/thoughtspot",
    "c=4; path=/sandbox/thoughtspot/deep; Secure",
    "d=5; Path=/sandbox/thoughtspot",
  ]);
});

test("what it says of its address is the address that the visitor is on", async () => {
  const location = `${branch}/sandbox/thoughtspot/?a`;
  mockFetch.mockResolvedValue(new Response(`{"at":"${branch}"}`, { status: 302, headers: { location } }));
  const answer = await call("/sandbox/thoughtspot/x", { at: deployment });
  expect(answer.status).toBe(302);
  expect(answer.headers.get("location")).toBe(`${deployment}/sandbox/thoughtspot/?a`);
  expect(await answer.text()).toBe(`{"at":"${deployment}"}`);
});

test("only the portal may frame it, whatever it says itself", async () => {
  mockFetch.mockResolvedValue(new Response("ok", { headers: { "content-security-policy": "frame-ancestors *" } }));
  expect((await call("/sandbox/thoughtspot/x")).headers.get("content-security-policy")).toBe(
    "frame-ancestors *, frame-ancestors 'self'",
  );
});
