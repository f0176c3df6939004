import fc from "fast-check";
import { type EmbedReport, GrantRefused } from "@/lib/vendors/embed-host";
import type { ChatEvent, Command, RocketChatGrant } from "../protocol";
import { ChatFrame, type ChatFrameOptions, elicitMs, silenceMs, startupMs } from "./driver";
import { chatGone, currentChat, recordEvent, setPresence } from "./live";

const settle = () => jest.advanceTimersByTimeAsync(0);
const grantOf = (token: string): RocketChatGrant => ({ token, userId: "u", expiresAt: "2030-01-01T00:00:00Z" });
const event = (eventName: string, data: unknown = true) => ({ eventName, data });
const loggedIn = event("unread-changed", 0);

function setUp(more: Partial<ChatFrameOptions> = {}, last: string | null = "anna") {
  const reports: EmbedReport[] = [];
  const posted: Command[] = [];
  const events: ChatEvent[] = [];
  let lastUser = last;
  let taken = "token-1";
  const grant = {
    take: jest.fn(async () => grantOf(taken)),
    renew: jest.fn(async () => {
      taken = "token-renewed";
      return grantOf(taken);
    }),
  };
  const current = jest.fn(async () => grantOf(taken));
  const frame = new ChatFrame({
    userId: "anna",
    path: "/channel/general",
    grant,
    current,
    report: (report) => reports.push(report),
    post: (message) => posted.push(message),
    onEvent: (one) => events.push(one),
    onConnected: () => {},
    onGone: () => {},
    reachable: async () => true,
    lastUser: {
      get: () => lastUser,
      set: (userId) => {
        lastUser = userId;
      },
    },
    ...more,
  });
  const codes = () => reports.flatMap((report) => (report.state === "failed" ? [report.problem.code] : []));
  return { frame, reports, posted, events, grant, current, codes, states: () => reports.map(({ state }) => state) };
}

const login = (token: string) => ({ externalCommand: "login-with-token", token });

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe("when another user of the browser has signed in to the portal", () => {
  const othersGrant = async () => ({ ...grantOf("token-of-another"), userId: "another" });

  test("a lost login is not followed by theirs", async () => {
    const { frame, posted, codes, grant } = setUp();
    frame.start();
    frame.receive(event("startup"));
    await settle();
    frame.receive(loggedIn);
    grant.renew.mockImplementation(othersGrant);
    frame.lostLogin();
    await settle();
    expect(codes()).toEqual(["unauthenticated"]);
    expect(posted.at(-1)).toEqual({ externalCommand: "logout" });
    expect(posted).not.toContainEqual(login("token-of-another"));
  });

  test("a look at the token does not bring theirs", async () => {
    const { frame, posted, codes, current } = setUp();
    frame.start();
    frame.receive(event("startup"));
    await settle();
    frame.receive(loggedIn);
    current.mockImplementation(othersGrant);
    await frame.look(Date.now() + 60_000);
    expect(codes()).toEqual(["unauthenticated"]);
    expect(posted).not.toContainEqual(login("token-of-another"));
  });
});

describe("before anybody is logged in", () => {
  test("no token is sent before the client says that it listens", async () => {
    const { frame, posted, states } = setUp();
    frame.start();
    frame.loaded();
    await jest.advanceTimersByTimeAsync(3_000);
    frame.receive(loggedIn);
    await settle();
    expect(posted).toEqual([]);
    expect(states()).not.toContain("interactive");
  });

  test("it is interactive only when a logged-in client speaks, not when the token is sent", async () => {
    const { frame, posted, states } = setUp();
    frame.start();
    frame.receive(event("startup"));
    await settle();
    expect(posted).toEqual([login("token-1")]);
    frame.receive(event("room-opened", { _id: "r", t: "c", name: "general" }));
    expect(states()).not.toContain("interactive");
    frame.receive(loggedIn);
    expect(states().at(-1)).toBe("interactive");
  });

  test.each([
    ["a blocked frame", true, true, "embed_blocked"],
    ["a client that never loads", false, true, "embed_timeout"],
    ["a server that is down", true, false, "vendor_unreachable"],
  ] as const)("%s is told apart within ten seconds", async (_name, loaded, reachable, code) => {
    const { frame, codes } = setUp({ reachable: async () => reachable });
    frame.start();
    if (loaded) frame.loaded();
    await jest.advanceTimersByTimeAsync(startupMs);
    expect(codes()).toEqual([code]);
  });

  test("a refused grant ends in the portal's own reason", async () => {
    const refuse = async () => {
      throw new GrantRefused({ code: "account_disabled" });
    };
    const { frame, codes, posted } = setUp({ grant: { take: refuse, renew: refuse } });
    frame.start();
    await settle();
    frame.receive(event("startup"));
    await settle();
    expect(new Set(codes())).toEqual(new Set(["account_disabled"]));
    expect(posted).toEqual([]);
  });

  test("silence after the token becomes one renewal, then a failure that says so, within ten seconds", async () => {
    const { frame, codes, posted, grant, states } = setUp();
    frame.start();
    frame.receive(event("startup"));
    await settle();
    await jest.advanceTimersByTimeAsync(silenceMs);
    expect(posted.filter((message) => message.externalCommand !== "go")).toEqual([
      login("token-1"),
      login("token-renewed"),
    ]);
    expect(states()).toContain("renewing");
    await jest.advanceTimersByTimeAsync(silenceMs);
    expect(codes()).toEqual(["embed_refused"]);
    expect(grant.renew).toHaveBeenCalledTimes(1);
    expect(2 * silenceMs).toBeLessThan(10_000);
  });

  test("somebody else's session is logged out before this user's token is sent", async () => {
    const { frame, posted, states } = setUp({}, "bruno");
    frame.start();
    frame.receive(event("startup"));
    await settle();
    frame.receive(loggedIn); // still the other user's
    expect(posted).toEqual([{ externalCommand: "logout" }]);
    expect(states()).not.toContain("interactive");
    frame.receive(event("Custom_Script_Logged_Out", ""));
    await settle();
    expect(posted.at(-1)).toEqual(login("token-1"));
  });

  test("a release that does not tell of the logout gets the token all the same", async () => {
    const { frame, posted } = setUp({}, null);
    frame.start();
    frame.receive(event("startup"));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(posted).toEqual([{ externalCommand: "logout" }, login("token-1")]);
    frame.receive(loggedIn);
    expect(posted.at(-1)).toEqual({ externalCommand: "go", path: "/channel/general" }); // a logout leads home
  });

  test("a client that was logged in by itself is made to speak, and what it said before counts", async () => {
    const { frame, posted, events, states, grant } = setUp({}, null);
    frame.start();
    frame.receive(event("startup"));
    await settle();
    frame.receive(event("unread-changed", 4)); // asked the portal by itself, before the token came
    await jest.advanceTimersByTimeAsync(500);
    expect(states()).not.toContain("interactive");
    await jest.advanceTimersByTimeAsync(elicitMs);
    expect(posted.slice(-2)).toEqual([
      { externalCommand: "go", path: "/home" },
      { externalCommand: "go", path: "/channel/general" },
    ]);
    frame.receive(event("room-opened", { _id: "r", t: "c", name: "general" }));
    expect(states().at(-1)).toBe("interactive");
    expect(events).toMatchObject([{ name: "unread", count: 4 }, { name: "room" }]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(grant.renew).not.toHaveBeenCalled();
  });

  test("nobody counts as the last user before the login is proved", async () => {
    const lastUser = { get: () => "bruno", set: jest.fn() };
    const { frame } = setUp({ lastUser });
    frame.start();
    frame.receive(event("startup"));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(lastUser.set).not.toHaveBeenCalled();
    frame.receive(loggedIn);
    expect(lastUser.set).toHaveBeenCalledWith("anna");
  });

  test("what another user's client said is never told on", async () => {
    const { frame, events } = setUp({}, "bruno");
    frame.start();
    frame.receive(event("startup"));
    await settle();
    frame.receive(event("unread-changed", 4));
    frame.receive(event("notification", { notification: { title: "secret", text: "of bruno" } }));
    frame.receive(event("Custom_Script_Logged_Out", ""));
    await settle();
    frame.receive(event("unread-changed", 1));
    expect(events).toEqual([{ name: "unread", count: 1, news: true }]);
  });

  test("events that come while the token is still on its way count for the same user", async () => {
    let give: (grant: RocketChatGrant) => void = () => {};
    const take = () => new Promise<RocketChatGrant>((resolve) => (give = resolve));
    const { frame, states, events } = setUp({ grant: { take, renew: take } }, "anna");
    frame.start();
    frame.receive(event("startup"));
    frame.receive(event("unread-changed", 2));
    await settle();
    expect(states()).not.toContain("interactive");
    give(grantOf("token-1"));
    await settle();
    expect(states().at(-1)).toBe("interactive");
    expect(events).toEqual([{ name: "unread", count: 2, news: true }]);
  });

  test("the same user is not logged out first: the token is about to be used again", async () => {
    const { frame, posted } = setUp({}, "anna");
    frame.start();
    frame.receive(event("startup"));
    await settle();
    expect(posted).toEqual([login("token-1")]);
  });
});

async function open(more: Partial<ChatFrameOptions> = {}) {
  const all = setUp(more);
  all.frame.start();
  all.frame.receive(event("startup"));
  await settle();
  all.frame.receive(loggedIn);
  return all;
}

describe("while it is open", () => {
  test("another room is opened in the same frame, once", async () => {
    const { frame, posted } = await open();
    frame.open("/channel/sales-emea");
    frame.receive(event("room-opened", { _id: "r", t: "c", name: "sales-emea" }));
    frame.open("/channel/sales-emea");
    expect(posted.slice(1)).toEqual([{ externalCommand: "go", path: "/channel/sales-emea" }]);
  });

  test("a room chosen before the login is opened after it", async () => {
    const { frame, posted } = setUp();
    frame.start();
    frame.open("/channel/data-help");
    frame.receive(event("startup"));
    await settle();
    frame.receive(loggedIn);
    expect(posted.at(-1)).toEqual({ externalCommand: "go", path: "/channel/data-help" });
  });

  test("a token that was replaced meanwhile is sent when the person comes back", async () => {
    const { frame, posted, current } = await open();
    await frame.look(Date.now() + 1_000);
    expect(current).not.toHaveBeenCalled();
    await frame.look(Date.now() + 60_000);
    expect(posted).toHaveLength(1);
    current.mockResolvedValueOnce(grantOf("token-2"));
    await frame.look(Date.now() + 120_000);
    expect(posted.at(-1)).toEqual(login("token-2"));
  });

  test("a portal session that ended closes the chat; a vendor that is slow does not", async () => {
    const { frame, posted, current, codes } = await open();
    current.mockRejectedValueOnce(new GrantRefused({ code: "vendor_timeout" }));
    await frame.look(Date.now() + 60_000);
    expect(codes()).toEqual([]);
    current.mockRejectedValueOnce(new GrantRefused({ code: "unauthenticated" }));
    await frame.look(Date.now() + 120_000);
    expect(codes()).toEqual(["unauthenticated"]);
    expect(posted.at(-1)).toEqual({ externalCommand: "logout" });
  });

  test("a logout inside Rocket.Chat is followed by a new login: the portal session counts", async () => {
    const { frame, posted, states } = await open();
    frame.receive(event("Custom_Script_Logged_Out", ""));
    await settle();
    expect(states().at(-1)).toBe("renewing");
    expect(posted.at(-1)).toEqual(login("token-renewed"));
    frame.receive(loggedIn);
    expect(states().at(-1)).toBe("interactive");
  });

  test("a login that is lost again and again is given up, and says so", async () => {
    const { frame, codes, grant } = await open();
    for (let loss = 0; loss < 4; loss += 1) {
      frame.lostLogin();
      await settle();
      frame.receive(loggedIn);
    }
    expect(codes()).toEqual(["embed_session_lost"]);
    expect(grant.renew).toHaveBeenCalledTimes(3);
  });

  test("a client that reloads itself is logged in again", async () => {
    const { frame, posted } = await open();
    frame.receive(event("startup"));
    await settle();
    expect(posted).toHaveLength(2);
  });

  test("when the person signs out it logs out, and not in again", async () => {
    const { frame, posted } = await open();
    frame.leave();
    frame.receive(event("Custom_Script_Logged_Out", ""));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(posted.slice(1)).toEqual([{ externalCommand: "logout" }]);
  });

  test("after it is stopped it neither sends nor reports", async () => {
    const { frame, posted, reports } = await open();
    frame.stop();
    const before = [posted.length, reports.length];
    frame.receive(event("startup"));
    frame.receive(loggedIn);
    frame.open("/channel/x");
    await jest.advanceTimersByTimeAsync(60_000);
    expect([posted.length, reports.length]).toEqual(before);
  });
});

describe("the badge", () => {
  test("shows Rocket.Chat's own total, in whatever order the events come", () => {
    const subscription = fc.record({
      name: fc.constant("subscription" as const),
      rid: fc.constantFrom("a", "b", "c"),
      unread: fc.nat(20),
    });
    const unread = fc.nat(99).map((count) => ({ name: "unread" as const, count, news: count > 0 }));
    const other = fc.constant({ name: "status" as const, status: "away" as const });
    fc.assert(
      fc.property(fc.array(fc.oneof(subscription, unread, other), { maxLength: 30 }), (events) => {
        chatGone();
        for (const one of events) recordEvent(one);
        const total = events.findLast((one) => one.name === "unread");
        const rooms = new Map(events.flatMap((one) => (one.name === "subscription" ? [[one.rid, one.unread]] : [])));
        const sum = [...rooms.values()].reduce((all, count) => all + count, 0);
        expect(currentChat().unread).toBe(total?.name === "unread" ? total.count : sum);
      }),
      { numRuns: 100 },
    );
  });

  test("nothing of a user stays when the chat is gone", () => {
    recordEvent({ name: "unread", count: 3, news: true });
    recordEvent({ name: "notification", title: "t", text: "secret", path: null });
    chatGone();
    expect(currentChat()).toMatchObject({ connected: false, unread: 0, notification: null, room: null });
    expect(setPresence("away")).toBe(false);
  });
});
