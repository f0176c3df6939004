/**
 * What the portal relies on at a Library, step by step. Runs against the emulator, or against a real server that is
 * named by CONTRACT_LIBRARY_URL, CONTRACT_USERNAME and CONTRACT_PASSWORD (and CONTRACT_LOGIN_MODE, 1 unless told).
 */
import { type Session, sessionOf, TestClient } from "./test-client";

const real = process.env.CONTRACT_LIBRARY_URL?.replace(/\/+$/, "");
const username = process.env.CONTRACT_USERNAME ?? "a.analyst";
const password = process.env.CONTRACT_PASSWORD ?? "a.analyst-sandbox";
const loginMode = Number(process.env.CONTRACT_LOGIN_MODE ?? 1);
const emulator = new TestClient();

function call(method: string, path: string, init: { session?: Session; headers?: object; json?: object } = {}) {
  const { session, headers, json } = init;
  const request = new Request(`${real ?? "http://mstr.localhost:4001/MicroStrategyLibrary"}/api${path}`, {
    method,
    headers: {
      ...(session ? { "x-mstr-authtoken": session.token, cookie: session.cookie } : {}),
      ...(json ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    body: json ? JSON.stringify(json) : undefined,
  });
  return real ? fetch(request) : emulator.sandbox.fetch(request);
}

const logIn = (given: object = {}) =>
  call("POST", "/auth/login", { json: { username, password, loginMode, applicationType: 35, ...given } });
const codeOf = async (answer: Response) => ((await answer.json()) as { code?: string }).code;

test("status and login modes are public", async () => {
  const status = await call("GET", "/status");
  expect(status.status).toBe(200);
  expect(await status.json()).toMatchObject({ iServerVersion: expect.any(String), webVersion: expect.any(String) });
  const modes = (await (await call("GET", "/config/authModes")).json()) as { modes: number[] };
  expect(modes.modes).toContain(loginMode);
});

test("a wrong password is 401 ERR003", async () => {
  const answer = await logIn({ password: "surely-not-the-password" });
  expect([answer.status, await codeOf(answer)]).toEqual([401, "ERR003"]);
});

test("one identity token travels from a session to a second one on the same Intelligence Server session", async () => {
  const session = sessionOf(await logIn());
  try {
    const withoutCookies = await call("GET", "/sessions/userInfo", { session: { token: session.token, cookie: "" } });
    expect([withoutCookies.status, await codeOf(withoutCookies)]).toEqual([401, "ERR009"]);

    const me = (await (await call("GET", "/sessions/userInfo", { session })).json()) as { id: string };
    expect(me.id).toMatch(/^[0-9A-F]{32}$/);

    const made = await call("POST", "/auth/identityToken", { session });
    const identityToken = made.headers.get("x-mstr-identitytoken") ?? "";
    expect([made.status, identityToken.length > 0]).toEqual([201, true]);

    const headers = { "x-mstr-identitytoken": identityToken };
    const whose = await call("GET", "/auth/identityToken", { session, headers });
    expect([whose.status, await whose.json()]).toEqual([200, { userId: me.id }]);

    const delegated = sessionOf(await call("POST", "/auth/delegate", { json: { loginMode: -1, identityToken } }));
    const second = await call("GET", "/sessions/userInfo", { session: delegated });
    expect(await second.json()).toMatchObject({ id: me.id });
  } finally {
    expect((await call("POST", "/auth/logout", { session })).status).toBe(204);
  }
  const again = await call("POST", "/auth/logout", { session });
  expect([again.status, await codeOf(again)]).toEqual([401, "ERR009"]);
});

test("a token that is none is refused", async () => {
  const answer = await call("POST", "/auth/delegate", { json: { loginMode: -1, identityToken: "none" } });
  expect([answer.status, await codeOf(answer)]).toEqual([401, "ERR003"]);
});

test("an unknown path is 404 ERR004", async () => {
  const answer = await call("GET", "/there-is-no-such-path");
  expect([answer.status, await codeOf(answer)]).toEqual([404, "ERR004"]);
});
