import "client-only";
import type { Reducer, Step } from "@/lib/vendors/driver";
/**
 * One embed as a state machine: what happened goes in, the next state and what to do come out. Nothing here knows the
 * page, so every transition is tested with plain objects.
 *
 * The SDK has no time-out anywhere and leaves promises pending forever (measured), so the machine never waits for one
 * signal alone: a refused login is heard from the login frame's answer, from the SDK's promise or from a rejection that
 * it lost; a lost cookie from the page, or from asking the Library whether there is a session.
 */
import type { EmbedProblem, EmbedReport } from "@/lib/vendors/embed-host";
import type { ShownView } from "../../shown-view";
import type { SdkError } from "../protocol";
import { isAboutCookies, isAboutLogin, isSessionError, pageProblem } from "./problems";
import {
  afterFilterUpdate,
  afterPageSwitch,
  areFiltersGone,
  type Chapters,
  chaptersIn,
  isPageGone,
  pageNamesIn,
  shownView,
  type View,
} from "./view";

export type Phase =
  | "idle"
  /** The script, the grant, and the check whose session the browser holds. */
  | "preparing"
  /** Waits until no other embed of the Library is signing in. */
  | "queued"
  /** The SDK loads the login page. */
  | "login"
  /** The token is with the login page. */
  | "redeeming"
  /** The login is done, the item's page loads. */
  | "page"
  | "open"
  /** The page in the frame goes to another item. */
  | "moving"
  /** Failed or stopped. */
  | "ended";

export interface State {
  readonly phase: Phase;
  /** Counts the frames that were tried: what an earlier one still says is ignored. */
  readonly attempt: number;
  readonly kind: string;
  /** Whether this try runs behind what is on the screen. */
  readonly isBehind: boolean;
  /** Tokens that the SDK took in this try. */
  readonly tokens: number;
  /** Whether the login page said that the login worked. */
  readonly isAccepted: boolean;
  /** Whether a refused token was replaced by a new one already. */
  readonly hasRetriedLogin: boolean;
  /** The page answered, has shown itself, and the SDK has given out its object. */
  readonly hasRouter: boolean;
  readonly isShown: boolean;
  readonly hasObject: boolean;
  /** Whether the object can go to another item. */
  readonly canMove: boolean;
  /** A session error came before the page has shown itself. */
  readonly lostEarly: boolean;
  /** The time is up: the next answer to whether there is a session decides what it is called. */
  readonly isOverdue: boolean;
  /** When the last rebuilds were, milliseconds. */
  readonly rebuilds: readonly number[];
  readonly view: View;
  readonly chapters: Chapters;
  readonly pageNames: ReadonlyMap<string, string>;
}

/** Whether the browser holds a session at the Library; unknown where the Library does not let the portal ask. */
export type SessionVerdict = "alive" | "none" | "unknown";

export type TimerName = "deadline" | "verdict" | "session";

/** What happened. Events of one try carry its number. */
export type Event =
  /** The embed starts, with the time that it has for its first page. */
  | { readonly type: "start"; readonly limitMs: number }
  /** Another item, in the same frame. */
  | { readonly type: "move"; readonly kind: string; readonly view: View }
  /** A failed login of another embed took this one's frame down. */
  | { readonly type: "reset"; readonly now: number }
  | ({ readonly attempt: number } & AttemptEvent);

export type AttemptEvent =
  | { readonly type: "prepared" }
  | { readonly type: "turn" }
  | { readonly type: "token-asked"; readonly request: number; readonly now: number }
  | { readonly type: "login-accepted" }
  | { readonly type: "login-refused"; readonly text: string }
  | { readonly type: "router"; readonly now: number }
  | { readonly type: "chapters"; readonly listed: unknown }
  | { readonly type: "page-switched"; readonly value: unknown }
  | { readonly type: "filters"; readonly value: unknown }
  /** What the dashboard has to filter by. */
  | { readonly type: "filters-listed"; readonly listed: unknown }
  | { readonly type: "shown" }
  | { readonly type: "object"; readonly canMove: boolean; readonly listed: unknown }
  | { readonly type: "moved" }
  | { readonly type: "cannot-move" }
  /** The SDK's promise, or a rejection that it lost. */
  | { readonly type: "sdk-failed"; readonly text: string }
  | { readonly type: "page-error"; readonly error: SdkError; readonly now: number }
  | { readonly type: "session-lost"; readonly now: number }
  /** The browser refused to show the frame, or the frame has loaded and says nothing. */
  | { readonly type: "frame-refused" }
  | { readonly type: "frame-silent" }
  | { readonly type: "probed"; readonly session: SessionVerdict; readonly now: number }
  /** A step of the portal's own failed, or a silent frame was looked into. */
  | { readonly type: "failed"; readonly problem: EmbedProblem }
  | { readonly type: "time"; readonly timer: TimerName };

/** What to do. */
export type Effect =
  | { readonly type: "report"; readonly report: EmbedReport }
  /** A new try: its place in the page, the script, and a grant; `grant` says which one. */
  | { readonly type: "prepare"; readonly grant: "first" | "new" | "kept" }
  | { readonly type: "queue" }
  | { readonly type: "create" }
  /** Answers the SDK's call for a token; `none` never does, because its frame is being replaced. */
  | { readonly type: "give-token"; readonly request: number; readonly token: "first" | "new" | "none" }
  /** Ends the try; what it shows stays on the screen until `reveal` or `drop`. */
  | { readonly type: "retire" }
  /** Takes everything off the page. */
  | { readonly type: "drop" }
  /** Shows the new frame and takes the old one away. */
  | { readonly type: "reveal" }
  /** A failed login blocks the Library until every embed of it is gone: they all start again. */
  | { readonly type: "reset-others" }
  | { readonly type: "leave" }
  /** The user has changed the page or a filter. */
  | { readonly type: "show-view"; readonly view: ShownView }
  /** The item has no such page or filter, and shows its start. */
  | { readonly type: "lose-view" }
  | { readonly type: "list-filters" }
  | { readonly type: "go" }
  | { readonly type: "probe" }
  | { readonly type: "diagnose" }
  | { readonly type: "set-timer"; readonly timer: TimerName; readonly ms: number }
  | { readonly type: "clear-timers" };

/** From the start of a rebuild or a move to its proof. */
export const patienceMs = 8_000;
/** From the end of the time to its name. Together below the ten seconds that the page's contract promises. */
const verdictMs = 900;
/** From a login that worked to the question whether its cookie was kept, if no page has shown itself by then. */
const sessionCheckMs = 2_000;
/** The Library leaves its page a minute after a session error, handler or not (SOURCES.md: error handling). */
const maxRebuilds = 3;
const rebuildWindowMs = 5 * 60_000;

const freshTry = {
  tokens: 0,
  isAccepted: false,
  hasRouter: false,
  isShown: false,
  hasObject: false,
  canMove: false,
  lostEarly: false,
  isOverdue: false,
} as const;

export const startState = (kind: string, view: View): State => ({
  ...freshTry,
  phase: "idle",
  attempt: 0,
  kind,
  isBehind: false,
  hasRetriedLogin: false,
  rebuilds: [],
  view,
  chapters: new Map(),
  pageNames: new Map(),
});

type Next = Step<State, Effect>;

const to = (state: State, ...effects: Effect[]): Next => ({ state, effects });
const report = (said: EmbedReport): Effect => ({ type: "report", report: said });
const setTimer = (timer: TimerName, ms: number): Effect => ({ type: "set-timer", timer, ms });
const isSigningIn = ({ phase }: State) => phase === "login" || phase === "redeeming";
const isOpen = ({ phase }: State) => phase === "open" || phase === "moving";

/** A rebuild behind the old frame is no loading for whoever looks at it. */
const waitFor = ({ isBehind }: State, waitingFor: string): Effect[] =>
  isBehind ? [] : [report({ state: "loading", waitingFor })];

/** The next try in the place of this one. */
const nextTry = (state: State, more: Partial<State> = {}): State => ({
  ...state,
  ...freshTry,
  phase: "preparing",
  attempt: state.attempt + 1,
  ...more,
});

/** Ends the embed with its cause. A login that failed takes the Library's other embeds along. */
function fail(state: State, problem: EmbedProblem): Next {
  const others: Effect[] = isSigningIn(state) ? [{ type: "reset-others" }] : [];
  return to(
    { ...state, phase: "ended" },
    { type: "clear-timers" },
    { type: "drop" },
    ...others,
    { type: "leave" },
    report({ state: "failed", problem }),
  );
}

/** Builds the embed again, with its page and filters; gives up when that happens too often. */
function rebuild(state: State, now: number, keepsFrame: boolean): Next {
  const rebuilds = [...state.rebuilds.filter((at) => now - at < rebuildWindowMs), now];
  if (rebuilds.length > maxRebuilds) return fail({ ...state, phase: "page" }, { code: "embed_session_lost" });
  return to(
    nextTry(state, { rebuilds, isBehind: keepsFrame }),
    { type: "clear-timers" },
    { type: keepsFrame ? "retire" : "drop" },
    report({ state: "renewing" }),
    setTimer("deadline", patienceMs),
    { type: "prepare", grant: "new" },
  );
}

/** A new token, once and silently: the one that came with the page may have waited too long for its turn. */
function loginRefused(state: State, text: string): Next {
  if (!isSigningIn(state)) return to(state);
  if (isAboutCookies(text)) return fail(state, { code: "cookies_blocked" });
  if (state.hasRetriedLogin) return fail(state, { code: "embed_refused" });
  return to(
    nextTry(state, { hasRetriedLogin: true }),
    { type: state.isBehind ? "retire" : "drop" },
    { type: "reset-others" },
    { type: "prepare", grant: "new" },
  );
}

/** Open at the proof of both sides: the page's own event and the SDK's object; builds without a router have the latter. */
function openWhenReady(state: State): Next {
  if (state.phase !== "page" && !isSigningIn(state)) return to(state);
  if (!state.hasObject || (state.hasRouter && !state.isShown)) return to(state);
  const opened = opensItsView({ ...state, phase: "open", isBehind: false, hasRetriedLogin: false, isOverdue: false });
  return to(
    opened.state,
    { type: "clear-timers" },
    { type: "reveal" },
    report({ state: "interactive" }),
    ...opened.effects,
  );
}

/** A page that is gone is not asked for again, for instance by a rebuild. */
function opensItsView(state: State): Next {
  const { view, chapters } = state;
  const { pageKey: _gone, ...rest } = view;
  if (isPageGone(view.pageKey, chapters)) return to({ ...state, view: rest }, { type: "lose-view" });
  return view.filters.length > 0 ? to(state, { type: "list-filters" }) : to(state);
}

/** The view that the user has gone to. While the item is still opening, nothing of it is the user's. */
const viewChanged = (state: State, view: View): Next =>
  state.phase === "open" && view !== state.view
    ? to({ ...state, view }, { type: "show-view", view: shownView(view, state.pageNames) })
    : to({ ...state, view });

function filtersListed(state: State, listed: unknown): Next {
  if (state.phase !== "open") return to(state);
  if (areFiltersGone(state.view.filters, listed))
    return to({ ...state, view: { ...state.view, filters: [] } }, { type: "lose-view" });
  // The list says what people call them.
  const view = afterFilterUpdate(state.view, { filterInfo: listed });
  return to({ ...state, view }, { type: "show-view", view: shownView(view, state.pageNames) });
}

function sessionLost(state: State, now: number): Next {
  if (isOpen(state)) return rebuild(state, now, true);
  if (state.phase !== "page" || state.lostEarly) return to(state);
  // The login worked a moment ago, and the page has no session: did the browser keep the cookie?
  if (state.isAccepted) return to({ ...state, lostEarly: true }, { type: "probe" });
  return rebuild(state, now, false);
}

function probed(state: State, session: SessionVerdict, now: number): Next {
  if (state.isOverdue) return overdue(state, session);
  if (state.phase !== "page" || state.isShown) return to(state);
  if (state.lostEarly)
    return session === "alive" ? rebuild(state, now, false) : fail(state, { code: "cookies_blocked" });
  return session === "none" ? fail(state, { code: "cookies_blocked" }) : to(state);
}

/** The time is up: what it is called depends on how far it came, and on whether there is a session. */
function overdue(state: State, session: SessionVerdict): Next {
  const { phase, isAccepted } = state;
  if (session === "none" && phase === "redeeming") return fail(state, { code: "embed_refused" });
  if (session === "none" && phase === "page" && isAccepted) return fail(state, { code: "cookies_blocked" });
  return fail(state, { code: "embed_timeout" });
}

function tokenAsked(state: State, request: number, now: number): Next {
  const give = (token: "first" | "new" | "none"): Effect => ({ type: "give-token", request, token });
  // The SDK logs in by itself, after which a dashboard's object is dead (measured): its frame is replaced.
  if (isOpen(state) && state.kind === "dashboard") {
    const next = rebuild(state, now, true);
    return to(next.state, give("none"), ...next.effects);
  }
  const phase = state.phase === "login" ? "redeeming" : state.phase;
  const isFirst = state.tokens === 0 && !isOpen(state);
  return to({ ...state, phase, tokens: state.tokens + 1 }, give(isFirst ? "first" : "new"));
}

function routerReady(state: State, now: number): Next {
  // A page that loads again by itself leaves the SDK's objects dead and deaf (measured).
  if (isOpen(state)) return rebuild(state, now, true);
  if (state.phase !== "page" && !isSigningIn(state)) return to(state);
  return to({ ...state, phase: "page", hasRouter: true }, ...waitFor(state, "the first page"));
}

function pageError(state: State, error: SdkError, now: number): Next {
  if (isSessionError(error) && isOpen(state)) return rebuild(state, now, true);
  return fail(state, pageProblem(error));
}

function timeIsUp(state: State, timer: TimerName): Next {
  if (timer === "session") return state.phase === "page" && !state.isShown ? to(state, { type: "probe" }) : to(state);
  if (timer === "verdict") return overdue(state, "unknown");
  return to({ ...state, isOverdue: true }, { type: "probe" }, setTimer("verdict", verdictMs));
}

/** What follows from an event. */
export const reduce: Reducer<State, Event, Effect> = (state, event) => {
  if (state.phase === "ended") return to(state);
  switch (event.type) {
    case "start":
      return to(nextTry(state), setTimer("deadline", event.limitMs), { type: "prepare", grant: "first" });
    case "move":
      return to(
        { ...state, phase: "moving", kind: event.kind, view: event.view, isOverdue: false },
        setTimer("deadline", patienceMs),
        { type: "go" },
      );
    case "reset":
      return ["preparing", "queued"].includes(state.phase) ? to(state) : rebuild(state, event.now, false);
    default:
      return event.attempt === state.attempt ? inTry(state, event) : to(state);
  }
};

function inTry(state: State, event: AttemptEvent): Next {
  switch (event.type) {
    case "prepared":
      return to({ ...state, phase: "queued" }, { type: "queue" });
    case "turn":
      return to({ ...state, phase: "login" }, ...waitFor(state, "MicroStrategy to sign you in"), { type: "create" });
    case "token-asked":
      return tokenAsked(state, event.request, event.now);
    case "login-accepted":
      if (!isSigningIn(state)) return to(state);
      return to({ ...state, phase: "page", isAccepted: true }, setTimer("session", sessionCheckMs));
    case "login-refused":
      return loginRefused(state, event.text);
    case "router":
      return routerReady(state, event.now);
    case "shown":
      return openWhenReady({ ...state, isShown: true });
    case "object": {
      // Pages of older Libraries do not list their chapters themselves.
      const chapters = state.chapters.size > 0 ? state.chapters : chaptersIn(event.listed);
      const pageNames = state.chapters.size > 0 ? state.pageNames : pageNamesIn(event.listed);
      return openWhenReady({
        ...state,
        hasObject: true,
        canMove: state.hasRouter && event.canMove,
        chapters,
        pageNames,
      });
    }
    case "chapters":
      return to({ ...state, chapters: chaptersIn(event.listed), pageNames: pageNamesIn(event.listed) });
    // What the item before still says is not about the one that the frame goes to.
    case "page-switched":
      if (state.phase === "moving") return to(state);
      return viewChanged(state, afterPageSwitch(state.view, event.value, state.chapters));
    case "filters":
      if (state.phase === "moving") return to(state);
      return viewChanged(state, afterFilterUpdate(state.view, event.value));
    case "filters-listed":
      return filtersListed(state, event.listed);
    case "moved":
      if (state.phase !== "moving") return to(state);
      return to(
        { ...state, phase: "open", isOverdue: false },
        { type: "clear-timers" },
        report({ state: "interactive" }),
      );
    case "cannot-move":
      if (state.phase !== "moving") return to(state);
      return to(nextTry(state), { type: "drop" }, { type: "prepare", grant: "kept" });
    case "sdk-failed":
      return sdkFailed(state, event.text);
    case "page-error":
      return pageError(state, event.error, event.now);
    case "session-lost":
      return sessionLost(state, event.now);
    case "frame-refused":
      return isOpen(state) ? to(state) : fail(state, { code: "embed_blocked" });
    case "frame-silent":
      return isOpen(state) ? to(state) : to(state, { type: "diagnose" });
    case "probed":
      return probed(state, event.session, event.now);
    case "failed":
      return fail(state, event.problem);
    case "time":
      return timeIsUp(state, event.timer);
  }
}

function sdkFailed(state: State, text: string): Next {
  if (isOpen(state)) return to(state);
  if (isSigningIn(state) && (state.phase === "redeeming" || isAboutLogin(text))) return loginRefused(state, text);
  return fail(state, { code: "embed_failed" });
}
