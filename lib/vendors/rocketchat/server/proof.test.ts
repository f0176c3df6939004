/** Whose subscriptions a framed client shows, and why one stays silent: asked of the sandbox, as the signed-in user. */
import { type RunningRocketChat, startRocketChat } from "@/tests/fixtures/rocketchat";
import type { Grant } from "../protocol";
import { RocketChatApi } from "./api";
import { diagnoseSilence } from "./diagnosis";
import { connect } from "./mint";
import { proveSubscriptions } from "./proof";

let chat: RunningRocketChat;
let grants: { anna: Grant; victor: Grant };
let signedIn: Grant | null;

const configuredVendor = jest.fn();
jest.mock("@/lib/grants/grant", () => ({ grantFor: async () => signedIn }));
jest.mock("@/lib/auth/session", () => ({ getSession: async () => (signedIn ? { id: "s", user: { id: "u" } } : null) }));
jest.mock("@/lib/vendors/configured", () => ({ configuredVendor: () => configuredVendor() }));

async function mintFor(account: string): Promise<Grant> {
  const { state } = await connect({
    config: chat.config,
    signal: AbortSignal.timeout(5_000),
    account,
    user: { name: account, email: `${account}@portico.example`, emailVerified: true },
  } as Parameters<typeof connect>[0]);
  return { token: state.token, userId: state.userId, expiresAt: "x" };
}

beforeAll(async () => {
  chat = await startRocketChat();
});
afterAll(() => chat.stop());
beforeEach(async () => {
  await chat.control("reset");
  configuredVendor.mockReturnValue({ config: chat.config });
  grants = { anna: await mintFor("a.analyst"), victor: await mintFor("v.viewer") };
  signedIn = grants.anna;
});

const origin = "http://portal.localhost:3000";
const post = (handler: typeof proveSubscriptions, body: object, headers: Record<string, string> = {}) =>
  handler(
    new Request(`${origin}/api/rocketchat/x`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-portal-request": "1",
        origin,
        "sec-fetch-site": "same-origin",
        ...headers,
      },
      body: JSON.stringify(body),
    }),
    { params: Promise.resolve({}) },
  );

const idsOf = async (grant: Grant) => [
  ...(await new RocketChatApi(chat.config, AbortSignal.timeout(5_000)).subscriptions(grant)).map(({ _id }) => _id),
];

describe("a proof", () => {
  test.each([
    ["no one signed in", 401, {}, { subscriptions: ["x"] }],
    ["another site", 403, { origin: "http://evil.example", "sec-fetch-site": "cross-site" }, { subscriptions: ["x"] }],
    ["no subscription", 400, {}, { subscriptions: [] }],
    ["too many subscriptions", 400, {}, { subscriptions: Array(41).fill("x") }],
    ["another user's id beside them", 400, {}, { subscriptions: ["x"], userId: "someone" }],
  ])("for %s is refused", async (_what, status, headers, body) => {
    if (status === 401) signedIn = null;
    expect((await post(proveSubscriptions, body, headers)).status).toBe(status);
  });

  test("names of the subscriptions those that are the user's own, and no other", async () => {
    const [own = "", other = ""] = [(await idsOf(grants.anna))[0], (await idsOf(grants.victor))[0]];
    const response = await post(proveSubscriptions, { subscriptions: [other, own, "made-up"] });
    expect(await response.json()).toEqual({ userId: grants.anna.userId, own: [own] });
  });

  test("holds without the permission to see the rooms of others, with the user's own token", async () => {
    const withPermission = await idsOf(grants.anna);
    await chat.control("faults", { switches: { serviceAccount: "no-permissions" } });
    expect((await idsOf(grants.anna)).sort()).toEqual(withPermission.sort());
    expect((await chat.state()).counts["GET /api/v1/subscriptions.get"]).toBe(1);
  });

  test("is a failure with a name while the server is busy, never a proof", async () => {
    await chat.control("faults", { rules: [{ match: "/api/v1/users.info", status: 503 }] });
    const response = await post(proveSubscriptions, { subscriptions: ["x"] });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([502, "vendor_failed"]);
  });
});

describe("a diagnosis", () => {
  const diagnose = async (waitingFor: "startup" | "login", path = "/channel/general") => {
    const response = await post(diagnoseSilence, { waitingFor, path });
    expect(response.status).toBe(200);
    return (await response.json()) as { problem?: { code: string; detail: string }; tokenEnded?: boolean };
  };

  test("finds nothing where everything is as it should be: then the client is slow", async () => {
    expect(await diagnose("startup")).toEqual({});
    expect(await diagnose("login")).toEqual({});
  });

  test("names the header that keeps the page out of the frame", async () => {
    await chat.control("faults", { switches: { frameAncestors: "" } });
    await chat.control("settings", { Iframe_Restrict_Access: true });
    expect((await diagnose("startup")).problem).toMatchObject({
      code: "embed_blocked",
      detail: expect.stringContaining("X-Frame-Options: sameorigin"),
    });
  });

  test("does not take a page that is missing for a refusal", async () => {
    await chat.control("faults", { rules: [{ match: "/channel/*", status: 404 }] });
    expect((await diagnose("startup")).problem).toMatchObject({
      code: "vendor_failed",
      detail: expect.stringContaining("404"),
    });
  });

  test.each([
    ["startup", { Iframe_Integration_send_enable: false }, "Iframe_Integration_send_enable"],
    ["startup", { Iframe_Integration_send_target_origin: "https://x.example" }, "send_target_origin"],
    ["login", { Iframe_Integration_receive_enable: false }, "Iframe_Integration_receive_enable"],
    ["login", { Iframe_Integration_receive_origin: `https://x.example, ${origin}` }, "receive_origin"],
  ] as const)("%s: names the setting when it is %j", async (waitingFor, settings, named) => {
    await chat.control("settings", settings);
    expect((await diagnose(waitingFor)).problem).toMatchObject({
      code: "embed_refused",
      detail: expect.stringContaining(named),
    });
  });

  test("says that the token has ended", async () => {
    await chat.control("sign-out", { username: "a.analyst" });
    expect(await diagnose("login")).toEqual({ tokenEnded: true });
  });

  test("of a server that does not answer is that", async () => {
    await chat.control("faults", { rules: [{ match: "/channel/*", hangUp: true }] });
    const response = await post(diagnoseSilence, { waitingFor: "startup", path: "/channel/general" });
    expect(((await response.json()) as { code: string }).code).toBe("vendor_unreachable");
  });

  test("asks for no address but a room's", async () => {
    await diagnose("startup", "/api/v1/users.list");
    const { counts } = await chat.state();
    expect(counts).not.toHaveProperty("GET /api/v1/users.list");
    expect(counts["GET /home"]).toBe(1);
  });
});
