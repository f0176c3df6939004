/** The token that Rocket.Chat's own client is given is one that the server accepts at this very moment. */
import { randomUUID } from "node:crypto";
import { type RunningRocketChat, startRocketChat } from "@/tests/fixtures/rocketchat";
import { liveGrant } from "./live-grant";
import { connect } from "./mint";

let chat: RunningRocketChat;
let token: { token: string; userId: string };
const minted: string[] = [];

const grantFor = jest.fn();
const configuredVendor = jest.fn();
jest.mock("@/lib/grants/grant", () => ({ grantFor: (order: unknown) => grantFor(order) }));
jest.mock("@/lib/vendors/configured", () => ({ configuredVendor: () => configuredVendor() }));

const mintOne = async () => {
  const { state } = await connect({
    config: chat.config,
    signal: AbortSignal.timeout(5_000),
    account: "a.analyst",
    user: { name: "Anna", email: "anna.analyst@portico.example", emailVerified: true },
  } as Parameters<typeof connect>[0]);
  minted.push(state.token);
  return { token: state.token, userId: state.userId, expiresAt: "x" };
};

beforeAll(async () => {
  chat = await startRocketChat();
});
afterAll(() => chat.stop());

beforeEach(async () => {
  await chat.control("reset");
  minted.length = 0;
  configuredVendor.mockReturnValue({ config: chat.config });
  token = await mintOne();
  grantFor.mockReset().mockImplementation(async ({ renew }: { renew?: boolean }) => (renew ? mintOne() : token));
});

const session = () => ({ id: randomUUID() }) as Parameters<typeof liveGrant>[0]["session"];
const ask = (own = session()) =>
  liveGrant({ session: own, requestId: "r", headers: new Headers() }, AbortSignal.timeout(5_000));
const endAll = () => chat.control("sign-out", { username: "a.analyst" });

test("a token that has ended is never given out, not even once (vendor issues 36919, 30046)", async () => {
  await endAll();
  const given = await ask();
  expect(given.token).not.toBe(token.token);
  expect(minted).toHaveLength(2);
});

test("a token that lives is given out as it is, however often the client asks in a loop (vendor pull request 37021)", async () => {
  const own = session();
  for (let call = 0; call < 9; call += 1) expect((await ask(own)).token).toBe(token.token);
  expect(minted).toHaveLength(1);
});

test("when the server does not say because of its limit, a new one is made, and in a loop no more than one", async () => {
  await chat.control("faults", { switches: { rateLimited: "me" } });
  const own = session();
  for (let call = 0; call < 20; call += 1) await ask(own);
  expect(minted).toHaveLength(2);
  await ask();
  expect(minted).toHaveLength(3);
});

test("a server that does not answer the portal leaves what there is", async () => {
  await chat.control("faults", { rules: [{ match: "/api/v1/me", hangUp: true }] });
  expect((await ask()).token).toBe(token.token);
});
