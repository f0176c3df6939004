import { z } from "zod";
import { getSession } from "@/lib/auth/session";
import { Problem } from "@/lib/problem/problem";
import { getStore } from "@/lib/store/database";
import { actionRoute, isGuarded, methodNotAllowed, publicRoute, sessionRoute } from "./guard";

jest.mock("@/lib/auth/session", () => ({ getSession: jest.fn() }));

const session = {
  id: "s",
  user: { id: "u", name: "U", email: null, emailVerified: false, groups: [], claims: {}, persona: true },
  expiresAt: new Date(Date.now() + 60_000),
};
const signedIn = (value: typeof session | null) => jest.mocked(getSession).mockResolvedValue(value);

const handler = jest.fn(async () => Response.json({ ok: true }));
const route = actionRoute("thoughtspot", z.strictObject({ item: z.string(), renew: z.boolean().optional() }), handler);

const good = {
  origin: "http://portal.localhost:3000",
  "sec-fetch-site": "same-origin",
  "x-portal-request": "1",
  "content-type": "application/json",
};

async function post(headers: Record<string, string | undefined>, body: BodyInit | null = '{"item":"a"}') {
  const given = Object.entries({ ...good, ...headers }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const request = new Request("http://portal.localhost:3000/api/x?user=persona-admin", {
    method: "POST",
    headers: given,
    body,
  });
  return route(request, { params: Promise.resolve({}) });
}

beforeEach(() => {
  handler.mockClear();
  signedIn(session);
});

describe("an action is refused before its handler runs", () => {
  test("without a session: 401, whatever else is wrong", async () => {
    signedIn(null);
    const response = await post({ origin: "https://evil.example", "content-type": "text/plain" });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "unauthenticated", status: 401 });
  });

  const refusals: [string, number, string, Record<string, string | undefined>, BodyInit?][] = [
    ["a foreign origin", 403, "foreign_origin", { origin: "https://evil.example" }],
    ["no origin", 403, "foreign_origin", { origin: undefined }],
    ["the opaque origin", 403, "foreign_origin", { origin: "null" }],
    ["a cross-site fetch", 403, "foreign_origin", { "sec-fetch-site": "cross-site" }],
    ["no portal header", 403, "missing_header", { "x-portal-request": undefined }],
    ["another value of the portal header", 403, "missing_header", { "x-portal-request": "true" }],
    ["a form", 415, "unsupported_media_type", { "content-type": "application/x-www-form-urlencoded" }],
    ["plain text", 415, "unsupported_media_type", { "content-type": "text/plain" }],
    ["a look-alike type", 415, "unsupported_media_type", { "content-type": "application/jsonp" }],
    ["a body over 4 KiB", 413, "payload_too_large", {}, JSON.stringify({ item: "a".repeat(4096) })],
    ["a declared length over 4 KiB", 413, "payload_too_large", { "content-length": "99999" }],
    ["another encoding of text", 415, "unsupported_media_type", { "content-type": "application/json; charset=utf-16" }],
    ["an open quote", 415, "unsupported_media_type", { "content-type": 'application/json;charset="utf-8' }],
    ["a quote that only ends", 415, "unsupported_media_type", { "content-type": 'application/json;charset=utf-8"' }],
    ["two types at once", 415, "unsupported_media_type", { "content-type": "application/json, text/plain" }],
    ["a compressed body", 415, "unsupported_media_type", { "content-encoding": "gzip" }],
    ["broken JSON", 400, "invalid_request", {}, '{"item":'],
    ["an empty body", 400, "invalid_request", {}, ""],
    ["a byte order mark", 400, "invalid_request", {}, '\ufeff{"item":"a"}'],
    ["something after the JSON", 400, "invalid_request", {}, '{"item":"a"}{"item":"b"}'],
    ["a field repeated in another spelling", 400, "invalid_request", {}, '{"item":"a","\\u0069tem":"b"}'],
    ["a constructor key", 400, "invalid_request", {}, '{"item":"a","constructor":{"prototype":{}}}'],
    ["a text where a yes or no belongs", 400, "invalid_request", {}, '{"item":"a","renew":"true"}'],
    ["invalid UTF-8", 400, "invalid_request", {}, new Uint8Array([0x7b, 0xff, 0x7d])],
    ["an array", 400, "invalid_request", {}, '["a"]'],
    ["null", 400, "invalid_request", {}, "null"],
    ["an unknown field", 400, "invalid_request", {}, '{"item":"a","user":"persona-admin"}'],
    ["a repeated field", 400, "invalid_request", {}, '{"item":"a","item":"b"}'],
    ["a prototype key", 400, "invalid_request", {}, '{"item":"a","__proto__":{"admin":true}}'],
    ["an array in place of a slug", 400, "invalid_request", {}, '{"item":["a"]}'],
    ["an object in place of a slug", 400, "invalid_request", {}, '{"item":{"a":1}}'],
  ];
  test.each(refusals.map(([name, status, code, headers, body]) => ({ name, status, code, headers, body })))(
    "$name: $status $code",
    async ({ status, code, headers, body }) => {
      const response = await post(headers, body);
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      const problem = (await response.json()) as { code: string; requestId: string; detail: string };
      expect(problem.code).toBe(code);
      expect(problem.requestId).toBe(response.headers.get("x-request-id"));
      expect(problem.detail).toMatch(/\.$/);
      expect(handler).not.toHaveBeenCalled();
    },
  );

  test("and the refusal is in the audit", async () => {
    const db = await getStore();
    await db.deleteFrom("audit_event").execute();
    await post({ origin: "https://evil.example" });
    expect(await db.selectFrom("audit_event").selectAll().executeTakeFirstOrThrow()).toMatchObject({
      user_id: "u",
      outcome: "denied",
      code: "foreign_origin",
      vendor: "thoughtspot",
    });
  });
});

test("a good action reaches its handler, and its answer is never stored", async () => {
  const response = await post({ "content-type": "application/json; charset=utf-8" });
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
});

test("an answer that is opened as a page runs nothing, is framed by no one and tells no one where it came from", async () => {
  for (const response of [await post({}), await post({ origin: "http://evil.example" })]) {
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
  }
});

describe("a body is measured in bytes:", () => {
  const filled = (bytes: number) => '{"item":"a"}'.padEnd(bytes);
  const streamed = (text: string) =>
    new ReadableStream({
      start(controller) {
        for (const byte of new TextEncoder().encode(text)) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });

  /** A body without a declared length, in as many pieces as it has bytes. */
  async function postStreamed(text: string) {
    const request = new Request("http://portal.localhost:3000/api/x", {
      method: "POST",
      headers: good,
      body: streamed(text),
      duplex: "half",
    } as RequestInit);
    return route(request, { params: Promise.resolve({}) });
  }

  test.each([
    ["4096 are read", 4096, 200],
    ["4097 are not", 4097, 413],
  ])("%s", async (_name, bytes, status) => {
    expect((await post({}, filled(bytes))).status).toBe(status);
    expect((await post({ "content-length": String(bytes) }, filled(bytes))).status).toBe(status);
    expect((await postStreamed(filled(bytes))).status).toBe(status);
  });

  test("letters of several bytes count as such", async () => {
    expect((await post({}, JSON.stringify({ item: "\u20ac".repeat(1400) }))).status).toBe(413);
  });
});

test("another method is refused as a problem that names the ones allowed, and opens nothing to other origins", async () => {
  const context = { params: Promise.resolve({}) };
  for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"] as const) {
    const response = await methodNotAllowed("POST")[method](new Request("http://x/", { method }), context);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ code: "method_not_allowed", status: 405 });
  }
  const told = await methodNotAllowed("GET", "HEAD").OPTIONS(new Request("http://x/", { method: "OPTIONS" }), context);
  expect([told.status, told.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
  expect([...told.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test("a client cannot choose the request id", async () => {
  const response = await post({ "x-request-id": "chosen\u00e9" });
  expect(response.headers.get("x-request-id")).not.toContain("chosen");
});

test("an unforeseen error tells the browser nothing of itself", async () => {
  handler.mockRejectedValueOnce(new Error("canary: secret_key=123"));
  const response = await post({});
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("canary");
});

test("a problem's retryAfter becomes a header too", async () => {
  handler.mockRejectedValueOnce(new Problem("rate_limited", { retryAfter: 7 }));
  const response = await post({});
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
});

test("a session route refuses strangers, an open route does not, and both are known as guarded", async () => {
  signedIn(null);
  const closed = sessionRoute(() => Response.json({}));
  const open = publicRoute(() => Response.json({}));
  const call = (one: typeof open) => one(new Request("http://x/"), { params: Promise.resolve({}) });
  expect((await call(closed)).status).toBe(401);
  expect((await call(open)).status).toBe(200);
  expect([isGuarded(closed), isGuarded(open), isGuarded(route), isGuarded(() => {})]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
