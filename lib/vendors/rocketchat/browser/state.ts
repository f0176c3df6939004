import "client-only";
import type { Step } from "../../driver";
/**
 * How one framed Rocket.Chat client comes to be shown, and when it is covered again. A pure reducer: `driver.ts` runs its
 * effects.
 *
 * **The frame is shown only while it is proved whose login it holds.** The client says no user id. It says which
 * subscriptions it shows, and a subscription belongs to one user, so that the portal's server can tell whether it is the
 * mapped user's (`server/proof.ts`). No other event proves anything: a client presents the stored user before its server
 * has answered, and the login before this one goes on talking until the next one is done.
 *
 * **A document that has held another login is not shown.** It may keep that user's rooms in memory. Once the mapped user
 * is logged in, or the other one is logged out, the client is loaded again.
 *
 * `Custom_Script_Logged_In` and `Custom_Script_Logged_Out` come once when the client starts and then at every change of
 * the user (vendor source: useCustomScript). What was told before such a change counts for nothing after it.
 */
import type { EmbedProblem, EmbedReport } from "../../embed-host";
import {
  type ChatEvent,
  type Command,
  command,
  type Diagnosis,
  maxProofIds,
  type Proof,
  type Silence,
} from "../protocol";

/** How long to wait for what, milliseconds. */
export const waits = {
  /** The client must say within this time that it has started; then the server is asked why not. */
  startup: 6_000,
  /** And within this time after that. Clients that take fifteen seconds are slow, not refused. */
  lateStartup: 12_000,
  /** Where another user was logged in before: the time in which a client says which user it presents at its start. */
  presentation: 150,
  /** A logout that is not confirmed by then may have failed: the login is asked for as well. */
  logout: 1_500,
  /** A login tells its subscriptions one by one: asked for together. */
  gather: 20,
  /** Before a proof is asked for again that the portal could not give. */
  proofAgain: 1_000,
  /** A logged-in client that tells no subscription by then has none to tell. */
  noRooms: 1_500,
  /** Without a proof the server is asked why not, again and again; logins of fifteen seconds are known (vendor issue 11140). */
  silences: [2_500, 5_000, 10_000, 15_000, 15_000, 15_000],
} as const;

export type Wait = "startup" | "presentation" | "logout" | "gather" | "no-rooms" | "silence";

/** The least time between two looks at whether the token still holds. */
const lookAgainMs = 20_000;
/** A login lost more often than this within {@link lossesWithinMs} will be lost again. */
const maxLosses = 3;
const lossesWithinMs = 60_000;
/** Documents in one sign-in; more help no further. */
const maxDocuments = 4;
const maxProofFailures = 3;
/** More than a client with many rooms says at its login. */
const maxEarly = 2_000;
/** Where a client is loaded, and goes after a logout, without showing any room. */
const homePath = "/home";

/** Problems of the portal session: the chat must close for them, while any other failure of a look may pass. */
const sessionEnds: readonly string[] = [
  "unauthenticated",
  "user_disabled",
  "account_unmapped",
  "account_disabled",
  "item_forbidden",
];

/** Both look the same from outside: a page that does not start, and one that stops at its first use of storage. */
const silentFrame =
  "Rocket.Chat allows this portal to frame it, but its page stayed silent. Perhaps this browser keeps no storage for products inside other pages; then a new tab helps.";

/** One document in the frame. */
interface ClientDocument {
  readonly started: boolean;
  /** What the first of its two login events said: a user is presented, or none. */
  readonly first: "in" | "out" | null;
  /** Whether it presents a user now. */
  readonly presents: boolean;
  /** Counts the changes of its user. */
  readonly change: number;
  /** Another user has been logged in here, or may have been. */
  readonly tainted: boolean;
  /**
   * The user before is being logged out; then comes the next document. When that is overdue, the login is asked for all
   * the same: a logout that failed keeps the login before.
   */
  readonly logout: "no" | "asked" | "overdue";
  /** The token sent in this document. */
  readonly token: string | null;
  /** Since the last change of its user: a subscription of the mapped user was told. */
  readonly proved: boolean;
  /** Since the last change: subscriptions that the portal's server has not confirmed yet. */
  readonly unknown: readonly string[];
  /** Since the last change: whose subscriptions were told, while it was not known yet who the mapped user is. */
  readonly owners: readonly string[];
  /** Since the last change: a subscription was told, of any user. */
  readonly toldRooms: boolean;
  /** What the client said since the last change, told on once it is the mapped user's. */
  readonly early: readonly ChatEvent[];
  /** How often the server has been asked about this document's silence. */
  readonly silences: number;
  /** The user changed while the frame was shown: its rooms may not be told again. */
  readonly interrupted: boolean;
  /** Since the last change: the token was sent once more, behind the login that came after it. */
  readonly sentAgain: boolean;
}

const freshDocument: ClientDocument = {
  started: false,
  first: null,
  presents: false,
  change: 0,
  tainted: false,
  logout: "no",
  token: null,
  proved: false,
  unknown: [],
  owners: [],
  toldRooms: false,
  early: [],
  silences: 0,
  interrupted: false,
  sentAgain: false,
};

/** After a change of the user nothing that was told before counts. */
const afterChange = (client: ClientDocument): ClientDocument => ({
  ...client,
  change: client.change + 1,
  proved: false,
  unknown: [],
  owners: [],
  toldRooms: false,
  early: [],
  sentAgain: false,
});

export interface State {
  /** `checking`: shown a moment ago, and veiled while a subscription that is not known yet is asked for. */
  readonly phase: "starting" | "open" | "checking" | "ended";
  /** The portal's user. */
  readonly userId: string;
  /** The portal's user whose login was proved last in this browser; null when unknown or logged out. */
  readonly lastUser: string | null;
  readonly path: string;
  /** What the client shows, as far as it is known. */
  readonly shownPath: string;
  /** Whether the frame lies beside another product, and whether the client has been told. */
  readonly docked: boolean;
  readonly shownDocked: boolean;
  readonly token: string | null;
  /** The account whose token came first; a token of any other means that another user has signed in to the portal. */
  readonly account: string | null;
  /** Subscriptions that are the mapped user's. */
  readonly own: readonly string[];
  /** Subscriptions that are asked for. */
  readonly asked: readonly string[];
  readonly client: ClientDocument;
  readonly documents: number;
  readonly renewed: boolean;
  readonly frameLoaded: boolean;
  readonly startupAsked: boolean;
  readonly proofFailures: number;
  /** When logins were lost, lately. */
  readonly losses: readonly number[];
  readonly lookedAt: number;
}

/** What happens. Times are milliseconds since the epoch. */
export type Event =
  | { readonly type: "start" }
  | { readonly type: "frame-loaded" }
  | { readonly type: "told"; readonly event: ChatEvent; readonly now: number }
  | { readonly type: "login-page"; readonly now: number }
  | { readonly type: "granted"; readonly token: string; readonly account: string }
  | { readonly type: "refused"; readonly problem: EmbedProblem }
  | { readonly type: "proof"; readonly asked: readonly string[]; readonly change: number; readonly proof: Proof }
  | { readonly type: "proof-failed"; readonly problem: EmbedProblem }
  | { readonly type: "diagnosed"; readonly about: Silence; readonly change: number; readonly diagnosis: Diagnosis }
  | { readonly type: "diagnosis-failed"; readonly about: Silence; readonly problem: EmbedProblem }
  | { readonly type: "timer"; readonly name: Wait }
  | { readonly type: "open"; readonly path: string }
  | { readonly type: "dock"; readonly docked: boolean }
  | { readonly type: "look"; readonly now: number }
  | { readonly type: "looked"; readonly token: string; readonly account: string }
  | { readonly type: "look-failed"; readonly problem: EmbedProblem }
  | { readonly type: "leave" };

/** What to do in the world. */
export type Effect =
  /** Puts a new document into the frame. */
  | { readonly do: "load"; readonly path: string }
  | { readonly do: "post"; readonly message: Command }
  | { readonly do: "grant"; readonly renew: boolean }
  | { readonly do: "prove"; readonly subscriptions: readonly string[]; readonly change: number }
  | { readonly do: "diagnose"; readonly about: Silence; readonly path: string; readonly change: number }
  | { readonly do: "look" }
  | { readonly do: "set-timer"; readonly name: Wait; readonly ms: number }
  | { readonly do: "clear-timer"; readonly name: Wait }
  /** `veil` hides the frame's picture, `cover` takes the keyboard and the pointer from it too. */
  | { readonly do: "show" | "veil" | "cover" }
  | { readonly do: "report"; readonly report: EmbedReport }
  | { readonly do: "tell"; readonly event: ChatEvent }
  | { readonly do: "connected" }
  | { readonly do: "gone" }
  /** Remembers in this browser that the portal's user was logged in to the frame last. */
  | { readonly do: "remember" };

type Next = Step<State, Effect>;

export function initialState(userId: string, path: string, lastUser: string | null): State {
  return {
    phase: "starting",
    userId,
    lastUser,
    path,
    shownPath: path,
    docked: false,
    shownDocked: false,
    token: null,
    account: null,
    own: [],
    asked: [],
    client: freshDocument,
    documents: 0,
    renewed: false,
    frameLoaded: false,
    startupAsked: false,
    proofFailures: 0,
    losses: [],
    lookedAt: 0,
  };
}

const stay = (state: State): Next => ({ state, effects: [] });

const then = ({ state, effects }: Next, more: (state: State) => Next): Next => {
  const next = more(state);
  return { state: next.state, effects: [...effects, ...next.effects] };
};

const withClient = (state: State, client: Partial<ClientDocument>): State => ({
  ...state,
  client: { ...state.client, ...client },
});

const timer = (name: Wait, ms: number): Effect => ({ do: "set-timer", name, ms });
const clear = (...names: Wait[]): Effect[] => names.map((name) => ({ do: "clear-timer", name }));
const post = (message: Command): Effect => ({ do: "post", message });
const loading = (waitingFor: string, slow?: string): Effect => ({
  do: "report",
  report: { state: "loading", waitingFor, ...(slow ? { slow } : {}) },
});

const allWaits: readonly Wait[] = ["startup", "presentation", "logout", "gather", "no-rooms", "silence"];

const isShown = ({ phase }: State) => phase === "open" || phase === "checking";

/** Whether another user of this browser was logged in to the frame before. */
const afterAnother = ({ lastUser, userId }: State) => lastUser !== null && lastUser !== userId;

export function reduce(state: State, event: Event): Next {
  if (state.phase === "ended") return stay(state);
  switch (event.type) {
    case "start":
      return load(state, [{ do: "grant", renew: false }]);
    case "frame-loaded":
      return stay({ ...state, frameLoaded: true });
    case "told":
      return told(state, event.event, event.now);
    case "login-page":
      // The portal's page inside the client: it has no login, and got none from the portal.
      return isShown(state) ? loseLogin(state, event.now) : stay(state);
    case "granted":
      return granted(state, event.token, event.account);
    case "refused":
      return fail(state, event.problem);
    case "proof":
      return proof(state, event.asked, event.change, event.proof);
    case "proof-failed":
      return proofFailed(state, event.problem);
    case "diagnosed":
      return diagnosed(state, event);
    case "diagnosis-failed":
      return sessionEnds.includes(event.problem.code) || event.about === "startup"
        ? fail(state, event.problem)
        : beSlow(state, "login");
    case "timer":
      return timedOut(state, event.name);
    case "open":
      return open(state, event.path);
    case "dock":
      return dock(state, event.docked);
    case "look":
      return state.phase === "open" && event.now - state.lookedAt >= lookAgainMs
        ? { state: { ...state, lookedAt: event.now }, effects: [{ do: "look" }] }
        : stay(state);
    case "looked":
      return looked(state, event.token, event.account);
    case "look-failed":
      return sessionEnds.includes(event.problem.code) ? fail(state, event.problem) : stay(state);
    case "leave":
      return end(state, [post(command.logout())]);
  }
}

// Documents

/** A new document. Where another user was before, it shows no room until it is known whose it is. */
function load(state: State, more: readonly Effect[] = []): Next {
  if (state.documents >= maxDocuments) return fail(state, { code: "embed_session_lost" });
  const path = afterAnother(state) ? homePath : state.path;
  return {
    state: {
      ...state,
      phase: "starting",
      client: freshDocument,
      documents: state.documents + 1,
      shownPath: path,
      shownDocked: false,
      asked: [],
      frameLoaded: false,
      startupAsked: false,
    },
    effects: [
      ...clear(...allWaits),
      { do: "cover" },
      loading("Rocket.Chat to load"),
      ...more,
      { do: "load", path },
      timer("startup", waits.startup),
    ],
  };
}

function startup(state: State): Next {
  const hide: Effect[] = isShown(state) ? [{ do: "cover" }, { do: "gone" }] : [];
  // A client that starts a second time in the same frame has reloaded itself.
  const { first } = state.client.started ? freshDocument : state.client;
  const client = { ...freshDocument, started: true, first, change: state.client.change + 1 };
  const effects = [...hide, ...clear(...allWaits), loading("Rocket.Chat to sign you in")];
  return then({ state: { ...state, phase: "starting", client }, effects }, logInWhenReady);
}

/** Sends the token once there is one, the client has started, and no other user is logged in. */
function logInWhenReady(state: State): Next {
  const { client, token } = state;
  if (!client.started || token === null || client.token !== null || client.logout === "asked") return stay(state);
  if (client.logout === "overdue") return send(state);
  if (client.tainted) return logOutOther(state);
  if (!afterAnother(state)) return send(state);
  // A client that presents no user has none to log out.
  if (client.first === "out") return send(state);
  if (client.first === "in") return logOutOther(state);
  return { state, effects: [timer("presentation", waits.presentation)] };
}

/** Logs the other user out; the next document is then the mapped user's from its start. */
function logOutOther(state: State): Next {
  return {
    state: { ...withClient(state, { logout: "asked", tainted: true }), shownPath: homePath },
    effects: [
      ...clear("presentation"),
      loading(
        "Rocket.Chat to sign the previous user out",
        "Still loading: Rocket.Chat is signing the previous user out.",
      ),
      post(command.logout()),
      timer("logout", waits.logout),
    ],
  };
}

function send(state: State): Next {
  const { token, client } = state;
  if (token === null) return stay(state);
  const [first] = waits.silences;
  const sent = withClient(state, { token, silences: 0 });
  const effects = [
    ...clear("presentation"),
    // From here on this reducer knows every end, so that nothing else needs to watch the time.
    loading("Rocket.Chat to sign you in", "Still loading: Rocket.Chat is signing you in."),
    post(command.loginWithToken(token)),
    timer("silence", first),
    // What a login that was there already has told.
    ...(!client.toldRooms && client.early.some(isOfLoggedIn) ? [timer("no-rooms", waits.noRooms)] : []),
  ];
  return then({ state: sent, effects }, showIfProved);
}

// What the client says

function told(state: State, event: ChatEvent, now: number): Next {
  switch (event.name) {
    case "startup":
      return startup(state);
    case "logged-in":
      return loggedIn(state);
    case "logged-out":
      return loggedOut(state, now);
    case "subscription":
      return subscription(state, event);
    default:
      return state.phase === "open" ? tell(state, event) : keepEarly(state, event);
  }
}

function tell(state: State, event: ChatEvent): Next {
  return {
    state: event.name === "room" ? { ...state, shownPath: event.path } : state,
    effects: [{ do: "tell", event }],
  };
}

/** Told by clients in which a user is logged in, any user. */
const isOfLoggedIn = ({ name }: ChatEvent) => name === "unread" || name === "status";

function keepEarly(state: State, event: ChatEvent): Next {
  const { early, token, toldRooms } = state.client;
  const kept = early.length < maxEarly ? withClient(state, { early: [...early, event] }) : state;
  const alone = token !== null && !toldRooms && isOfLoggedIn(event);
  return { state: kept, effects: alone ? [timer("no-rooms", waits.noRooms)] : [] };
}

/** The client presents a user: at its start, or because it has changed. */
function loggedIn(state: State): Next {
  const { client, lastUser, userId } = state;
  if (client.first === null)
    return logInWhenReady(withClient(state, { ...afterChange(client), first: "in", presents: true }));
  // One user after another. The one before may have been any user, unless it was this user's own login that had ended.
  const another = client.presents || (client.first === "in" && lastUser !== userId);
  const changed = withClient(state, { ...afterChange(client), presents: true, tainted: client.tainted || another });
  // A user has logged in to Rocket.Chat in another tab, and this client has followed.
  return isShown(state) ? interrupt(changed) : stay(changed);
}

/** The frame holds another login than a moment ago: it is covered, and this user's login is asked for again. */
function interrupt(state: State): Next {
  const effects: Effect[] = [{ do: "cover" }, { do: "gone" }, loading("Rocket.Chat to sign you in again")];
  return then({ state: { ...withClient(state, { interrupted: true }), phase: "starting" }, effects }, send);
}

function loggedOut(state: State, now: number): Next {
  if (isShown(state)) return loseLogin(state, now);
  const { client } = state;
  // The user before is logged out for certain; a user who is presented next is another one.
  if (client.logout !== "no") return load({ ...state, lastUser: null });
  const changed = withClient(state, { ...afterChange(client), first: client.first ?? "out", presents: false });
  // A stored login that did not hold leaves no user, too. What follows is this user's own.
  return logInWhenReady(client.first === "in" && afterAnother(changed) ? { ...changed, lastUser: null } : changed);
}

function subscription(state: State, event: ChatEvent & { name: "subscription" }): Next {
  const { id, owner } = event;
  const heard = withClient(state, { toldRooms: true });
  const cleared = { state: heard, effects: clear("no-rooms") };
  if (owner !== null && state.account !== null)
    return then(cleared, (next) => (owner === state.account ? ownSubscription(next, event) : foreign(next)));
  if (owner !== null) {
    const owners = [...new Set([...state.client.owners, owner])];
    return then(cleared, (next) => keepEarly(withClient(next, { owners }), event));
  }
  if (id === null)
    return then(cleared, (next) => (state.phase === "open" ? tell(next, event) : keepEarly(next, event)));
  if (state.own.includes(id)) return then(cleared, (next) => ownSubscription(next, event));
  const { unknown } = state.client;
  const asking = withClient(heard, { unknown: unknown.includes(id) ? unknown : [...unknown, id] });
  const veil: Effect[] = state.phase === "open" ? [{ do: "veil" }] : [];
  return then(
    {
      state: state.phase === "open" ? { ...asking, phase: "checking" } : asking,
      effects: [...cleared.effects, ...veil, ...(state.asked.length === 0 ? [timer("gather", waits.gather)] : [])],
    },
    (next) => keepEarly(next, event),
  );
}

function ownSubscription(state: State, event: ChatEvent): Next {
  if (state.phase === "open") return tell(state, event);
  return then(keepEarly(withClient(state, { proved: true }), event), showIfProved);
}

/** A subscription of another user: whatever this document shows is not to be seen. */
function foreign(state: State): Next {
  const { client } = state;
  const { sentAgain, token } = client;
  const tainted = withClient(state, { ...afterChange(client), tainted: true, sentAgain: token !== null });
  if (isShown(state)) return interrupt(tainted);
  if (token === null) return logInWhenReady(tainted);
  // The token may still be on its way, and a logout now would end the login that it brings; or the other login has come
  // after it. Another login with it is right for both.
  return { state: tainted, effects: sentAgain ? [] : [post(command.loginWithToken(token))] };
}

// Proof

function proof(state: State, asked: readonly string[], change: number, { userId, own }: Proof): Next {
  if (state.account !== null && userId !== state.account) return fail(state, { code: "unauthenticated" });
  const known: State = { ...state, own: [...new Set([...state.own, ...own])], asked: [], proofFailures: 0 };
  const remaining = known.client.unknown.filter((id) => !asked.includes(id));
  const settled = withClient(known, { unknown: remaining });
  if (change !== state.client.change) return askMore(settled);
  if (asked.some((id) => !own.includes(id))) return then(foreign(settled), askMore);
  return then(askMore(withClient(settled, { proved: true })), showIfProved);
}

const askMore = (state: State): Next => ({
  state,
  effects: state.client.unknown.length > 0 ? [timer("gather", waits.gather)] : [],
});

function proofFailed(state: State, problem: EmbedProblem): Next {
  const proofFailures = state.proofFailures + 1;
  if (sessionEnds.includes(problem.code) || proofFailures >= maxProofFailures) return fail(state, problem);
  return { state: { ...state, asked: [], proofFailures }, effects: [timer("gather", waits.proofAgain)] };
}

/** Shows the frame when everything that its client has told since its last change of user is the mapped user's. */
function showIfProved(state: State): Next {
  const { client } = state;
  if (!client.proved || client.unknown.length > 0 || client.token === null || state.phase === "open")
    return stay(state);
  // The mapped user is logged in, in a document that has held another login: the next one starts as theirs.
  if (client.tainted && state.phase !== "checking") return load({ ...state, lastUser: null });
  return show(state);
}

function show(state: State): Next {
  const { early } = state.client;
  const opened: State = {
    ...withClient(state, { early: [], interrupted: false }),
    phase: "open",
    lastUser: state.userId,
    documents: 1,
    renewed: false,
  };
  const wasChecking = state.phase === "checking";
  const first: Effect[] = wasChecking
    ? [{ do: "show" }]
    : [{ do: "remember" }, { do: "show" }, { do: "connected" }, { do: "report", report: { state: "interactive" } }];
  const telling = early.reduce<Next>((next, event) => then(next, (one) => tell(one, event)), {
    state: opened,
    effects: [...clear(...allWaits), ...first],
  });
  return then(telling, go);
}

function go(state: State): Next {
  const { path, docked } = state;
  if (docked !== state.shownDocked)
    return {
      state: { ...state, shownPath: path, shownDocked: docked },
      effects: [post(command.goDocked(path, docked))],
    };
  if (path === state.shownPath) return stay(state);
  return { state: { ...state, shownPath: path }, effects: [post(command.go(path))] };
}

// Grants

function granted(state: State, token: string, account: string): Next {
  // The page of one user must not open the chat of the one who has signed in to the portal after them.
  if (state.account !== null && account !== state.account) return fail(state, { code: "unauthenticated" });
  const known = { ...state, token, account };
  const { owners } = state.client;
  if (owners.length === 0) return logInWhenReady(known);
  if (owners.some((owner) => owner !== account)) return foreign(known);
  return logInWhenReady(withClient(known, { proved: true }));
}

function looked(state: State, token: string, account: string): Next {
  if (state.account !== null && account !== state.account) return fail(state, { code: "unauthenticated" });
  if (state.phase !== "open" || token === state.client.token) return stay(state);
  return {
    state: { ...withClient(state, { token }), token },
    effects: [post(command.loginWithToken(token))],
  };
}

/**
 * The client is logged out, by the person in its own menu or by its server. The portal session is the one that counts, so
 * that a new token follows; a chat that loses it again and again is given up.
 */
function loseLogin(state: State, now: number): Next {
  const losses = [...state.losses.filter((at) => now - at < lossesWithinMs), now];
  const hide: Effect[] = [...clear(...allWaits), { do: "cover" }, { do: "gone" }];
  if (losses.length > maxLosses)
    return then({ state: { ...state, losses }, effects: hide }, (next) => fail(next, { code: "embed_session_lost" }));
  const client = { ...afterChange(state.client), presents: false, token: null, interrupted: false };
  return {
    // Wherever a logout has led.
    state: { ...state, losses, phase: "starting", token: null, renewed: true, shownPath: "", client },
    effects: [...hide, loading("Rocket.Chat to sign you in again"), { do: "grant", renew: true }],
  };
}

// Silence

function timedOut(state: State, name: Wait): Next {
  const { client } = state;
  switch (name) {
    case "startup":
      return noStartup(state);
    case "presentation":
      // A release that does not say which user it presents gets the logout, and the login behind it.
      return then(
        { state: { ...withClient(state, { tainted: true }), shownPath: homePath }, effects: [post(command.logout())] },
        send,
      );
    case "logout":
      return logInWhenReady(withClient(state, { logout: "overdue" }));
    case "gather": {
      const subscriptions = client.unknown.slice(0, maxProofIds);
      if (subscriptions.length === 0 || state.asked.length > 0) return stay(state);
      return {
        state: { ...state, asked: subscriptions },
        effects: [{ do: "prove", subscriptions, change: client.change }],
      };
    }
    case "no-rooms":
      return noRooms(state);
    case "silence":
      // Whichever login it holds now, it may not tell its rooms again: a new document does.
      if (client.interrupted) return load({ ...state, lastUser: null });
      return { state, effects: [{ do: "diagnose", about: "login", path: state.path, change: client.change }] };
  }
}

function noStartup(state: State): Next {
  if (!state.startupAsked)
    return {
      state: { ...state, startupAsked: true },
      effects: [{ do: "diagnose", about: "startup", path: state.shownPath, change: state.client.change }],
    };
  return fail(state, state.frameLoaded ? { code: "embed_blocked", detail: silentFrame } : { code: "embed_timeout" });
}

/**
 * An account without any room has no subscription to prove itself by. Then the frame must be one that presented no user at
 * its start, so that this token is the only login it has had.
 */
function noRooms(state: State): Next {
  const { client } = state;
  if (state.phase !== "starting" || client.toldRooms || client.token === null) return stay(state);
  if (client.first === "out" && !client.tainted) return show(state);
  if (client.logout !== "no") return stay(state);
  // The logout ends the token that this very login may have used.
  return then(logOutOther({ ...state, token: null }), (next) => ({
    state: withClient(next, { token: null }),
    effects: [...clear("silence"), { do: "grant", renew: true }],
  }));
}

function diagnosed(state: State, { about, diagnosis }: Event & { type: "diagnosed" }): Next {
  const { client } = state;
  const answered = about === "startup" ? client.started : client.token === null || isShown(state);
  if (answered) return stay(state);
  if (diagnosis.problem) return fail(state, diagnosis.problem);
  if (!diagnosis.tokenEnded) return beSlow(state, about);
  if (state.renewed) return fail(state, { code: "embed_refused" });
  const waiting = withClient({ ...state, token: null, renewed: true }, { token: null });
  return { state: waiting, effects: [{ do: "grant", renew: true }] };
}

/** The server has no fault to name: the client is slow, and a late login counts. Nothing more is minted meanwhile. */
function beSlow(state: State, about: Silence): Next {
  if (about === "startup")
    return {
      state,
      effects: [
        loading("Rocket.Chat to load", "Rocket.Chat is slow to start. It opens as soon as it is ready."),
        timer("startup", waits.lateStartup),
      ],
    };
  const silences = state.client.silences + 1;
  const next = waits.silences[silences];
  if (next === undefined)
    return fail(state, { code: "embed_timeout", detail: "Rocket.Chat did not sign you in within a minute." });
  return {
    state: withClient(state, { silences }),
    effects: [
      loading("Rocket.Chat to sign you in", "Rocket.Chat is slow to sign you in. It opens as soon as it has."),
      timer("silence", next),
    ],
  };
}

// Other ends

function open(state: State, path: string): Next {
  const moved = { ...state, path };
  return state.phase === "open" ? go(moved) : stay(moved);
}

/** Only the layout changes: the client stays in the room that the user has gone to. */
function dock(state: State, docked: boolean): Next {
  if (state.phase !== "open") return stay({ ...state, docked });
  return go({ ...state, docked, path: state.shownPath || state.path });
}

function fail(state: State, problem: EmbedProblem): Next {
  // A portal session that ended leaves no login behind.
  const logout = state.client.token !== null && sessionEnds.includes(problem.code) ? [post(command.logout())] : [];
  return end(state, [...logout, { do: "report", report: { state: "failed", problem } }]);
}

function end(state: State, last: readonly Effect[]): Next {
  return {
    state: { ...state, phase: "ended" },
    effects: [...clear(...allWaits), { do: "cover" }, { do: "gone" }, ...last],
  };
}
