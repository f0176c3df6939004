/** Every way through an embed's life, without a page. */
import type { AttemptEvent, Effect, Event, State } from "./state";
import { patienceMs, reduce, startState } from "./state";

/** A machine that is told what happened, and remembers what it wanted. */
class Told {
  state: State;
  effects: Effect[] = [];
  now = 1_000_000;

  constructor(kind = "dashboard") {
    this.state = startState(kind, { filters: [] });
    this.send({ type: "start", limitMs: 8_000 });
  }

  send(event: Event): this {
    const step = reduce(this.state, event);
    this.state = step.state;
    this.effects = [...step.effects];
    return this;
  }

  /** Events of the current try, in turn. */
  hears(...events: AttemptEvent[]): this {
    for (const event of events) this.send({ ...event, attempt: this.state.attempt });
    return this;
  }

  get did(): string[] {
    return this.effects.map((effect) => {
      if (effect.type !== "report") return effect.type;
      return effect.report.state === "failed" ? `failed ${effect.report.problem.code}` : effect.report.state;
    });
  }

  get code(): string | undefined {
    return this.did.find((one) => one.startsWith("failed"))?.slice(7);
  }
}

const prepared: AttemptEvent = { type: "prepared" };
const turn: AttemptEvent = { type: "turn" };
const asked: AttemptEvent = { type: "token-asked", request: 1, now: 0 };
const accepted: AttemptEvent = { type: "login-accepted" };
const router: AttemptEvent = { type: "router", now: 0 };
const shown: AttemptEvent = { type: "shown" };
const object: AttemptEvent = { type: "object", canMove: true, listed: [] };
const lost = (now = 0): AttemptEvent => ({ type: "session-lost", now });
const refusedLogin = (text = "Login failed"): AttemptEvent => ({ type: "login-refused", text });
const probed = (session: "alive" | "none" | "unknown"): AttemptEvent => ({ type: "probed", session, now: 0 });
const deadline: AttemptEvent = { type: "time", timer: "deadline" };

const move: Event = { type: "move", kind: "dashboard", view: { pageKey: "K9", filters: [] } };

const signingIn = (kind?: string) => new Told(kind).hears(prepared, turn, asked);
const loadingPage = () => signingIn().hears(accepted, router);
const open = (kind?: string) => signingIn(kind).hears(accepted, router, shown, object);

test("the way to an open item: prepare, take a turn, create, give the token, and show it at the proof of both sides", () => {
  const embed = new Told();
  expect(embed.did).toEqual(["set-timer", "prepare"]);
  expect(embed.hears(prepared).did).toEqual(["queue"]);
  expect(embed.hears(turn).did).toEqual(["loading", "create"]);
  expect(embed.hears(asked).effects).toEqual([{ type: "give-token", request: 1, token: "first" }]);
  expect(embed.hears(accepted).did).toEqual(["set-timer"]);
  expect(embed.hears(router).did).toEqual(["loading"]);
  expect(embed.hears(object).did).toEqual([]);
  expect(embed.hears(shown).did).toEqual(["clear-timers", "reveal", "interactive"]);
  expect(embed.state.phase).toBe("open");
});

test("a build without a router is believed its promise", () => {
  expect(signingIn().hears(object).did).toEqual(["clear-timers", "reveal", "interactive"]);
});

test("no proof opens what has no frame yet, and none opens an item twice", () => {
  for (const embed of [new Told(), new Told().hears(prepared)]) {
    expect(embed.hears(shown).hears(object).did).toEqual([]);
    expect(embed.hears(router).did).toEqual([]);
    expect(["preparing", "queued"]).toContain(embed.state.phase);
  }
  const embed = open();
  expect(embed.hears(shown).did).toEqual([]);
  expect(embed.hears(object).did).toEqual([]);
});

test("a login is accepted once, and pages of older Libraries get their chapters from the SDK", () => {
  expect(loadingPage().hears(accepted).did).toEqual([]);
  const listed = [{ nodeKey: "K1", children: [{ nodeKey: "K2" }] }];
  const fromSdk: AttemptEvent = { type: "object", canMove: true, listed };
  const fromPage: AttemptEvent = { type: "chapters", listed: [{ key: "K8", pages: [{ key: "K9" }] }] };
  expect([...loadingPage().hears(fromSdk).state.chapters]).toEqual([["K2", "K1"]]);
  expect([...loadingPage().hears(fromPage, fromSdk).state.chapters]).toEqual([["K9", "K8"]]);
});

test("a frame is moved only where its page tells when it has arrived", () => {
  expect(open().state.canMove).toBe(true);
  expect(signingIn().hears(object).state.canMove).toBe(false);
});

test("a session that the browser had needs no token", () => {
  expect(new Told().hears(prepared, turn, router, shown, object).state.phase).toBe("open");
});

describe("a refused login", () => {
  test("is tried once more with a new token, silently, after everything of the Library is gone", () => {
    const embed = signingIn().hears(refusedLogin());
    expect(embed.did).toEqual(["drop", "reset-others", "prepare"]);
    expect(embed.effects.at(-1)).toEqual({ type: "prepare", grant: "new" });
    expect(embed.hears(prepared, turn, asked, refusedLogin()).code).toBe("embed_refused");
  });

  test.each([
    ["the login frame's answer", refusedLogin()],
    ["the SDK's promise, or the rejection that it lost", { type: "sdk-failed", text: "Error: Error: no" } as const],
  ])("is known by %s", (_name, event) => {
    expect(signingIn().hears(event).hears(prepared, turn, asked, event).code).toBe("embed_refused");
  });

  test("that is about cookies is not tried again", () => {
    expect(signingIn().hears(refusedLogin("the browser did not keep the cookie")).code).toBe("cookies_blocked");
  });

  test("takes the Library's other embeds along, a failed page does not", () => {
    const twice = signingIn().hears(refusedLogin()).hears(prepared, turn, asked, refusedLogin());
    expect(twice.did).toContain("reset-others");
    const page = loadingPage().hears({ type: "page-error", error: { statusCode: 404 }, now: 0 });
    expect([page.code, page.did.includes("reset-others")]).toEqual(["item_missing", false]);
  });

  test("behind a frame that is still on the screen leaves that one there", () => {
    const embed = open().hears(lost(), prepared, turn, asked, refusedLogin());
    expect(embed.did).toEqual(["retire", "reset-others", "prepare"]);
    expect(embed.state.isBehind).toBe(true);
  });

  test.each([
    ["while the page loads", loadingPage],
    ["once the item is open", () => open()],
  ])("that is heard %s is no news", (_name, start) => {
    const embed = start();
    const { state } = embed;
    expect(embed.hears(refusedLogin()).did).toEqual([]);
    expect(embed.state).toBe(state);
  });

  test("leaves the time that is running as it is", () => {
    expect(signingIn().hears(refusedLogin()).did).not.toContain("set-timer");
  });
});

describe("a cookie that the browser does not keep", () => {
  test("is known by a session error right after a login that worked, when the Library knows of no session", () => {
    const embed = loadingPage().hears(lost());
    expect(embed.did).toEqual(["probe"]);
    expect(embed.hears(probed("none")).code).toBe("cookies_blocked");
    expect(loadingPage().hears(lost(), probed("unknown")).code).toBe("cookies_blocked");
  });

  test("is looked for once, and not before the login", () => {
    expect(loadingPage().hears(lost(), lost()).did).toEqual([]);
    expect(signingIn().hears(lost()).did).toEqual([]);
  });

  test("is not blamed for a session that is alive: the embed is built again", () => {
    expect(loadingPage().hears(lost(), probed("alive")).did).toContain("prepare");
  });

  test("is asked for when no page has shown itself two seconds after the login", () => {
    const embed = loadingPage().hears({ type: "time", timer: "session" });
    expect(embed.did).toEqual(["probe"]);
    expect(embed.hears(probed("none")).code).toBe("cookies_blocked");
    expect(loadingPage().hears({ type: "time", timer: "session" }, probed("unknown")).state.phase).toBe("page");
    for (const embed of [open(), loadingPage().hears(shown), signingIn()])
      expect(embed.hears({ type: "time", timer: "session" }).did).toEqual([]);
  });

  test("is blamed by no answer that comes when it is not asked for", () => {
    expect(loadingPage().hears(shown, probed("none")).state.phase).toBe("page");
    expect(signingIn().hears(probed("none")).state.phase).toBe("redeeming");
    expect(open().hears(probed("none")).did).toEqual([]);
  });
});

describe("when the time is up", () => {
  const late = (embed: Told, session: "alive" | "none" | "unknown") => embed.hears(deadline, probed(session)).code;

  test("the Library is asked what there is, and the cause has its name whether or not it answers", () => {
    const embed = signingIn().hears(deadline);
    expect(embed.effects).toEqual([{ type: "probe" }, { type: "set-timer", timer: "verdict", ms: 900 }]);
    expect(embed.hears({ type: "time", timer: "verdict" }).code).toBe("embed_timeout");
  });

  test.each([
    ["a token without an answer and without a session", signingIn, "none", "embed_refused"],
    ["a token without an answer", signingIn, "alive", "embed_timeout"],
    ["a page without a session", loadingPage, "none", "cookies_blocked"],
    ["a page with a session", loadingPage, "alive", "embed_timeout"],
    ["an SDK that does nothing", () => new Told().hears(prepared, turn), "unknown", "embed_timeout"],
    ["a script that does not come", () => new Told(), "unknown", "embed_timeout"],
    ["an SDK that never asks for a token", () => new Told().hears(prepared, turn), "none", "embed_timeout"],
    ["a page of a session that was there", () => new Told().hears(prepared, turn, router), "none", "embed_timeout"],
    ["another item in the same frame", () => open().send(move), "none", "embed_timeout"],
  ] as const)("%s", (_name, start, session, code) => {
    expect(late(start(), session)).toBe(code);
  });

  test("a page that comes while the Library is asked is open, and stays so", () => {
    const embed = loadingPage().hears(deadline, shown, object);
    expect(embed.state.phase).toBe("open");
    expect(embed.hears(probed("none")).did).toEqual([]);
  });
});

describe("a session that ends", () => {
  test("is renewed behind the old frame, with the page and filters of the moment", () => {
    const embed = open();
    embed.hears({ type: "chapters", listed: [{ key: "K36", pages: [{ key: "K54" }] }] });
    embed.hears({ type: "page-switched", value: { key: "K54" } }, lost());
    expect(embed.did).toEqual(["clear-timers", "retire", "renewing", "set-timer", "prepare"]);
    expect(embed.state).toMatchObject({ isBehind: true, view: { pageKey: "K36--K54" } });
    expect(embed.hears(prepared, turn).did).toEqual(["create"]);
    expect(embed.hears(asked, accepted, router, shown, object).did).toContain("reveal");
  });

  test("gives up after three times in five minutes", () => {
    const embed = open();
    for (const now of [0, 60_000, 120_000]) {
      embed.hears(lost(now));
      expect(embed.code).toBeUndefined();
      embed.hears(prepared, turn, asked, accepted, router, shown, object);
    }
    expect(embed.hears(lost(180_000)).code).toBe("embed_session_lost");
    expect(embed.did).toContain("drop");
  });

  test("that the browser had before, without a login of ours, is renewed too", () => {
    expect(new Told().hears(prepared, turn, router, lost()).did).toContain("prepare");
  });

  test.each([
    ["a page that loads again by itself", router],
    ["a dashboard whose SDK logs in by itself", asked],
  ])("%s is built again", (_name, event) => {
    expect(open().hears(event).did).toContain("prepare");
  });

  test("another kind than a dashboard survives the SDK's own login, with a token of its own", () => {
    const hadSession = new Told("report").hears(prepared, turn, router, shown, object);
    for (const embed of [open("report"), hadSession]) {
      expect(embed.hears(asked).effects).toEqual([{ type: "give-token", request: 1, token: "new" }]);
      expect(embed.state.phase).toBe("open");
    }
  });

  test("a page that asks for a token itself goes on loading", () => {
    const embed = new Told().hears(prepared, turn, router, asked);
    expect([embed.did, embed.state.phase]).toEqual([["give-token"], "page"]);
  });
});

describe("another item in the same frame", () => {
  const moving = () => open().send(move);

  test("is shown at its own proof", () => {
    const embed = moving();
    expect(embed.effects).toEqual([{ type: "set-timer", timer: "deadline", ms: patienceMs }, { type: "go" }]);
    expect(embed.hears({ type: "moved" }).did).toEqual(["clear-timers", "interactive"]);
  });

  test("keeps its own view, whatever the item before still says", () => {
    const items = [{ value: "h1;A", selected: true }, { value: "h2;A" }];
    const filterInfo = [{ filterKey: "W1", filterDetail: { items } }];
    const said: AttemptEvent[] = [
      { type: "page-switched", value: { key: "K1" } },
      { type: "filters", value: { filterInfo } },
    ];
    expect(moving().hears(...said).state.view).toEqual({ pageKey: "K9", filters: [] });
    expect(open().hears(...said).state.view).toEqual({
      pageKey: "K1",
      filters: [{ key: "W1", selections: [{ id: "h1;A" }] }],
      filterNames: {},
    });
  });

  test("gets a new frame where the old one cannot, with the grant that was for it", () => {
    expect(moving().hears({ type: "cannot-move" }).effects.at(-1)).toEqual({ type: "prepare", grant: "kept" });
  });

  test("whose session ends on the way is built again, behind the frame", () => {
    expect(moving().hears(lost()).did).toEqual(["clear-timers", "retire", "renewing", "set-timer", "prepare"]);
  });

  test("whose answer comes when none is awaited changes nothing", () => {
    for (const late of [{ type: "moved" }, { type: "cannot-move" }] as const)
      for (const embed of [open(), loadingPage()]) {
        const { state } = embed;
        expect(embed.hears(late).did).toEqual([]);
        expect(embed.state).toBe(state);
      }
  });

  test("that never comes is given up", () => {
    expect(moving().hears(deadline, probed("alive")).code).toBe("embed_timeout");
  });
});

test("a refused frame has its name, and a silent one is looked into", () => {
  expect(signingIn().hears({ type: "frame-refused" }).code).toBe("embed_blocked");
  expect(loadingPage().hears({ type: "frame-silent" }).did).toEqual(["diagnose"]);
  for (const type of ["frame-silent", "frame-refused"] as const) expect(open().hears({ type }).did).toEqual([]);
});

test("an open item's own error has its name, and one about its session builds it again", () => {
  const error = (statusCode: number): AttemptEvent => ({ type: "page-error", error: { statusCode }, now: 0 });
  expect(open().hears(error(404)).code).toBe("item_missing");
  expect(open().hears(error(401)).did).toContain("prepare");
  expect(loadingPage().hears(error(401)).code).toBe("embed_session_lost");
});

test.each([
  [
    "before it asks for a token, about the login",
    () => new Told().hears(prepared, turn),
    "Error: Login failed",
    undefined,
  ],
  [
    "before it asks for a token, about something else",
    () => new Told().hears(prepared, turn),
    "Error: x",
    "embed_failed",
  ],
  ["with its token, whatever it says", signingIn, "Error: x", undefined],
  ["after the login, whatever it says", loadingPage, "Error: Login failed", "embed_failed"],
] as const)("an SDK that fails %s", (_name, start, text, code) => {
  const embed = start().hears({ type: "sdk-failed", text });
  expect(embed.code).toBe(code);
  // The login is tried once more.
  if (code === undefined) expect(embed.did).toContain("prepare");
});

test("an SDK that fails once the item is open has failed with something else", () => {
  expect(open().hears({ type: "sdk-failed", text: "Error: Login failed" }).did).toEqual([]);
});

test("a burst of token requests gets as many tokens", () => {
  const embed = signingIn().hears({ ...asked, request: 2 });
  expect(embed.effects).toEqual([{ type: "give-token", request: 2, token: "new" }]);
});

test("what an earlier try still says changes nothing", () => {
  const embed = open().hears(lost());
  const { state } = embed;
  for (const event of [object, shown, refusedLogin(), lost(), { type: "failed", problem: { code: "embed_failed" } }])
    embed.send({ ...(event as AttemptEvent), attempt: state.attempt - 1 });
  expect(embed.state).toBe(state);
});

test("nothing follows after the end", () => {
  const embed = signingIn().hears({ type: "frame-refused" });
  expect(embed.hears(object, shown, lost(), deadline).send({ type: "reset", now: 0 }).did).toEqual([]);
});

test("a failed login of another embed takes down what is signing in or open, not what waits", () => {
  expect(new Told().hears(prepared).send({ type: "reset", now: 0 }).did).toEqual([]);
  expect(open().send({ type: "reset", now: 0 }).did).toEqual([
    "clear-timers",
    "drop",
    "renewing",
    "set-timer",
    "prepare",
  ]);
});
