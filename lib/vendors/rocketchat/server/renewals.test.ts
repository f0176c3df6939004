/**
 * Renewals through the whole broker, against the sandbox: the server keeps fifty tokens per user and drops the oldest, so
 * that tokens left behind would log people out on their other devices (vendor issue 24826).
 */
import { randomUUID } from "node:crypto";
import { grant } from "@/lib/broker/broker";
import { endSession } from "@/lib/broker/end-session";
import { runRevocations } from "@/lib/broker/revocations";
import type { PortalSession } from "@/lib/broker/user";
import { getStore } from "@/lib/store/database";
import { type RunningRocketChat, startRocketChat } from "@/tests/fixtures/rocketchat";
import { rocketchat } from "..";
import { RocketChatApi } from "./api";

let chat: RunningRocketChat;
beforeAll(async () => {
  chat = await startRocketChat();
});
afterAll(() => chat.stop());
beforeEach(() => chat.control("reset"));
afterEach(() => jest.restoreAllMocks());

const newSession = (): PortalSession => ({
  id: randomUUID(),
  user: {
    id: "persona-analyst",
    name: "Anna Analyst",
    email: "anna.analyst@portico.example",
    emailVerified: true,
    groups: ["analysts"],
    claims: {},
    persona: true,
  },
  expiresAt: new Date(Date.now() + 8 * 3_600_000),
});

const ask = (session: PortalSession, renew: boolean) =>
  grant({
    vendor: rocketchat,
    config: chat.config,
    sandboxed: true,
    session,
    renew,
    requestId: randomUUID(),
    locale: "en",
    timeZone: null,
    oidcTokens: async () => null,
  });

const find = () =>
  ({ vendor: rocketchat, config: chat.config }) as unknown as ReturnType<Parameters<typeof runRevocations>[0]>;
const tokens = async () =>
  (await chat.state()).users.find(({ username }) => username === "a.analyst")?.loginTokens ?? 0;

const logouts = async () => (await chat.state()).counts["POST /api/v1/logout"] ?? 0;

const auditedRevocations = async () => {
  const db = await getStore();
  const rows = await db.selectFrom("audit_event").select("outcome").where("action", "=", "revoke").execute();
  return rows.map(({ outcome }) => outcome);
};

/** Moves the portal's clock: a replaced token stays a moment, so that an open frame can move to the new one. */
function passTime(): (ms: number) => void {
  const real = Date.now;
  let offset = 0;
  jest.spyOn(Date, "now").mockImplementation(() => real() + offset);
  return (ms) => {
    offset += ms;
  };
}

/** Renews a session's token 55 times. @returns the most tokens that were alive at once, of all sessions */
async function renewOften(session: PortalSession, pass: (ms: number) => void): Promise<number> {
  let most = 0;
  for (let renewal = 0; renewal < 55; renewal += 1) {
    await ask(session, true);
    pass(31_000);
    await runRevocations(find);
    most = Math.max(most, await tokens());
  }
  return most;
}

async function signOut(session: PortalSession): Promise<void> {
  await endSession(session);
  await runRevocations(find);
}

test("after 55 renewals the server has one token of the user, and after the sign-out none (vendor issue 24826)", async () => {
  const pass = passTime();
  const session = newSession();
  await ask(session, false);
  // The session's own, and the one that it has just replaced.
  expect(await renewOften(session, pass)).toBeLessThanOrEqual(2);
  expect(await tokens()).toBe(1);
  await signOut(session);
  expect(await tokens()).toBe(0);
});

test("55 renewals of one session log the user out on no other device (vendor issue 24826)", async () => {
  const pass = passTime();
  const devices = [await ask(newSession(), false), await ask(newSession(), false)];
  const session = newSession();
  await ask(session, false);
  expect(await renewOften(session, pass)).toBeLessThanOrEqual(4);
  await signOut(session);
  expect(await tokens()).toBe(2);
  const api = new RocketChatApi(chat.config, AbortSignal.timeout(5_000));
  for (const device of devices) expect(await api.me(device)).toBe(device.userId);
});

test("25 sign-outs at once, of which Rocket.Chat takes ten a minute, are all carried out, and none counts as failed", async () => {
  const pass = passTime();
  const sessions = Array.from({ length: 25 }, newSession);
  for (const session of sessions) await ask(session, false);
  expect(await tokens()).toBe(25);
  const before = (await auditedRevocations()).length;
  for (const session of sessions) await endSession(session);
  const left: number[] = [];
  for (let minute = 0; minute < 3; minute += 1) {
    await runRevocations(find);
    left.push(await tokens());
    // Before the minute is over, Rocket.Chat is not called again.
    const called = await logouts();
    expect(called).toBeGreaterThanOrEqual(10);
    await runRevocations(find);
    expect(await logouts()).toBe(called);
    pass(60_001);
    await chat.control("faults", { advanceMs: 60_001 });
  }
  expect(left).toEqual([15, 5, 0]);
  expect((await auditedRevocations()).slice(before)).toEqual(Array.from({ length: 25 }, () => "ok"));
});
