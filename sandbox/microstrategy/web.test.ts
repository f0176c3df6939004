/** MicroStrategy Web's task servlet, and that its tokens work at the Library. */
import { portalOrigin, refusal, sessionOf, TestClient } from "./test-client";

let client: TestClient;
beforeEach(() => {
  client = new TestClient();
});

const servlet = "/MicroStrategy/servlet/taskProc";
const xhr = { taskContentType: "json", taskEnv: "xhr" };
const task = (form: Record<string, string>, headers?: Record<string, string>) =>
  client.fetch("POST", servlet, { form, headers });

async function logIn(): Promise<{ cookie: string; sessionState: string }> {
  const answer = await task({ taskId: "login", ...xhr, userid: "a.analyst", password: "a.analyst-sandbox" });
  const cookie = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
  return { cookie: cookie.join("; "), sessionState: ((await answer.json()) as { sessionState: string }).sessionState };
}
const createToken = (more: Record<string, string>, headers?: Record<string, string>) =>
  task({ taskId: "createIdentityToken", ...xhr, ...more }, headers);

const failure = (answer: Response) => [
  answer.status,
  answer.headers.get("x-mstr-taskfailuremsg") !== null,
  Number(answer.headers.get("x-mstr-taskerrorcode")) < 0,
];

describe("a task is refused", () => {
  test("when none is named, it is unknown, or the envelope is another", async () => {
    expect(failure(await task({}))).toEqual([303, true, true]);
    expect(failure(await task({ taskId: "nothing", ...xhr }))).toEqual([404, true, true]);
    expect(failure(await task({ taskId: "createIdentityToken" }))).toEqual([400, true, true]);
  });

  test("without a Web session", async () => {
    expect(failure(await createToken({}))).toEqual([401, true, true]);
    expect(failure(await createToken({ sessionState: "nothing" }))).toEqual([401, true, true]);
  });

  test("with the cookies of a Library session", async () => {
    const library = await client.logIn("a.analyst");
    expect(failure(await createToken({}, { cookie: library.cookie }))).toEqual([401, true, true]);
  });

  test("with wrong credentials, and the message can be Base64", async () => {
    const form = { taskId: "login", ...xhr, userid: "a.analyst", password: "wrong" };
    expect(failure(await task(form))).toEqual([401, true, true]);
    await client.switches({ base64TaskMessages: true });
    const text = (await task(form)).headers.get("x-mstr-taskfailuremsg") ?? "";
    expect(Buffer.from(text, "base64").toString()).toBe("Login failed");
  });

  test("to log in to a project that does not exist", async () => {
    const login = { taskId: "login", ...xhr, server: "any", userid: "a.analyst", password: "a.analyst-sandbox" };
    expect(failure(await task({ ...login, project: "Nowhere" }))).toEqual([500, true, true]);
    expect((await task({ ...login, project: "Retail" })).status).toBe(200);
  });

  test("without the secret key", async () => {
    const { cookie } = await logIn();
    await client.switches({ webSecretKey: "missing" });
    expect(failure(await createToken({}, { cookie }))).toEqual([500, true, true]);
  });
});

test("a signed-in Web user gets an identity token in the body, which the Library redeems", async () => {
  const { cookie, sessionState } = await logIn();
  for (const answer of [await createToken({}, { cookie }), await createToken({ sessionState })]) {
    expect(answer.status).toBe(200);
    const { identityToken } = (await answer.json()) as { identityToken: string };
    const session = sessionOf(await client.redeem(identityToken));
    const info = await client.api("GET", "/sessions/userInfo", { session });
    expect(await info.json()).toMatchObject({ fullName: "Anna Analyst" });
  }
});

test("a Web session is no Library session, neither its state nor its cookies", async () => {
  const { cookie, sessionState } = await logIn();
  expect(await refusal(client.api("GET", "/sessions", { session: { token: sessionState, cookie } }))).toBe(
    "404 ERR004",
  );
  expect(await refusal(client.api("GET", "/auth/token", { headers: { cookie } }))).toBe("401 ERR009 -2147206924");
  const page = await client.fetch("GET", "/MicroStrategyLibrary/app", { headers: { cookie } });
  expect(await page.text()).not.toContain("data-sandbox-user=");
});

test("multipart forms work too", async () => {
  const { sessionState } = await logIn();
  const body = new FormData();
  for (const [name, value] of Object.entries({ taskId: "createIdentityToken", ...xhr, sessionState }))
    body.set(name, value);
  const request = new Request(`http://mstr.localhost:4001${servlet}`, { method: "POST", body });
  expect(await (await client.sandbox.fetch(request)).json()).toMatchObject({ identityToken: expect.any(String) });
});

test("with another secret key the task succeeds and the Library refuses", async () => {
  const { sessionState } = await logIn();
  await client.switches({ webSecretKey: "different" });
  const { identityToken } = (await (await createToken({ sessionState })).json()) as { identityToken: string };
  expect(await refusal(client.redeem(identityToken))).toBe("401 ERR003 -2147216959");
});

test("the servlet knows no cross-origin calls unless it is told to", async () => {
  const { cookie } = await logIn();
  const headers = { cookie, origin: portalOrigin };
  expect((await createToken({}, headers)).headers.get("access-control-allow-origin")).toBeNull();
  await client.switches({ webCors: true });
  expect((await createToken({}, headers)).headers.get("access-control-allow-origin")).toBe(portalOrigin);
});
