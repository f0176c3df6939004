import { askPortal } from "./ask-portal";

const answered = (response: Response | Error) =>
  jest
    .spyOn(globalThis, "fetch")
    .mockImplementation(() => (response instanceof Error ? Promise.reject(response) : Promise.resolve(response)));
afterEach(() => jest.restoreAllMocks());

const ask = () => askPortal("/api/account/test", { vendor: "v" });

test("the request has what the guard wants of the portal's own pages", async () => {
  const fetched = answered(Response.json({}));
  await ask();
  expect(fetched.mock.lastCall).toEqual([
    "/api/account/test",
    expect.objectContaining({
      method: "POST",
      headers: { "content-type": "application/json", "x-portal-request": "1" },
      body: '{"vendor":"v"}',
      cache: "no-store",
    }),
  ]);
});

test.each([
  ["an object", Response.json({ waiting: 1 }), { waiting: 1 }],
  ["204", new Response(null, { status: 204 }), {}],
])("%s is an answer", async (_name, response, body) => {
  answered(response);
  expect(await ask()).toEqual({ ok: true, body });
});

test.each([
  ["a problem", Response.json({ code: "rate_limited", detail: "No.", retryAfter: 3 }, { status: 429 }), "rate_limited"],
  ["a code that is not in the list", Response.json({ code: "constructor" }, { status: 400 }), "portal_failed"],
  ["a page in place of JSON", new Response("<html>", { status: 200 }), "portal_failed"],
  ["an error page", new Response("<html>", { status: 502 }), "portal_failed"],
  ["no network", new TypeError("Failed to fetch"), "offline"],
])("%s is a problem of the closed list", async (_name, response, code) => {
  answered(response);
  expect(await ask()).toMatchObject({ ok: false, problem: { code } });
});

test("the request id comes from the header when the body has none", async () => {
  answered(new Response("<html>", { status: 502, headers: { "x-request-id": "r1" } }));
  expect(await ask()).toMatchObject({ problem: { requestId: "r1" } });
});
