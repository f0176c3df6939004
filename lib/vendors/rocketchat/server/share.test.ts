/** Share a view: the route against the Rocket.Chat sandbox, refusals first. */
import { audit } from "@/lib/broker/audit";
import type { PortalSession } from "@/lib/broker/user";
import { ConnectionLost } from "@/lib/broker/vendor-adapter";
import { shareMessageRoute, shareRoomsRoute } from "@/lib/grants/share";
import { Problem } from "@/lib/problem/problem";
import { type RunningRocketChat, startRocketChat } from "@/tests/fixtures/rocketchat";
import { rocketchat } from "..";
import { connect } from "./mint";

let chat: RunningRocketChat;
let session: PortalSession | null;
let grants: { userId: string; token: string }[];
let people = 0;

const grantFor = jest.fn();
const configured = jest.fn();
jest.mock("@/lib/auth/session", () => ({ getSession: async () => session }));
jest.mock("@/lib/broker/audit", () => ({ ...jest.requireActual("@/lib/broker/audit"), audit: jest.fn() }));
jest.mock("@/lib/grants/grant", () => ({ grantFor: (order: object) => grantFor(order) }));
jest.mock("@/lib/vendors/configured", () => ({ configuredVendor: (id: string) => configured(id) }));

async function tokenOf(account: string): Promise<{ userId: string; token: string }> {
  const { state } = await connect({
    config: chat.config,
    signal: AbortSignal.timeout(5_000),
    account,
    user: { name: account, email: `${account}@portico.example`, emailVerified: true },
  } as Parameters<typeof connect>[0]);
  return { userId: state.userId, token: state.token };
}

/** The analyst; a new subject for each test, because messages are counted by it. */
const analyst = (groups = ["analysts"]): PortalSession => ({
  id: "session",
  expiresAt: new Date(Date.now() + 3600_000),
  user: {
    id: `analyst-${people++}`,
    name: "Anna Analyst",
    email: "anna@portico.example",
    emailVerified: true,
    groups,
    claims: {},
    persona: true,
  },
});

beforeAll(async () => {
  chat = await startRocketChat();
});
afterAll(() => chat.stop());
beforeEach(async () => {
  await chat.control("reset");
  session = analyst();
  grants = [await tokenOf("a.analyst")];
  grantFor.mockReset().mockImplementation(async () => grants[0]);
  jest.mocked(audit).mockReset();
  configured.mockImplementation((id: string) => {
    if (id === "rocketchat") return { vendor: rocketchat, config: chat.config };
    return ["microstrategy", "thoughtspot"].includes(id)
      ? { vendor: { id, name: id, route: id === "microstrategy" ? "/dashboards" : "/insights" }, config: {} }
      : null;
  });
});

const origin = "http://portal.localhost:3000";
const salesEmea = "sandbox-sales-emea";

async function ask(route: ReturnType<typeof shareMessageRoute>, body: object, headers: Record<string, string> = {}) {
  const request = new Request(`${origin}/api/rocketchat/message`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-portal-request": "1",
      origin,
      "sec-fetch-site": "same-origin",
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const response = await route(request, { params: Promise.resolve({}) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const message = shareMessageRoute("rocketchat");
const share = (change: object = {}, headers: Record<string, string> = {}) =>
  ask(message, { room: salesEmea, item: "sales-performance", ...change }, headers);

async function lastMessages(count = 1): Promise<{ msg: string; u: { username: string } }[]> {
  const [reader = { userId: "", token: "" }] = grants;
  const answer = await fetch(`${chat.base}/api/v1/channels.history?roomId=${salesEmea}&count=${count}`, {
    headers: { "x-user-id": reader.userId, "x-auth-token": reader.token },
  });
  return ((await answer.json()) as { messages: { msg: string; u: { username: string } }[] }).messages;
}

/** So many values of so many characters. */
const long = (values: number, length: number) =>
  Array.from({ length: values }, (_, at) => `filter.A=${String(at).padEnd(length, "x")}`).join("&");

const crossSite = { origin: "http://evil.example", "sec-fetch-site": "cross-site" };

test.each([
  ["another site", crossSite, {}, [403, "foreign_origin"]],
  ["a form of another site", { ...crossSite, "content-type": "text/plain" }, {}, [403, "foreign_origin"]],
  ["a page without the portal's header", { "x-portal-request": "" }, {}, [403, "missing_header"]],
  ["a user beside the fields", {}, { user: "rc.admin" }, [400, "invalid_request"]],
  ["an author beside the fields", {}, { alias: "Boss" }, [400, "invalid_request"]],
  ["a room that is no text", {}, { room: ["a", "b"] }, [400, "invalid_request"]],
  ["a room of others", {}, { room: "sandbox-incidents" }, [403, "room_unavailable"]],
  ["a room of others by its name", {}, { room: "#incidents" }, [403, "room_unavailable"]],
  ["a user's name in place of a room", {}, { room: "@rc.admin" }, [403, "room_unavailable"]],
  ["a room that is gone", {}, { room: "sandbox-gone" }, [403, "room_unavailable"]],
  ["an item that is not shared with the user", {}, { item: "workforce-plan" }, [403, "item_forbidden"]],
  ["an item that does not exist", {}, { item: "no-such-item" }, [403, "item_forbidden"]],
  ["an item of a path", {}, { item: "../admin/audit" }, [403, "item_forbidden"]],
  ["a sentence that is too long", {}, { text: "x".repeat(501) }, [413, "message_too_long"]],
  ["a view that is too long", {}, { view: `?${long(9, 199)}` }, [413, "message_too_long"]],
  ["a view of which something would be lost", {}, { view: `?${long(51, 2)}` }, [413, "message_too_long"]],
] as const)("a message from %s is refused, and none is posted", async (_who, headers, change, [status, code]) => {
  const before = (await lastMessages())[0];
  const answer = await share(change, headers);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect((await lastMessages())[0]).toEqual(before);
  expect(audit).toHaveBeenCalledWith(expect.objectContaining({ outcome: "denied", code, vendor: "rocketchat" }));
});

test("without a session no message is posted", async () => {
  session = null;
  expect((await share()).status).toBe(401);
  expect(grantFor).not.toHaveBeenCalled();
});

test("a disabled user posts nothing", async () => {
  const disabled = analyst();
  session = { ...disabled, user: { ...disabled.user, id: "persona-disabled" } };
  expect((await share()).body.code).toBe("user_disabled");
});

test("whom the chat does not know posts nothing, and is told so", async () => {
  grantFor.mockRejectedValue(new Problem("account_unmapped", { vendorName: "Rocket.Chat" }));
  const answer = await share();
  expect([answer.status, answer.body.title]).toEqual([403, "No Rocket.Chat account"]);
});

test("the server's own limit is told as what it is", async () => {
  await chat.control("settings", { Message_MaxAllowedSize: 60 });
  const answer = await share({ text: "A sentence that is longer than this workspace allows" });
  expect([answer.status, answer.body.code]).toEqual([413, "message_too_long"]);
  expect(answer.body.detail).toContain("Rocket.Chat takes shorter messages");
});

test("ten messages a minute are a person's, the eleventh waits", async () => {
  await chat.control("settings", { API_Enable_Rate_Limiter: false });
  for (let sent = 0; sent < 10; sent += 1) expect((await share()).status).toBe(200);
  const before = (await chat.state()).counts;
  const answer = await share();
  expect([answer.status, answer.body.code]).toEqual([429, "rate_limited"]);
  expect(answer.body.retryAfter).toBeGreaterThan(0);
  expect((await chat.state()).counts).toEqual(before);
  session = analyst();
  expect((await share()).status).toBe(200);
});

test("the link to exactly this view is posted, as the user, and audited", async () => {
  const answer = await share({
    view: "?page=K36--K53&filter.Region=West&filter.Year=2026&utm=x",
    text: "West is over plan",
  });
  expect(answer).toEqual({ status: 200, body: { room: "sales-emea" } });
  const [said] = await lastMessages();
  expect(said?.u.username).toBe("a.analyst");
  expect(said?.msg).toBe(
    `West is over plan\nSales performance, 2 filters: ${origin}/dashboards/sales-performance?page=K36--K53&filter.Region=West&filter.Year=2026`,
  );
  expect(audit).toHaveBeenLastCalledWith(
    expect.objectContaining({
      action: "share",
      outcome: "ok",
      item: "sales-performance",
      requestedAccess: { room: "sales-emea", roomId: "sandbox-sales-emea" },
    }),
  );
  expect(JSON.stringify(jest.mocked(audit).mock.calls)).not.toContain("over plan");
});

test("a room may be named as people name it, and an item with its vendor", async () => {
  expect((await share({ room: "#sales-emea", item: "thoughtspot/customer-health" })).status).toBe(200);
  expect((await lastMessages())[0]?.msg).toBe(`Customer health: ${origin}/insights/customer-health`);
});

test("an address in the view leads nowhere else", async () => {
  await share({ view: "?page=//evil.example/%23&redirect=https://evil.example" });
  const [, link = ""] = /(http\S+)$/.exec((await lastMessages())[0]?.msg ?? "") ?? [];
  expect(new URL(link)).toMatchObject({ origin, pathname: "/dashboards/sales-performance" });
  expect(new URL(link).searchParams.get("redirect")).toBeNull();
});

test("a token that has ended is replaced once", async () => {
  const [ended = { userId: "", token: "" }] = grants;
  await fetch(`${chat.base}/api/v1/logout`, {
    method: "POST",
    headers: { "x-user-id": ended.userId, "x-auth-token": ended.token },
  });
  grants = [await tokenOf("a.analyst")];
  grantFor.mockImplementation(async ({ renew }: { renew?: boolean }) => (renew ? grants[0] : ended));
  expect((await share()).status).toBe(200);
  expect(grantFor).toHaveBeenCalledTimes(2);
});

test("a grant that is lost twice is the vendor's failure, and no loop", async () => {
  configured.mockImplementation((id: string) => ({
    vendor: {
      id,
      name: "Rocket.Chat",
      route: "/dashboards",
      share: {
        rooms: async () => {
          throw new ConnectionLost();
        },
      },
    },
    config: {},
  }));
  expect((await share()).body.code).toBe("vendor_failed");
  expect(grantFor).toHaveBeenCalledTimes(2);
});

test("a portal whose chat takes no messages says so", async () => {
  configured.mockImplementation((id: string) => ({ vendor: { id, name: "Chat", route: "/x" }, config: {} }));
  expect((await share()).body.code).toBe("vendor_unconfigured");
});

test("the rooms are the user's own, with how many people are in them", async () => {
  const rooms = async () =>
    ((await ask(shareRoomsRoute("rocketchat"), {})).body.rooms as { id: string; name: string }[]).map(
      ({ name }) => name,
    );
  expect(await rooms()).toEqual(["general", "sales-emea", "data-help", "data.engineer"]);
  const [sales] = ((await ask(shareRoomsRoute("rocketchat"), {})).body.rooms as object[]).filter(
    (room) => (room as { id: string }).id === salesEmea,
  );
  expect(sales).toEqual({ id: salesEmea, name: "sales-emea", kind: "channel", members: 4 });
  grants = [await tokenOf("v.viewer")];
  expect(await rooms()).toEqual(["general", "data.engineer"]);
});

test("the rooms are the same without the service account's permission, and without the counts", async () => {
  await chat.control("faults", { switches: { serviceAccount: "no-permissions", rateLimited: "rooms.get" } });
  const { status, body } = await ask(shareRoomsRoute("rocketchat"), {});
  expect(status).toBe(200);
  expect(body.rooms).toContainEqual({ id: salesEmea, name: "sales-emea", kind: "channel" });
});
