/** Sessions that ThoughtSpot has and the browser has not: who ends them, and when they are left alone. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { getStore } from "@/lib/store/database";
import { analyst, trial, viewer } from "@/sandbox/thoughtspot/testing";
import { thoughtSpotConfig } from "@/tests/fixtures/thoughtspot-config";
import type { ThoughtSpotConfig } from "../config";
import { revoke } from "./mint";
import type { State } from "./state";

const { sandbox, key, post, postForm, call, token, v1Token } = trial();
let server: Server;
let config: ThoughtSpotConfig;

beforeAll(async () => {
  server = createServer(getRequestListener((request, env) => sandbox.fetch(request, env)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(async () => {
  await post("/sandbox/reset", {});
  await (await getStore()).deleteFrom("connection").execute();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config = thoughtSpotConfig(url, { secretKeys: [key], login: "cookie" });
});

const state = (text: string, change: Partial<State> = {}): State => ({
  generation: "v2",
  opensSession: true,
  token: text,
  username: analyst,
  account: analyst,
  expiresAt: Date.now() + 60_000,
  ...change,
});
const end = (of: State) => revoke({ config, signal: AbortSignal.timeout(5_000), requestId: "r" }, of);
/** What a browser does that keeps no cookie: it logs in, and the session is left to itself. */
const logIn = (auth_token: string) => postForm("/callosum/v1/session/login/token", { auth_token });
const sessions = async () =>
  ((await (await call("/sandbox/state")).json()).sessions as { user: string }[]).map(({ user }) => user);

/** Another portal session, which uses the account too. */
const connectElsewhere = async (account: string) =>
  (await getStore())
    .insertInto("connection")
    .values({
      session_id: "another-session",
      vendor: "thoughtspot",
      scope: "application",
      user_id: "someone",
      account,
      sealed: "sealed",
      connected_at: Date.now(),
      expires_at: null,
      session_expires_at: Date.now() + 60_000,
      lease_owner: null,
      lease_until: 0,
    })
    .execute();

test.each<[login: string, make: () => Promise<State>]>([
  ["cookie", async () => state(await token(analyst))],
  ["redirect", async () => state(await v1Token(analyst), { generation: "v1" })],
])("the %s login's session ends with the account's last connection, and no other session does", async (_, make) => {
  const made = await make();
  await logIn(made.token);
  await logIn(await token(viewer));
  expect((await sessions()).sort()).toEqual([analyst, viewer]);
  await end(made);
  expect(await sessions()).toEqual([viewer]);
});

test("also when the token that opened it has long expired", async () => {
  const made = await token(analyst);
  await logIn(made);
  await end(state(made, { expiresAt: Date.now() - 1 }));
  expect(await sessions()).toEqual([]);
});

test("it stays while the account has another connection", async () => {
  const made = await token(analyst);
  await logIn(made);
  await connectElsewhere(analyst);
  await end(state(made));
  expect(await sessions()).toEqual([analyst]);
});

test("another account's connection does not keep it", async () => {
  const made = await token(analyst);
  await logIn(made);
  await connectElsewhere(viewer);
  await end(state(made));
  expect(await sessions()).toEqual([]);
});

test("without an administrator's account it idles out, and the token is revoked nevertheless", async () => {
  config = { ...config, adminUsername: null };
  const made = await token(analyst);
  await logIn(made);
  await end(state(made));
  expect(await sessions()).toEqual([analyst]);
  expect((await (await call("/sandbox/state")).json()).tokensAlive).toEqual([]);
});

test("the cookieless login opens no session, and asks no administrator", async () => {
  await end(state(await token(analyst), { opensSession: false }));
  const { counts, tokensAlive } = await (await call("/sandbox/state")).json();
  expect(counts["POST /api/rest/2.0/users/force-logout"]).toBeUndefined();
  expect(tokensAlive).toEqual([]);
});

test("the administrator's token is revoked at once", async () => {
  await end(state(await token(analyst)));
  const { counts, tokensAlive } = await (await call("/sandbox/state")).json();
  expect(counts["POST /api/rest/2.0/users/force-logout"]).toBe(1);
  expect(tokensAlive).toEqual([]);
});

test("an account that may not end sessions leaves the end to be tried again", async () => {
  config = { ...config, adminUsername: viewer };
  await expect(end(state(await token(analyst)))).rejects.toMatchObject({
    code: "vendor_misconfigured",
    options: { detail: expect.stringContaining("THOUGHTSPOT_ADMIN_USERNAME") },
  });
  expect((await (await call("/sandbox/state")).json()).tokensAlive).toEqual([]);
});
