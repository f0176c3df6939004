/**
 * When a framed client is shown. The client is a model of the vendor's: what it does and says, in the vendor's order,
 * with logins and logouts that take their time.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type EmbedReport, GrantRefused } from "../../embed-host";
import type { ChatEvent, Command, Diagnosis, Grant, Proof } from "../protocol";
import { type Appearance, ChatFrame, type ChatFrameOptions } from "./driver";
import { chatGone, currentChat, recordEvent, setPresence } from "./live";
import { waits } from "./state";

const settle = () => jest.advanceTimersByTimeAsync(0);
const grantOf = (token: string): Grant => ({ token, userId: "anna-id", expiresAt: "2030-01-01T00:00:00Z" });
const event = (eventName: string, data?: unknown) => ({ eventName, data });
const startup = event("startup", true);
const loggedIn = event("Custom_Script_Logged_In");
const loggedOut = event("Custom_Script_Logged_Out");
const unread = (count: number) => event("unread-changed", count);
const subscription = (id: string) =>
  event("unread-changed-by-subscription", { _id: id, rid: `room-of-${id}`, t: "c", name: "general", unread: 0 });
const login = (token: string) => ({ externalCommand: "login-with-token", token });
const logout = { externalCommand: "logout" };

/** Anna's subscriptions are those whose ids say so. */
const proofOf = (subscriptions: readonly string[]): Proof => ({
  userId: "anna-id",
  own: subscriptions.filter((id) => id.startsWith("anna")),
});

function setUp(more: Partial<ChatFrameOptions> = {}, last: string | null = "anna") {
  const reports: EmbedReport[] = [];
  const posted: Command[] = [];
  const events: ChatEvent[] = [];
  const loaded: string[] = [];
  let appearance: Appearance = "covered";
  let lastUser = last;
  let minted = 1;
  const grant = {
    take: jest.fn(async () => grantOf(`token-${minted}`)),
    renew: jest.fn(async () => {
      minted += 1;
      return grantOf(`token-${minted}`);
    }),
  };
  const current = jest.fn(async () => grantOf(`token-${minted}`));
  const prove = jest.fn(async (ids: readonly string[]) => proofOf(ids));
  const diagnose = jest.fn(async (): Promise<Diagnosis> => ({}));
  const frame = new ChatFrame({
    userId: "anna",
    path: "/channel/general",
    grant,
    current,
    prove,
    diagnose,
    reachable: async () => true,
    report: (report) => reports.push(report),
    load: (path) => loaded.push(path),
    appear: (as) => {
      appearance = as;
    },
    post: (message) => posted.push(message),
    onEvent: (one) => events.push(one),
    onConnected: () => {},
    onGone: () => {},
    lastUser: {
      get: () => lastUser,
      set: (userId) => {
        lastUser = userId;
      },
    },
    ...more,
  });
  const say = async (...messages: object[]) => {
    for (const message of messages) frame.receive(message);
    await settle();
  };
  return {
    ...{ frame, reports, posted, events, loaded, grant, current, prove, diagnose, say },
    lastUser: () => lastUser,
    appearance: () => appearance,
    states: () => reports.map(({ state }) => state),
    codes: () => reports.flatMap((report) => (report.state === "failed" ? [report.problem.code] : [])),
    failure: () => reports.flatMap((report) => (report.state === "failed" ? [report.problem] : []))[0],
  };
}

/** The portal is asked about what was gathered, and has answered. */
const asked = () => jest.advanceTimersByTimeAsync(waits.gather);

async function open(more: Partial<ChatFrameOptions> = {}) {
  const all = setUp(more);
  all.frame.start();
  await all.say(startup, loggedIn, subscription("anna-1"));
  await asked();
  expect(all.states().at(-1)).toBe("interactive");
  return all;
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe("a model of the vendor's client, under every order and delay", () => {
  type User = "anna" | "bruno";

  /** One browser's Rocket.Chat: storage that all its documents share, and the document in the frame. */
  class Client {
    stored: User | null;
    #document = 0;
    /** What is stored is no longer what was there at the start. */
    #renewed = false;
    /** The user that the document presents, and whose rooms it has in memory. */
    user: User | null = null;
    rooms = new Set<User>();
    #queue: Promise<void> = Promise.resolve();
    say: (message: object) => void = () => {};
    constructor(
      readonly plan: {
        readonly stored: User | null;
        readonly loginMs: number;
        readonly logoutMs: number;
        readonly roomsMs: number;
        readonly bootMs: number;
        readonly logoutFails: boolean;
        readonly storedHolds: boolean;
        readonly ignoresEarlyLogout: boolean;
      },
    ) {
      this.stored = plan.stored;
    }
    readonly #wait = (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms));
    load(): void {
      this.#document += 1;
      const own = this.#document;
      this.#queue = Promise.resolve();
      this.user = null;
      this.rooms = new Set();
      setTimeout(() => {
        if (own !== this.#document) return;
        this.user = this.stored;
        this.say(startup);
        this.say(this.user ? loggedIn : loggedOut);
        if (this.user) this.#enqueue((still) => this.#resume(still));
      }, this.plan.bootMs);
    }
    #enqueue(act: (still: () => boolean) => Promise<void>): void {
      const own = this.#document;
      const still = () => own === this.#document;
      this.#queue = this.#queue.then(() => (still() ? act(still) : undefined));
    }
    async #resume(still: () => boolean): Promise<void> {
      const stored = this.stored;
      await this.#wait(this.plan.loginMs);
      if (!still()) return;
      if (stored === "bruno" || this.#renewed || this.plan.storedHolds) return this.#becomes(stored, still);
      this.stored = null;
      await this.#becomes(null, still);
    }
    async #becomes(user: User | null, still: () => boolean): Promise<void> {
      const changed = user !== this.user;
      this.user = user;
      if (changed) this.say(user ? loggedIn : loggedOut);
      if (!user) this.rooms = new Set();
      if (!user) return;
      setTimeout(() => {
        if (!still() || this.user !== user) return;
        this.rooms.add(user);
        this.say(subscription(`${user}-1`));
        this.say(unread(1));
      }, this.plan.roomsMs);
    }
    take(message: Command): void {
      if (message.externalCommand === "login-with-token") this.logIn("anna");
      if (message.externalCommand !== "logout" || (this.plan.ignoresEarlyLogout && this.rooms.size === 0)) return;
      this.#enqueue(async (still) => {
        await this.#wait(this.plan.logoutMs);
        if (!still() || this.plan.logoutFails) return;
        this.stored = null;
        await this.#becomes(null, still);
      });
    }
    logIn(user: User): void {
      this.#enqueue(async (still) => {
        await this.#wait(this.plan.loginMs);
        if (!still()) return;
        this.stored = user;
        this.#renewed = true;
        await this.#becomes(user, still);
      });
    }
    /** Someone logs in to Rocket.Chat in another tab of the same browser, and this client follows within three seconds. */
    followsAnotherTab(user: User): void {
      this.stored = user;
      this.#renewed = true;
      this.logIn(user);
    }
  }

  const delay = fc.constantFrom(0, 300, 500, 900, 3_000, 9_000);

  test("it is never shown with another user's login or rooms, and in the end it is shown with this user's (vendor issue 15788)", async () => {
    const plans = fc.record({
      stored: fc.constantFrom(null, "anna" as const, "bruno" as const),
      loginMs: delay,
      logoutMs: delay,
      roomsMs: fc.constantFrom(0, 100, 900),
      bootMs: fc.constantFrom(0, 400, 2_000),
      logoutFails: fc.boolean(),
      storedHolds: fc.boolean(),
      ignoresEarlyLogout: fc.boolean(),
    });
    const lastUsers = fc.constantFrom(null, "anna", "bruno");
    const otherTab = fc.option(fc.tuple(fc.constantFrom("anna" as const, "bruno" as const), fc.nat(20_000)));
    await fc.assert(
      fc.asyncProperty(plans, lastUsers, otherTab, async (plan, last, tab) => {
        jest.useFakeTimers();
        const client = new Client(plan);
        const seen: string[] = [];
        const look = (as: Appearance) => {
          if (as === "shown" && (client.user !== "anna" || client.rooms.has("bruno")))
            seen.push(`${client.user} with the rooms of ${[...client.rooms].join(" and ")}`);
        };
        let appearance: Appearance = "covered";
        const all = setUp(
          {
            load: () => client.load(),
            post: (message) => client.take(message),
            appear: (as) => {
              appearance = as;
              look(as);
            },
          },
          last,
        );
        client.say = (message) => {
          all.frame.receive(message);
          look(appearance);
        };
        all.frame.start();
        if (tab) setTimeout(() => client.followsAnotherTab(tab[0]), tab[1]);
        await jest.advanceTimersByTimeAsync(150_000);
        all.frame.stop();
        expect(seen).toEqual([]);
        expect([appearance, client.user, all.states().at(-1)]).toEqual(["shown", "anna", "interactive"]);
        // One token for the session, and one for every login that was lost.
        expect(all.grant.renew.mock.calls.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
    // Thousands of steps on a clock that is moved by hand; a busy machine takes its time.
  }, 60_000);
});

describe("whose login it is", () => {
  test("no event proves it: not unread counts, presence, an open room or the login's own event", async () => {
    const { frame, states, appearance, events, say } = setUp();
    frame.start();
    await say(startup, loggedIn, unread(4), event("status-changed", "online"));
    await say(event("room-opened", { _id: "r", t: "c", name: "general" }));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(states()).not.toContain("interactive");
    expect(appearance()).toBe("covered");
    expect(events).toEqual([]);
  });

  test("a subscription that the portal knows as the user's own does, and what was told before is told on", async () => {
    const { frame, states, appearance, events, say, prove, lastUser } = setUp({}, null);
    frame.start();
    await say(startup, loggedOut, loggedIn, subscription("anna-1"), subscription("anna-2"), unread(4));
    expect(appearance()).toBe("covered");
    await asked();
    expect(prove).toHaveBeenCalledTimes(1);
    expect(states().at(-1)).toBe("interactive");
    expect(appearance()).toBe("shown");
    expect(events.map(({ name }) => name)).toEqual(["subscription", "subscription", "unread"]);
    expect(lastUser()).toBe("anna");
  });

  test("where the release names the subscription's user, the portal need not be asked", async () => {
    const { frame, states, say, prove } = setUp();
    const named = (id: string) => event("unread-changed-by-subscription", { _id: "x", rid: "r", u: { _id: id } });
    frame.start();
    await say(startup, loggedIn, named("anna-id"));
    expect(states().at(-1)).toBe("interactive");
    expect(prove).not.toHaveBeenCalled();
    await say(named("bruno-id"));
    expect(states().at(-1)).toBe("loading");
  });

  test("a subscription of another user covers the frame, tells nothing, and takes a new document", async () => {
    const { frame, appearance, events, posted, loaded, say } = setUp({}, null);
    frame.start();
    await say(startup, loggedIn, subscription("bruno-1"), unread(9));
    await asked();
    expect(appearance()).toBe("covered");
    await say(loggedIn, subscription("anna-1"), unread(1));
    await asked();
    expect(loaded).toHaveLength(2);
    expect(appearance()).toBe("covered");
    await say(startup, loggedIn, subscription("anna-1"), unread(1));
    expect(appearance()).toBe("shown");
    expect(events).toMatchObject([
      { name: "subscription", id: "anna-1" },
      { name: "unread", count: 1 },
    ]);
    // Once more behind the other login, which may have come after the first; then in the new document.
    expect(posted).toEqual(Array(3).fill(login("token-1")));
  });

  test("rooms of two users, with no change of the user told in between, take a new document", async () => {
    const { frame, appearance, loaded, say } = setUp({}, null);
    frame.start();
    await say(startup, loggedIn, subscription("bruno-1"));
    await asked();
    await say(subscription("anna-1"));
    await asked();
    expect(appearance()).toBe("covered");
    expect(loaded).toHaveLength(2);
  });

  test("an answer about the login before says nothing about the one that followed", async () => {
    let answer: (proof: Proof) => void = () => {};
    const prove = () => new Promise<Proof>((resolve) => (answer = resolve));
    const { frame, appearance, say } = setUp({ prove });
    frame.start();
    await say(startup, loggedIn, subscription("anna-1"));
    await asked();
    await say(loggedOut, loggedIn);
    answer(proofOf(["anna-1"]));
    await settle();
    expect(appearance()).toBe("covered");
  });

  test("while it is open, a subscription that is not known yet is unseen until the portal knows it", async () => {
    const { appearance, events, say, states } = await open();
    await say(subscription("anna-new"));
    expect(appearance()).toBe("veiled");
    expect(states().at(-1)).toBe("interactive");
    await asked();
    expect(appearance()).toBe("shown");
    expect(events.at(-1)).toMatchObject({ id: "anna-new" });
    await say(subscription("bruno-1"));
    await asked();
    expect(appearance()).toBe("covered");
    expect(states().at(-1)).toBe("loading");
  });

  test("while it is open, a change of the user covers it before the new user's rooms are there", async () => {
    const { appearance, posted, say, loaded } = await open();
    await say(loggedIn);
    expect(appearance()).toBe("covered");
    expect(posted.at(-1)).toEqual(login("token-1"));
    await say(subscription("bruno-1"), loggedIn, subscription("anna-1"));
    await asked();
    expect(appearance()).toBe("covered");
    expect(loaded).toHaveLength(2);
  });

  test("beside a subscription that is known, one that is not known yet keeps it covered", async () => {
    const { appearance, say } = await open();
    await say(startup, loggedIn, subscription("bruno-1"), subscription("anna-1"));
    expect(appearance()).toBe("covered");
    await asked();
    expect(appearance()).toBe("covered");
  });

  test("what was told before a change of the user is not told on after it", async () => {
    const { frame, events, say } = setUp({}, "anna");
    frame.start();
    await say(startup, loggedIn, unread(9), loggedOut, loggedIn, subscription("anna-1"), unread(1));
    await asked();
    expect(events).toMatchObject([{ name: "subscription" }, { name: "unread", count: 1 }]);
  });

  test("a proof that the portal cannot give is asked for again, and its failure is told", async () => {
    const busy = new GrantRefused({ code: "vendor_busy" });
    const prove = jest
      .fn()
      .mockRejectedValueOnce(busy)
      .mockImplementation(async (ids) => proofOf(ids));
    const first = setUp({ prove });
    first.frame.start();
    await first.say(startup, loggedIn, subscription("anna-1"));
    await asked();
    await jest.advanceTimersByTimeAsync(waits.proofAgain);
    expect(first.states().at(-1)).toBe("interactive");
    const second = setUp({ prove: () => Promise.reject(busy) });
    second.frame.start();
    await second.say(startup, loggedIn, subscription("anna-1"));
    await jest.advanceTimersByTimeAsync(10_000);
    expect(second.codes()).toEqual(["vendor_busy"]);
    expect(second.appearance()).toBe("covered");
    const third = setUp({ prove: () => Promise.reject(new GrantRefused({ code: "unauthenticated" })) });
    third.frame.start();
    await third.say(startup, loggedIn, subscription("anna-1"));
    await asked();
    expect(third.codes()).toEqual(["unauthenticated"]);
  });

  test("a portal whose session is another user's by now proves nothing to this page", async () => {
    const { frame, codes, say } = setUp({ prove: async (ids) => ({ userId: "bruno-id", own: ids }) });
    frame.start();
    await say(startup, loggedIn, subscription("bruno-1"));
    await asked();
    expect(codes()).toEqual(["unauthenticated"]);
  });

  test("an account without rooms is shown once a document that presented no one has logged it in", async () => {
    const { frame, states, appearance, say } = setUp({}, null);
    frame.start();
    await say(startup, loggedOut, loggedIn, unread(0));
    expect(appearance()).toBe("covered");
    await jest.advanceTimersByTimeAsync(waits.noRooms);
    expect(states().at(-1)).toBe("interactive");
    const returning = setUp({}, "anna");
    returning.frame.start();
    await returning.say(startup, loggedIn, unread(0));
    await jest.advanceTimersByTimeAsync(waits.noRooms);
    expect(returning.appearance()).toBe("covered");
    expect(returning.posted).toEqual([login("token-1"), logout]);
    await returning.say(loggedOut);
    expect(returning.loaded).toHaveLength(2);
    await returning.say(startup, loggedOut);
    expect(returning.posted.at(-1)).toEqual(login("token-2"));
    await returning.say(loggedIn, unread(0));
    await jest.advanceTimersByTimeAsync(waits.noRooms);
    expect(returning.states().at(-1)).toBe("interactive");
  });
});

describe("an account without rooms", () => {
  test("is not shown in a document that has held another login, though it presented no one at its start", async () => {
    const { frame, appearance, posted, say } = setUp({}, null);
    frame.start();
    await say(startup, loggedOut);
    // One user after another, and neither tells a room.
    await say(loggedIn, loggedIn, unread(0));
    await jest.advanceTimersByTimeAsync(waits.noRooms);
    expect(appearance()).toBe("covered");
    expect(posted.at(-1)).toEqual(logout);
  });
});

describe("when another user was logged in before", () => {
  test("the client is loaded without a room, logged out, and loaded again before the token is sent", async () => {
    const { frame, posted, loaded, appearance, say } = setUp({}, "bruno");
    frame.start();
    expect(loaded).toEqual(["/home"]);
    await say(startup, loggedIn);
    expect(posted).toEqual([logout]);
    await say(loggedOut);
    expect(loaded).toEqual(["/home", "/channel/general"]);
    await say(startup, loggedOut);
    expect(posted).toEqual([logout, login("token-1")]);
    await say(loggedIn, subscription("anna-1"));
    await asked();
    expect(appearance()).toBe("shown");
  });

  test("nothing is waited for where no one is logged in", async () => {
    const { frame, posted, say } = setUp({}, "bruno");
    frame.start();
    await say(startup, loggedOut);
    expect(posted).toEqual([login("token-1")]);
    const fresh = setUp({}, null);
    fresh.frame.start();
    await fresh.say(startup);
    expect(fresh.posted).toEqual([login("token-1")]);
    // The user that it presents, told after the token was sent, brings no second one.
    await fresh.say(loggedOut);
    expect(fresh.posted).toEqual([login("token-1")]);
  });

  test("a release that does not say which user it presents gets both commands, and a new document", async () => {
    const { frame, posted, loaded, say } = setUp({}, "bruno");
    frame.start();
    await say(startup);
    expect(posted).toEqual([]);
    await jest.advanceTimersByTimeAsync(waits.presentation);
    expect(posted).toEqual([logout, login("token-1")]);
    await say(subscription("anna-1"));
    await asked();
    expect(loaded).toHaveLength(2);
  });

  test("a logout that never comes is followed by the login all the same, and that by a new document", async () => {
    const { frame, posted, loaded, appearance, say } = setUp({}, "bruno");
    frame.start();
    await say(startup, loggedIn);
    await jest.advanceTimersByTimeAsync(waits.logout);
    expect(posted).toEqual([logout, login("token-1")]);
    await say(loggedIn, subscription("anna-1"));
    await asked();
    expect(appearance()).toBe("covered");
    expect(loaded).toHaveLength(2);
    await say(startup, loggedIn, subscription("anna-1"));
    expect(appearance()).toBe("shown");
  });

  test("the same user is not logged out first: the token is about to be used again", async () => {
    const { frame, posted, say } = setUp({}, "anna");
    frame.start();
    await say(startup, loggedIn);
    expect(posted).toEqual([login("token-1")]);
  });
});

describe("when another user of the browser has signed in to the portal", () => {
  const othersGrant = async () => ({ ...grantOf("token-of-another"), userId: "another" });

  test("a lost login is not followed by theirs", async () => {
    const { posted, codes, grant, say } = await open();
    grant.renew.mockImplementation(othersGrant);
    await say(loggedOut);
    expect(codes()).toEqual(["unauthenticated"]);
    expect(posted).not.toContainEqual(login("token-of-another"));
  });

  test("a look at the token does not bring theirs", async () => {
    const { frame, posted, codes, current } = await open();
    current.mockImplementation(othersGrant);
    frame.look(Date.now() + 60_000);
    await settle();
    expect(codes()).toEqual(["unauthenticated"]);
    expect(posted.at(-1)).toEqual(logout);
    expect(posted).not.toContainEqual(login("token-of-another"));
  });
});

describe("a client that does not start", () => {
  test.each([
    ["is refused by the browser", { code: "embed_blocked", detail: "Its pages say “X-Frame-Options: deny”." }],
    ["has an address that does not exist", { code: "vendor_failed", detail: "It answers 404." }],
  ] as const)("and %s is told by its cause within ten seconds", async (_what, problem) => {
    const { frame, failure } = setUp({ diagnose: async () => ({ problem }) });
    frame.start();
    frame.loaded();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(failure()).toEqual(problem);
  });

  test("because the server is down is told so", async () => {
    const { frame, codes } = setUp({ reachable: async () => false });
    frame.start();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(codes()).toEqual(["vendor_unreachable"]);
  });

  test("for fifteen seconds is called slow, and is taken when it comes", async () => {
    const { frame, reports, codes, states, say, grant } = setUp();
    frame.start();
    frame.loaded();
    await jest.advanceTimersByTimeAsync(15_000);
    expect(codes()).toEqual([]);
    expect(reports.at(-1)).toMatchObject({ state: "loading", slow: expect.stringContaining("slow to start") });
    await say(startup, loggedIn, subscription("anna-1"));
    await asked();
    expect(states().at(-1)).toBe("interactive");
    expect(grant.renew).not.toHaveBeenCalled();
  });

  test.each([
    [true, "embed_blocked"],
    [false, "embed_timeout"],
  ])("for twenty seconds is given up (something had loaded: %s)", async (hasLoaded, code) => {
    const { frame, codes } = setUp();
    frame.start();
    if (hasLoaded) frame.loaded();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(codes()).toEqual([code]);
  });
});

describe("a login that does not come", () => {
  /** 11140: thousands of tokens made logins of eight to fifteen seconds. */
  test.each([8_000, 15_000, 40_000])(
    "for %i ms is called slow, taken when it comes, and mints nothing (vendor issue 11140)",
    async (loginMs) => {
      const { frame, reports, states, grant, codes, say } = setUp();
      frame.start();
      await say(startup, loggedOut);
      await jest.advanceTimersByTimeAsync(loginMs);
      expect(reports.at(-1)).toMatchObject({ slow: expect.stringContaining("slow to sign you in") });
      await say(loggedIn, subscription("anna-1"));
      await asked();
      expect(states().at(-1)).toBe("interactive");
      expect(codes()).toEqual([]);
      expect(grant.renew).not.toHaveBeenCalled();
    },
  );

  test("because its token has ended is asked for with one new one", async () => {
    const { frame, posted, grant, codes, say } = setUp({ diagnose: async () => ({ tokenEnded: true }) });
    frame.start();
    await say(startup, loggedOut);
    await jest.advanceTimersByTimeAsync(waits.silences[0]);
    expect(posted).toEqual([login("token-1"), login("token-2")]);
    await jest.advanceTimersByTimeAsync(waits.silences[0]);
    expect(codes()).toEqual(["embed_refused"]);
    expect(grant.renew).toHaveBeenCalledTimes(1);
  });

  test("because the client takes no command from the portal is told by its setting", async () => {
    const problem = { code: "embed_refused", detail: "Iframe_Integration_receive_origin differs." } as const;
    const { frame, failure, say } = setUp({ diagnose: async () => ({ problem }) });
    frame.start();
    await say(startup, loggedOut);
    await jest.advanceTimersByTimeAsync(waits.silences[0]);
    expect(failure()).toEqual(problem);
  });

  test("is no longer waited for when the portal session has ended; a portal that is busy changes nothing", async () => {
    const diagnose = jest
      .fn()
      .mockRejectedValueOnce(new GrantRefused({ code: "vendor_busy" }))
      .mockRejectedValue(new GrantRefused({ code: "unauthenticated" }));
    const { frame, codes, posted, say } = setUp({ diagnose });
    frame.start();
    await say(startup, loggedOut);
    await jest.advanceTimersByTimeAsync(waits.silences[0]);
    expect(codes()).toEqual([]);
    await jest.advanceTimersByTimeAsync(waits.silences[1]);
    expect(codes()).toEqual(["unauthenticated"]);
    expect(posted.at(-1)).toEqual(logout);
  });

  test("and then does come is not closed by what the server said of the silence before", async () => {
    let answer: (diagnosis: Diagnosis) => void = () => {};
    const diagnose = () => new Promise<Diagnosis>((resolve) => (answer = resolve));
    const { frame, codes, appearance, say } = setUp({ diagnose });
    frame.start();
    await say(startup, loggedOut);
    await jest.advanceTimersByTimeAsync(waits.silences[0]);
    await say(loggedIn, subscription("anna-1"));
    await asked();
    answer({ problem: { code: "embed_refused", detail: "Iframe_Integration_receive_origin differs." } });
    await settle();
    expect([codes(), appearance()]).toEqual([[], "shown"]);
  });

  test("is given up after a minute", async () => {
    const { frame, codes, say } = setUp();
    frame.start();
    await say(startup, loggedOut);
    await jest.advanceTimersByTimeAsync(70_000);
    expect(codes()).toEqual(["embed_timeout"]);
  });

  test("a stored login that has ended is not mistaken for the new one, and mints nothing", async () => {
    const { frame, states, appearance, grant, say } = setUp({}, "anna");
    frame.start();
    await say(startup, loggedIn);
    await say(loggedOut);
    expect(states()).not.toContain("interactive");
    await say(loggedIn, subscription("anna-1"));
    await asked();
    expect(appearance()).toBe("shown");
    expect(grant.renew).not.toHaveBeenCalled();
  });
});

describe("after the end", () => {
  test("a client that logs in late is neither shown nor told about", async () => {
    const problem = { code: "embed_refused", detail: "Iframe_Integration_receive_origin differs." } as const;
    const { frame, states, appearance, events, posted, say } = setUp({ diagnose: async () => ({ problem }) });
    frame.start();
    await say(startup, loggedOut);
    await jest.advanceTimersByTimeAsync(waits.silences[0]);
    await say(loggedIn, subscription("anna-1"), unread(3));
    await asked();
    expect([states().at(-1), appearance(), events]).toEqual(["failed", "covered", []]);
    await say(startup, loggedOut);
    expect(posted).toEqual([login("token-1")]);
  });

  test("a client that never keeps this user's login is not loaded without end", async () => {
    const { frame, loaded, codes, appearance, say } = setUp({}, null);
    frame.start();
    for (let round = 0; round < 6; round += 1) {
      await say(startup, loggedIn, subscription("bruno-1"));
      await asked();
      await say(loggedIn, subscription("anna-1"));
      await asked();
    }
    expect(codes()).toEqual(["embed_session_lost"]);
    expect(loaded).toHaveLength(4);
    expect(appearance()).toBe("covered");
  });
});

describe("before the client listens", () => {
  test("the portal's page in its place, and a person who comes back to the window, ask for nothing", async () => {
    const { frame, grant, current, posted, say } = setUp();
    frame.start();
    await say(startup, loggedOut);
    frame.loginPageShown();
    frame.look();
    await settle();
    expect(grant.renew).not.toHaveBeenCalled();
    expect(current).not.toHaveBeenCalled();
    expect(posted).toEqual([login("token-1")]);
  });

  test("no token is sent", async () => {
    const { frame, posted } = setUp();
    frame.start();
    frame.loaded();
    await jest.advanceTimersByTimeAsync(3_000);
    frame.receive(subscription("anna-1"));
    await asked();
    expect(posted).toEqual([]);
  });

  test("a refused grant ends in the portal's own reason", async () => {
    const refuse = async () => {
      throw new GrantRefused({ code: "account_disabled" });
    };
    const { frame, codes, posted, say } = setUp({ grant: { take: refuse, renew: refuse } });
    frame.start();
    await settle();
    await say(startup);
    expect(codes()).toEqual(["account_disabled"]);
    expect(posted).toEqual([]);
  });

  test("rooms of another user, told while the token is still on its way, are logged out first", async () => {
    let give: (grant: Grant) => void = () => {};
    const take = () => new Promise<Grant>((resolve) => (give = resolve));
    const { frame, posted, appearance, say } = setUp({ grant: { take, renew: take } }, null);
    frame.start();
    await say(
      startup,
      loggedIn,
      event("unread-changed-by-subscription", { _id: "x", rid: "r", u: { _id: "bruno-id" } }),
    );
    give(grantOf("token-1"));
    await settle();
    expect(posted).toEqual([logout]);
    expect(appearance()).toBe("covered");
  });

  test("its rooms may be told while the token is still on its way", async () => {
    let give: (grant: Grant) => void = () => {};
    const take = () => new Promise<Grant>((resolve) => (give = resolve));
    const { frame, states, say } = setUp({ grant: { take, renew: take } }, "anna");
    frame.start();
    await say(startup, loggedIn, subscription("anna-1"));
    await asked();
    expect(states()).not.toContain("interactive");
    give(grantOf("token-1"));
    await settle();
    expect(states().at(-1)).toBe("interactive");
  });
});

describe("while it is open", () => {
  test("another room is opened in the same frame, once", async () => {
    const { frame, posted, say } = await open();
    frame.moveTo("/channel/sales-emea");
    await say(event("room-opened", { _id: "r", t: "c", name: "sales-emea" }));
    frame.moveTo("/channel/sales-emea");
    expect(posted.slice(1)).toEqual([{ externalCommand: "go", path: "/channel/sales-emea" }]);
  });

  test("a room chosen before the login is opened after it", async () => {
    const { frame, posted, say } = setUp();
    frame.start();
    frame.moveTo("/channel/data-help");
    await say(startup, loggedIn, subscription("anna-1"));
    await asked();
    expect(posted.at(-1)).toEqual({ externalCommand: "go", path: "/channel/data-help" });
  });

  test("a token that was replaced meanwhile is sent when the person comes back", async () => {
    const { frame, posted, current } = await open();
    frame.look(Date.now() + 60_000);
    await settle();
    expect(posted).toHaveLength(1);
    frame.look(Date.now() + 61_000);
    expect(current).toHaveBeenCalledTimes(1);
    current.mockResolvedValueOnce(grantOf("token-2"));
    frame.look(Date.now() + 120_000);
    await settle();
    expect(posted.at(-1)).toEqual(login("token-2"));
  });

  test("a portal session that ended closes the chat; a vendor that is slow does not", async () => {
    const onGone = jest.fn();
    const { frame, posted, current, codes, appearance } = await open({ onGone });
    current.mockRejectedValueOnce(new GrantRefused({ code: "vendor_timeout" }));
    frame.look(Date.now() + 60_000);
    await settle();
    expect(codes()).toEqual([]);
    expect(onGone).not.toHaveBeenCalled();
    current.mockRejectedValueOnce(new GrantRefused({ code: "unauthenticated" }));
    frame.look(Date.now() + 120_000);
    await settle();
    expect(codes()).toEqual(["unauthenticated"]);
    expect(posted.at(-1)).toEqual(logout);
    expect(onGone).toHaveBeenCalledTimes(1);
    expect(appearance()).toBe("covered");
  });

  /** 28006 and 30046: after a logout inside the frame the vendor's own form stayed. 9725: tokens that die in use. */
  test.each([
    ["a logout inside Rocket.Chat, or a token that its server ended", (one: ChatFrame) => one.receive(loggedOut)],
    ["the portal's own page inside the client", (one: ChatFrame) => one.loginPageShown()],
  ])("%s covers it at once and is followed by a new login (vendor issues 28006, 30046, 9725)", async (_what, lose) => {
    const { frame, posted, states, appearance, say } = await open();
    lose(frame);
    expect(appearance()).toBe("covered");
    expect(states().at(-1)).toBe("loading");
    await settle();
    expect(posted.at(-1)).toEqual(login("token-2"));
    await say(loggedIn, subscription("anna-1"));
    expect(appearance()).toBe("shown");
  });

  test("a login that is lost again and again is given up, and says so", async () => {
    const { codes, grant, say } = await open();
    for (let loss = 0; loss < 4; loss += 1) {
      await say(loggedOut);
      await say(loggedIn, subscription("anna-1"));
    }
    expect(codes()).toEqual(["embed_session_lost"]);
    expect(grant.renew).toHaveBeenCalledTimes(3);
  });

  test("a client that reloads itself is covered until it is proved again", async () => {
    const { posted, appearance, say } = await open();
    await say(startup);
    expect(appearance()).toBe("covered");
    expect(posted).toHaveLength(2);
    await say(loggedIn, subscription("anna-1"));
    expect(appearance()).toBe("shown");
  });

  test("when the person signs out it logs out, and not in again", async () => {
    const { frame, posted, say } = await open();
    frame.leave();
    await say(loggedOut);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(posted.slice(1)).toEqual([logout]);
  });

  test("after it is stopped it neither sends nor reports", async () => {
    const { frame, posted, reports, say } = await open();
    frame.stop();
    const before = [posted.length, reports.length];
    await say(startup, loggedIn, subscription("anna-1"));
    frame.moveTo("/channel/x");
    await jest.advanceTimersByTimeAsync(60_000);
    expect([posted.length, reports.length]).toEqual(before);
  });
});

describe("the time to each named cause", () => {
  type Driven = ReturnType<typeof setUp>;
  /** What happens to a frame; it has been started, and the time counts from here. */
  type Happening = (driven: Driven) => Promise<void> | void;
  interface Cause {
    readonly what: string;
    /** The problem's code, or the words that are shown while it loads. */
    readonly says: string;
    /** What is promised, seconds. */
    readonly within: number;
    readonly frame?: Partial<ChatFrameOptions>;
    readonly lastUser?: string;
    readonly isOpen?: true;
    readonly happens?: Happening;
  }
  const found = (code: "embed_blocked" | "embed_refused" | "vendor_failed"): Partial<ChatFrameOptions> => ({
    diagnose: async () => ({ problem: { code, detail: "What the server told." } }),
  });
  const presentsNoOne: Happening = ({ say }) => say(startup, loggedOut);
  const refusal = (code: "vendor_busy" | "account_disabled" | "unauthenticated") => async () => {
    throw new GrantRefused({ code });
  };
  const causes: readonly Cause[] = [
    { what: "its pages forbid framing", says: "embed_blocked", within: 10, frame: found("embed_blocked") },
    { what: "its address does not exist", says: "vendor_failed", within: 10, frame: found("vendor_failed") },
    { what: "it is down", says: "vendor_unreachable", within: 10, frame: { reachable: async () => false } },
    {
      what: "its client takes long to start",
      says: "Rocket.Chat is slow to start. It opens as soon as it is ready.",
      within: 7,
    },
    {
      what: "its client never starts",
      says: "embed_blocked",
      within: 20,
      happens: ({ frame }) => frame.loaded(),
    },
    { what: "nothing is ever loaded", says: "embed_timeout", within: 20 },
    {
      what: "a setting keeps the portal's commands out",
      says: "embed_refused",
      within: 10,
      frame: found("embed_refused"),
      happens: presentsNoOne,
    },
    {
      what: "a login takes long",
      says: "Rocket.Chat is slow to sign you in. It opens as soon as it has.",
      within: 7,
      happens: presentsNoOne,
    },
    { what: "a login never ends", says: "embed_timeout", within: 70, happens: presentsNoOne },
    {
      what: "the token has ended before it was used, and so has the next one",
      says: "embed_refused",
      within: 10,
      frame: { diagnose: async () => ({ tokenEnded: true }) },
      happens: presentsNoOne,
    },
    {
      what: "another user has to be logged out first",
      says: "Still loading: Rocket.Chat is signing the previous user out.",
      within: 1,
      lastUser: "bruno",
      happens: ({ say }) => say(startup, loggedIn),
    },
    {
      what: "the portal cannot ask whose rooms these are",
      says: "vendor_busy",
      within: 10,
      frame: { prove: refusal("vendor_busy") },
      happens: ({ say }) => say(startup, loggedIn, subscription("anna-1")),
    },
    {
      what: "the portal gives no token",
      says: "account_disabled",
      within: 1,
      frame: { grant: { take: refusal("account_disabled"), renew: refusal("account_disabled") } },
    },
    {
      what: "the login ends while the chat is open",
      says: "Rocket.Chat to sign you in again",
      within: 3,
      isOpen: true,
      happens: ({ say }) => say(loggedOut),
    },
    {
      what: "the portal's own page shows in the chat that was open",
      says: "Rocket.Chat to sign you in again",
      within: 3,
      isOpen: true,
      happens: ({ frame }) => frame.loginPageShown(),
    },
    {
      what: "the login ends a fourth time within a minute",
      says: "embed_session_lost",
      within: 3,
      isOpen: true,
      happens: async ({ say }) => {
        for (let loss = 0; loss < 4; loss += 1) await say(loggedOut, loggedIn, subscription("anna-1"));
      },
    },
    {
      what: "the portal session has ended, and the person comes back to the window",
      says: "unauthenticated",
      within: 1,
      isOpen: true,
      frame: { current: refusal("unauthenticated") },
      happens: ({ frame }) => frame.look(),
    },
  ];

  const saidBy = (report: EmbedReport): string => {
    if (report.state === "failed") return report.problem.code;
    return report.state === "loading" ? (report.slow ?? report.waitingFor ?? "") : report.state;
  };

  /** @returns seconds on the driver's own clock, which is the test's: a busy machine changes nothing */
  async function secondsTo({ says, frame: more = {}, lastUser = "anna", isOpen, happens }: Cause): Promise<number> {
    let began = 0;
    const times: number[] = [];
    const report = (one: EmbedReport) => {
      if (began > 0 && saidBy(one) === says) times.push(Date.now() - began);
    };
    const driven = setUp({ ...more, report }, lastUser);
    if (!isOpen) began = Date.now();
    driven.frame.start();
    await settle();
    if (isOpen) {
      await driven.say(startup, loggedIn, subscription("anna-1"));
      await asked();
      expect(driven.appearance()).toBe("shown");
      began = Date.now();
    }
    await happens?.(driven);
    await settle();
    if (isOpen) expect(driven.appearance()).toBe("covered");
    await jest.advanceTimersByTimeAsync(90_000);
    driven.frame.stop();
    return (times[0] ?? Number.POSITIVE_INFINITY) / 1_000;
  }

  test("is what the README's table says, and no longer than promised", async () => {
    const measured: string[] = [];
    for (const cause of causes) {
      const seconds = await secondsTo(cause);
      expect(seconds).toBeLessThanOrEqual(cause.within);
      measured.push(`${cause.what} | ${cause.says} | ${seconds}`);
    }
    const readme = readFileSync(join(__dirname, "../README.md"), "utf8");
    const [, table = ""] = readme.split("what happens | what is told | after, seconds\n---|---|---\n");
    const rows = table.split("\n\n")[0]?.replaceAll("`", "").split("\n");
    expect(rows).toEqual(measured);
  });
});

describe("the badge", () => {
  test("shows Rocket.Chat's own total, in whatever order the events come", () => {
    const told = fc.record({
      name: fc.constant("subscription" as const),
      id: fc.constant(null),
      owner: fc.constant(null),
      rid: fc.constantFrom("a", "b", "c"),
      unread: fc.nat(20),
      title: fc.constant("a"),
      isDirect: fc.boolean(),
      mentions: fc.nat(3),
      path: fc.constantFrom("/channel/a", "/direct/b", null),
    });
    const total = fc.nat(99).map((count) => ({ name: "unread" as const, count }));
    const other = fc.constant({ name: "status" as const, status: "away" as const });
    fc.assert(
      fc.property(fc.array(fc.oneof(told, total, other), { maxLength: 30 }), (events) => {
        chatGone();
        for (const one of events) recordEvent(one);
        const last = events.findLast((one) => one.name === "unread");
        const rooms = new Map(events.flatMap((one) => (one.name === "subscription" ? [[one.rid, one.unread]] : [])));
        const sum = [...rooms.values()].reduce((all, count) => all + count, 0);
        expect(currentChat().unread).toBe(last?.name === "unread" ? last.count : sum);
      }),
      { numRuns: 100 },
    );
  });

  test("nothing of a user stays when the chat is gone", () => {
    recordEvent({ name: "unread", count: 3 });
    recordEvent({ name: "notification", title: "t", text: "secret", path: "/direct/x", isDirect: true });
    chatGone();
    expect(currentChat()).toMatchObject({ connected: false, unread: 0, notification: null, room: null, inbox: [] });
    expect(setPresence("away")).toBe(false);
  });
});
