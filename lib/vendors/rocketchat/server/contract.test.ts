/**
 * What the portal relies on, asked of a workspace over the wire: the sandbox, or, with REAL_ROCKETCHAT=1, the server that
 * ROCKETCHAT_URL and the service account's variables name (`npm run real:rocketchat`). The same expectations hold for both.
 */
import { randomUUID } from "node:crypto";
import { type RunningRocketChat, startRocketChat } from "@/tests/fixtures/rocketchat";
import { type Config, environment } from "../config";
import { RocketChatApi } from "./api";
import { commandSettings, eventSettings } from "./diagnosis";
import { isRocketChatFailure } from "./failure";
import { connect, mint, revoke } from "./mint";

const isReal = process.env.REAL_ROCKETCHAT === "1";

let sandbox: RunningRocketChat | undefined;
let config: Config;
let api: RocketChatApi;
/** A user of this run alone, so that a workspace can be asked again and again. */
const account = `contract.${randomUUID().slice(0, 8)}`;

beforeAll(async () => {
  if (isReal) config = environment.schema.parse(process.env);
  else {
    sandbox = await startRocketChat();
    config = sandbox.config;
  }
  api = new RocketChatApi(config, AbortSignal.timeout(60_000));
});
afterAll(() => sandbox?.stop());

const context = () =>
  ({
    config,
    signal: AbortSignal.timeout(30_000),
    account,
    user: { name: "Contract Suite", email: `${account}@portico.invalid`, emailVerified: true },
  }) as Parameters<typeof connect>[0];

const kindOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "accepted",
    (error: unknown) => (isRocketChatFailure(error) ? error.kind : String(error)),
  );

test("a token that was not made here is refused, and a user who does not exist is not found", async () => {
  expect(await api.me({ userId: config.serviceUserId, token: "made-up" })).toBeNull();
  expect(await api.userByUsername(account)).toBeNull();
});

test("the service account passes a second factor by and lacks no permission", async () => {
  expect(await api.me({ userId: config.serviceUserId, token: config.serviceToken })).toBe(config.serviceUserId);
  expect(await api.missingPermissions()).toEqual([]);
});

test("a wrong secret makes no token", async () => {
  const { major } = await api.version();
  if (major >= 8) expect(await kindOf(api.createToken(config.serviceUserId, "wrong"))).toBe("create-token-disabled");
});

test("an account is made once, its token is accepted, and once revoked it is not", async () => {
  const { state } = await connect(context());
  expect(await api.me(state)).toBe(state.userId);
  const again = await connect(context());
  expect(again.state.userId).toBe(state.userId);
  expect((await mint(context(), { ...state, checkedAt: 0 })).grant.token).toBe(state.token);
  await revoke(context(), state);
  expect(await api.me(state)).toBeNull();
  expect(await api.me(again.state)).toBe(state.userId);
  await revoke(context(), again.state);
});

test("a subscription's id is told alike by both calls, and belongs to one user", async () => {
  const { state } = await connect(context());
  const own = (await api.subscriptions(state)).map(({ _id }) => _id);
  const asUser = new RocketChatApi(
    { ...config, serviceUserId: state.userId, serviceToken: state.token },
    AbortSignal.timeout(30_000),
  );
  expect((await asUser.subscriptions(state)).map(({ _id }) => _id).sort()).toEqual([...own].sort());
  expect(own.length).toBeGreaterThan(0);
  await revoke(context(), state);
});

test("the settings that the portal reads are told by their ids", async () => {
  const ids = [...commandSettings, ...eventSettings, "Accounts_iframe_url", "Accounts_Iframe_api_url"];
  expect([...(await api.publicSettings(ids)).keys()].sort()).toEqual([...ids].sort());
});

test("its pages may be framed", async () => {
  const { status, headers } = await api.page("/home");
  expect(status).toBe(200);
  expect(headers.get("x-frame-options")).toBeNull();
});
