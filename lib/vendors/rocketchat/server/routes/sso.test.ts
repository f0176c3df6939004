/** What Rocket.Chat's client may call, from where, and what it reads. */
import { Problem } from "@/lib/problem/problem";
import { preflightForRocketChat, refuseForRocketChat, signInForRocketChat } from "./sso";

const getSession = jest.fn();
const grantFor = jest.fn();
jest.mock("@/lib/auth/session", () => ({ getSession: () => getSession() }));
jest.mock("@/lib/grants/grant", () => ({ grantFor: (order: unknown) => grantFor(order) }));

const chat = "http://chat.localhost:4002";

const handlers: Record<string, typeof signInForRocketChat> = {
  GET: signInForRocketChat,
  POST: signInForRocketChat,
  OPTIONS: preflightForRocketChat,
};

const call = (method: string, origin: string | null = chat, headers: Record<string, string> = {}) =>
  (handlers[method] ?? refuseForRocketChat)(
    new Request("http://portal.localhost:3000/api/rocketchat/sso", {
      method,
      headers: { ...(origin === null ? {} : { origin }), ...headers },
    }),
    { params: Promise.resolve({}) },
  );

const expectCors = (response: Response) => {
  expect(response.headers.get("access-control-allow-origin")).toBe(chat);
  expect(response.headers.get("access-control-allow-credentials")).toBe("true");
  expect(response.headers.get("vary")).toBe("Origin");
  expect(response.headers.get("cache-control")).toBe("no-store");
};

beforeEach(() => {
  getSession.mockReset().mockResolvedValue({ id: "s", user: { id: "u" } });
  grantFor.mockReset().mockResolvedValue({ token: "t", userId: "u", expiresAt: "x" });
});

test.each([
  null,
  "null",
  "http://evil.localhost",
  "http://chat.localhost:4003",
  "http://xchat.localhost:4002",
  `${chat}/`,
])("an origin that is not Rocket.Chat's (%s) is refused before anything is minted", async (origin) => {
  for (const method of ["GET", "POST", "OPTIONS"]) {
    const response = await call(method, origin);
    expect(response.status).toBe(403);
    expect(response.headers.get("access-control-allow-origin")).toBe(chat);
    expect(await response.text()).not.toContain("loginToken");
  }
  expect(getSession).not.toHaveBeenCalled();
  expect(grantFor).not.toHaveBeenCalled();
});

test.each(["GET", "POST"])("%s: no one is signed in: 401 without a body", async (method) => {
  getSession.mockResolvedValue(null);
  const response = await call(method);
  expect([response.status, await response.text()]).toEqual([401, ""]);
  expectCors(response);
  expect(grantFor).not.toHaveBeenCalled();
});

test.each([
  ["account_disabled", 403],
  ["vendor_unreachable", 502],
  ["rate_limited", 429],
] as const)("a refused grant (%s) keeps its status and the CORS headers", async (code, status) => {
  grantFor.mockRejectedValue(new Problem(code));
  const response = await call("POST");
  expect(response.status).toBe(status);
  expectCors(response);
});

test("a failure that no one foresaw has the CORS headers too", async () => {
  grantFor.mockRejectedValue(new Error("x"));
  const response = await call("POST");
  expect(response.status).toBe(500);
  expectCors(response);
});

test.each([
  ["GET", {}],
  ["POST", {}],
  ["POST", { "content-type": "application/json" }],
])("%s %j: exactly one key, loginToken", async (method, headers) => {
  const response = await call(method, chat, headers as Record<string, string>);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ loginToken: "t" });
  expectCors(response);
});

test("another method is refused with the CORS headers too", async () => {
  const response = await call("PUT");
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST, OPTIONS"]);
  expectCors(response);
  expect(getSession).not.toHaveBeenCalled();
});

test("the preflight of older clients is answered without looking at the session", async () => {
  const response = await call("OPTIONS", chat, { "access-control-request-headers": "content-type" });
  expect([response.status, await response.text()]).toEqual([204, ""]);
  expect(response.headers.get("access-control-allow-methods")).toBe("GET, POST, OPTIONS");
  expect(response.headers.get("access-control-allow-headers")).toBe("content-type");
  expectCors(response);
  expect(getSession).not.toHaveBeenCalled();
});
