import "client-only";
/**
 * Drives one MicroStrategy embed from its first request to its end: runs what the state machine (state.ts) decides, and
 * tells it what happens.
 */
import { isLoopbackUrl } from "@/lib/config/loopback";
import { createMachine, type EmbedDriver, type Machine, Timers } from "@/lib/vendors/driver";
import type { EmbedReport, ViewHost } from "@/lib/vendors/embed-host";
import {
  type CommonProps,
  type Dossier,
  type EmbeddingContext,
  type EmbeddingSdk,
  type Grant,
  type MsgRouter,
  pageTypes,
  type SdkError,
  sdkAddress,
} from "../protocol";
import { titleFrames, watchFrames } from "./frames";
import { maxEmbeds, type SharedLibrary, type Sharer, sharedLibrary } from "./libraries";
import { diagnoseSilence, probeSession } from "./probes";
import { problemOf, textOf } from "./problems";
import { buildOf, cannotShow, loadSdk, needsEval } from "./sdk";
import {
  type AttemptEvent,
  type Effect,
  type Event,
  patienceMs,
  reduce,
  type State,
  startState,
  type TimerName,
} from "./state";
import { endForeignLibrarySession } from "./user-switch";
import { startView } from "./view";

export interface Order {
  readonly libraryUrl: string;
  /** Whether the page's policy lets scripts compile code, as builds up to January 2024 do. */
  readonly mayEvaluate: boolean;
  readonly kind: string;
  readonly title: string;
  readonly target: Readonly<Record<string, string>>;
  /** The element that the frame goes into. */
  readonly container: HTMLElement;
  /** The grant that came with the page, or the next one. */
  readonly take: () => Promise<Grant>;
  /** A grant from a new mint. */
  readonly renew: () => Promise<Grant>;
  readonly report: (report: EmbedReport) => void;
  /** Where the page's address keeps the view. */
  readonly view: ViewHost;
  /** Hears what the state machine does (lib/vendors/steps.ts). */
  readonly note?: (name: string) => void;
}

/** An identity token's life is "very short" (SOURCES.md: identity tokens): an older one is replaced before it is used. */
const maxTokenAgeMs = 10_000;
/** How long a page may take to say that it goes to another item; a build that cannot leaves the call unanswered. */
const replyMs = 2_000;
/** From a frame's load to its first message. A page of the Library answers at once, the item's own with more to do. */
const silenceMs = { login: 3_000, page: 4_500 } as const;
/** From the page's navigation to the end of the time of an embed that came with it; and what such an embed has at least. */
const pageLimitMs = 8_400;
const minLimitMs = 4_000;

type GoToPage = NonNullable<EmbeddingContext["goToPage"]>;

/** One try at showing the item, with everything that must be undone when it ends. */
interface Try {
  readonly number: number;
  readonly placeholder: HTMLElement;
  readonly sdk: Promise<EmbeddingSdk>;
  /** Ends what it watches, and its turn at the Library. */
  readonly ends: (() => void)[];
  /** The SDK, once an embed was created with it. */
  created?: EmbeddingSdk;
  grant?: Grant & { readonly takenAt: number };
  /** Where its SDK waits for tokens, by the number of the request. */
  readonly requests: Map<number, (token: string) => void>;
  goToPage?: GoToPage;
  getFilterList?: () => unknown;
  /** Set while a move waits for its page: hears which type of page has loaded. */
  arrived?: (pageType: unknown) => void;
}

export class MicroStrategyDriver implements EmbedDriver<Order>, Sharer {
  #order: Order;
  readonly #library: SharedLibrary;
  readonly #machine: Machine<State, Event>;
  readonly #timers = new Timers<TimerName>();
  #try: Try | undefined;
  /** Tries that are over but still on the screen. */
  readonly #retired: Try[] = [];
  /** A grant that a move took and could not use. */
  #keptGrant: Grant | undefined;
  #grants: Promise<unknown> = Promise.resolve();

  constructor(order: Order) {
    this.#order = order;
    this.#library = sharedLibrary(order.libraryUrl);
    this.#machine = createMachine(
      startState(order.kind, startView(order.target, order.view.asked())),
      reduce,
      (effect) => (this.#performers[effect.type] as (effect: Effect) => void)(effect),
      (name) => this.#order.note?.(name),
    );
  }

  start(): void {
    if (this.#library.live.size >= maxEmbeds) {
      const detail = `At most ${maxEmbeds} MicroStrategy items can be open in one page. Close one, then try again.`;
      this.#order.report({ state: "failed", problem: { code: "embed_failed", detail } });
      return;
    }
    this.#library.live.add(this);
    this.#machine.send({ type: "start", limitMs: startLimitMs() });
  }

  stop(): void {
    const { phase } = this.#machine.state;
    this.#machine.stop();
    this.#timers.clearAll();
    this.#library.live.delete(this);
    this.#drop();
    // An embed that is signing in leaves its mark on the Library until every embed is gone (measured).
    if (phase === "login" || phase === "redeeming") this.#library.resetOthers(this);
  }

  reset(): void {
    this.#machine.send({ type: "reset", now: Date.now() });
  }

  /**
   * Asks for a grant that is not used: it keeps the broker's own session alive while an item is open. A failure changes
   * nothing, because the frame's own session tells when it ends.
   */
  keepAlive(): void {
    if (this.#machine.state.phase === "open") this.#newGrant().catch(() => undefined);
  }

  /** Spares the loading and the login of a new frame (SOURCES.md: goToPage). The SDK takes no filters along. */
  moveTo(next: Order): boolean {
    const { phase, canMove, kind } = this.#machine.state;
    const { libraryUrl, container } = this.#order;
    const isAlike = next.libraryUrl === libraryUrl && next.container === container && next.kind === kind;
    const view = startView(next.target, next.view.asked());
    const isUnfiltered = next.target.filters === undefined && view.filters.length === 0;
    const isPage = pageTypes[next.kind] !== undefined && isUnfiltered;
    if (phase !== "open" || !canMove || !isAlike || !isPage) return false;
    this.#order = next;
    this.#machine.send({ type: "move", kind, view });
    return true;
  }

  readonly #performers: { readonly [Type in Effect["type"]]: (effect: Extract<Effect, { type: Type }>) => void } = {
    report: ({ report }) => this.#order.report(withWayOut(report, this.#order.libraryUrl)),
    prepare: ({ grant }) => this.#prepare(grant),
    queue: () => this.#queue(),
    create: () => this.#create(),
    "give-token": ({ request, token }) => this.#giveToken(request, token),
    retire: () => this.#retire(),
    drop: () => this.#drop(),
    reveal: () => this.#reveal(),
    "reset-others": () => this.#library.resetOthers(this),
    leave: () => this.#library.live.delete(this),
    "show-view": ({ view }) => this.#order.view.shown(view),
    "lose-view": () => this.#order.view.lost(),
    "list-filters": () => void this.#listFilters(),
    go: () => void this.#go(),
    probe: () =>
      this.#ask(async () => ({
        type: "probed",
        session: await probeSession(this.#order.libraryUrl),
        now: Date.now(),
      })),
    diagnose: () => this.#ask(async () => ({ type: "failed", problem: await diagnoseSilence(this.#order.libraryUrl) })),
    "set-timer": ({ timer, ms }) => this.#setTimer(timer, ms),
    "clear-timers": () => this.#timers.clearAll(),
  };

  /** Tells the machine what happened in a try. */
  #send(attempt: Try, event: AttemptEvent): void {
    this.#machine.send({ ...event, attempt: attempt.number });
  }

  #ask(question: () => Promise<AttemptEvent>): void {
    const attempt = this.#try;
    if (attempt) void question().then((event) => this.#send(attempt, event));
  }

  /** Builds that have no such list say nothing of a filter that is gone. */
  async #listFilters(): Promise<void> {
    const attempt = this.#try;
    try {
      const listed = await attempt?.getFilterList?.();
      if (attempt) this.#send(attempt, { type: "filters-listed", listed });
    } catch {}
  }

  #setTimer(timer: TimerName, ms: number): void {
    // A rebuild keeps the time that was set for it, so the timer tells whatever try there is.
    this.#timers.set(timer, ms, () => {
      const { attempt } = this.#machine.state;
      this.#machine.send({ type: "time", timer, attempt });
    });
  }

  // ---------------------------------------------------------------- one try

  #prepare(which: "first" | "new" | "kept"): void {
    const { libraryUrl } = this.#order;
    const attempt: Try = {
      number: this.#machine.state.attempt,
      placeholder: this.#place(),
      sdk: loadSdk(sdkAddress(libraryUrl)),
      ends: [],
      requests: new Map(),
    };
    this.#try = attempt;
    attempt.sdk.catch(() => undefined);
    const prepare = async () => {
      // When both fail, the broker knows better why.
      const grant = await this.#grantFor(which);
      if (this.#try !== attempt) return;
      attempt.grant = { ...grant, takenAt: Date.now() };
      if (grant.userId) await endForeignLibrarySession(libraryUrl, grant.userId);
      const sdk = await attempt.sdk;
      if (buildOf(sdk) === "2022 or earlier" && !this.#order.mayEvaluate) throw needsEval();
      if (this.#order.kind !== "dashboard" && !contextFor(sdk, this.#order.kind))
        throw cannotShow(sdk, this.#order.kind);
    };
    prepare().then(
      () => this.#send(attempt, { type: "prepared" }),
      (error: unknown) => this.#send(attempt, { type: "failed", problem: problemOf(error) }),
    );
  }

  #grantFor(which: "first" | "new" | "kept"): Promise<Grant> {
    const kept = this.#keptGrant;
    this.#keptGrant = undefined;
    if (which === "kept" && kept) return Promise.resolve(kept);
    return which === "first" ? this.#order.take() : this.#newGrant();
  }

  /** One after the other: grants asked for at once would be one and the same. */
  #newGrant(): Promise<Grant> {
    const next = this.#grants.then(() => this.#order.renew());
    this.#grants = next.catch(() => undefined);
    return next;
  }

  /** The SDK writes 800 by 600 pixels where the element's own style says nothing (measured). */
  #place(): HTMLElement {
    const placeholder = document.createElement("div");
    placeholder.style.cssText = "position:absolute;inset:0;width:100%;height:100%";
    if (this.#machine.state.isBehind) placeholder.style.visibility = "hidden";
    this.#order.container.append(placeholder);
    return placeholder;
  }

  /** Embeds sign in one after the other, so that one that is abandoned half-way cannot leave others waiting. */
  #queue(): void {
    const attempt = this.#try;
    if (!attempt) return;
    const ended = new Promise<void>((resolve) => attempt.ends.push(resolve));
    void this.#library.takeTurn(async () => {
      if (this.#try !== attempt) return;
      this.#send(attempt, { type: "turn" });
      await ended;
    });
  }

  #create(): void {
    const attempt = this.#try;
    if (!attempt) return;
    const { title, libraryUrl } = this.#order;
    const send = (event: AttemptEvent) => this.#send(attempt, event);
    attempt.ends.push(
      watchFrames({
        placeholder: attempt.placeholder,
        title,
        libraryOrigin: new URL(libraryUrl).origin,
        hear: (heard) => {
          if (heard.type === "anything" || this.#machine.state.phase !== "redeeming") return false;
          send(heard.valid ? { type: "login-accepted" } : { type: "login-refused", text: heard.text });
          return !heard.valid;
        },
        silenceMs: () => (this.#machine.state.phase === "page" ? silenceMs.page : silenceMs.login),
        silent: () => send({ type: "frame-silent" }),
        refused: () => send({ type: "frame-refused" }),
      }),
      hearLostRejections(sdkAddress(libraryUrl), (text) => send({ type: "sdk-failed", text })),
    );
    void attempt.sdk.then(async (sdk) => {
      if (this.#try !== attempt) return;
      try {
        attempt.created = sdk;
        const opened = await this.#call(sdk, this.#propsFor(attempt, sdk));
        if (!opened) return send({ type: "sdk-failed", text: "nothing was opened" });
        attempt.goToPage = goToPageOf(opened);
        if ("getFilterList" in opened) attempt.getFilterList = opened.getFilterList?.bind(opened);
        const listed = "getChapterList" in opened ? opened.getChapterList?.() : undefined;
        send({ type: "object", canMove: attempt.goToPage !== undefined, listed });
      } catch (error) {
        send({ type: "sdk-failed", text: textOf(error) });
      }
    });
  }

  #propsFor(attempt: Try, sdk: EmbeddingSdk): CommonProps {
    const { pageKey, filters } = this.#machine.state.view;
    const send = (event: AttemptEvent) => this.#send(attempt, event);
    let requests = 0;
    return {
      placeholder: attempt.placeholder,
      enableCustomAuthentication: true,
      customAuthenticationType: sdk.dossier.CustomAuthenticationType?.IDENTITY_TOKEN,
      disableErrorPopupWindow: true,
      // A request that is never answered does no harm: its embed is destroyed. A rejection would be a page error.
      getLoginToken: () =>
        new Promise((resolve) => {
          requests += 1;
          attempt.requests.set(requests, resolve);
          send({ type: "token-asked", request: requests, now: Date.now() });
        }),
      errorHandler: (error) => send({ type: "page-error", error, now: Date.now() }),
      sessionErrorHandler: () => send({ type: "session-lost", now: Date.now() }),
      onMsgRouterReadyHandler: ({ MsgRouter: router }) => this.#listen(attempt, router),
      ...(filters.length > 0 ? { filters } : {}),
      ...(pageKey ? { pageKey } : {}),
    };
  }

  #call(sdk: EmbeddingSdk, common: CommonProps): Promise<Dossier | EmbeddingContext | undefined> {
    const { libraryUrl, kind, target } = this.#order;
    const { projectId = "", objectId = "" } = target;
    if (kind === "dashboard")
      return sdk.dossier.create({ ...common, serverURL: libraryUrl, applicationID: projectId, objectID: objectId });
    const embed = contextFor(sdk, kind);
    if (!embed) return Promise.resolve(undefined);
    return embed({ ...common, serverUrl: libraryUrl, ...(kind === "library" ? {} : { projectId, objectId }) });
  }

  #listen(attempt: Try, router: MsgRouter): void {
    const on = (name: string, eventOf: (value: unknown) => AttemptEvent) =>
      router.registerEventHandler(name, (value) => this.#send(attempt, eventOf(value)));
    for (const name of ["onPageLoaded", "onEmbedPageLoaded", "onLibraryPageLoaded"])
      on(name, () => ({ type: "shown" }));
    router.registerEventHandler("onEmbedPageLoaded", (value) => attempt.arrived?.(fieldOf(value, "pageType")));
    on("onDossierConsumptionPageLoaded", (value) => ({ type: "chapters", listed: fieldOf(value, "toc") }));
    on("onPageSwitched", (value) => ({ type: "page-switched", value }));
    on("onFilterUpdated", (value) => ({ type: "filters", value }));
    // Not every API takes the handlers as properties: the router hears for all of them.
    on("onError", (value) => ({ type: "page-error", error: (value ?? {}) as SdkError, now: Date.now() }));
    on("onSessionError", () => ({ type: "session-lost", now: Date.now() }));
    this.#send(attempt, { type: "router", now: Date.now() });
  }

  #giveToken(request: number, which: "first" | "new" | "none"): void {
    const attempt = this.#try;
    if (!attempt || which === "none") return;
    const answer = attempt.requests.get(request);
    const { grant } = attempt;
    const isFresh = grant && Date.now() - grant.takenAt < maxTokenAgeMs;
    if (which === "first" && isFresh) {
      answer?.(grant.identityToken);
      return;
    }
    this.#newGrant().then(
      ({ identityToken }) => {
        if (this.#try === attempt) answer?.(identityToken);
      },
      (error: unknown) => this.#send(attempt, { type: "failed", problem: problemOf(error) }),
    );
  }

  // ---------------------------------------------------------------- another item in the same frame

  /** The portal decides about every item; the token itself is for a new frame, should one be needed. */
  async #go(): Promise<void> {
    const attempt = this.#try;
    if (!attempt?.goToPage) return;
    const { libraryUrl, kind, target, title, take, report } = this.#order;
    const { projectId = "", objectId = "", pageKey } = target;
    const cannot = (grant: Grant) => {
      this.#keptGrant = grant;
      this.#send(attempt, { type: "cannot-move" });
    };
    try {
      const grant = await take();
      // A frame never goes from one user to another.
      if (grant.userId !== attempt.grant?.userId) return cannot(grant);
      if (grant.userId) await endForeignLibrarySession(libraryUrl, grant.userId);
      if (this.#try !== attempt) return;
      report({ state: "loading", waitingFor: "the first page" });
      const loaded = new Promise<unknown>((resolve) => {
        attempt.arrived = resolve;
      });
      const goes = await answersWithin(replyMs, attempt.goToPage, {
        projectId,
        objectId,
        ...(pageKey ? { pageKey } : {}),
      });
      if (!goes || (await loaded) !== pageTypes[kind]) return cannot(grant);
      titleFrames(attempt.placeholder, title);
      this.#send(attempt, { type: "moved" });
    } catch (error) {
      this.#send(attempt, { type: "failed", problem: problemOf(error) });
    } finally {
      attempt.arrived = undefined;
    }
  }

  // ---------------------------------------------------------------- the end of a try

  #retire(): void {
    const attempt = this.#try;
    this.#try = undefined;
    if (!attempt) return;
    for (const end of attempt.ends.splice(0)) end();
    this.#retired.push(attempt);
  }

  #drop(): void {
    this.#retire();
    for (const attempt of this.#retired.splice(0)) this.#remove(attempt);
  }

  #reveal(): void {
    const attempt = this.#try;
    if (!attempt) return;
    // The turn is over, and the frame's title and messages need no more watching.
    for (const end of attempt.ends.splice(0)) end();
    for (const former of this.#retired.splice(0)) this.#remove(former);
    attempt.placeholder.style.visibility = "visible";
  }

  /** The frame goes at once, for nothing of it may be seen or answer any more; the SDK learns of it a moment later. */
  #remove({ placeholder, created: sdk }: Try): void {
    placeholder.remove();
    if (!sdk) return;
    const { dossier, embeddingContexts } = sdk;
    const isContext = this.#order.kind !== "dashboard" && embeddingContexts?.destroyEmbedPage;
    this.#library.destroyLater(() =>
      isContext ? embeddingContexts.destroyEmbedPage?.({ placeholder }) : dossier.destroy({ placeholder }),
    );
  }
}

/**
 * On this machine, where the sandbox is, a browser that keeps no cookies of another site has another way: one site for
 * everything. Over plain http WebKit keeps no `Secure` cookie either (measured with WebKitGTK 2.50).
 */
function withWayOut(report: EmbedReport, libraryUrl: string): EmbedReport {
  if (report.state !== "failed" || report.problem.code !== "cookies_blocked" || !isLoopbackUrl(libraryUrl))
    return report;
  const detail =
    "This browser keeps no MicroStrategy cookies inside the portal. On your own machine, start the demo with npm run demo -- --same-site: portal and MicroStrategy are then on one site, and the cookies are kept.";
  return { state: "failed", problem: { ...report.problem, detail } };
}

let isFirst = true;

/**
 * The time for the first page. An embed that came with the portal's page shares the ten seconds that a person waits from
 * the navigation on; any other starts with its own.
 */
function startLimitMs(): number {
  const [navigation] = performance.getEntriesByType?.("navigation") ?? [];
  const cameWithPage = isFirst && navigation !== undefined && new URL(navigation.name).pathname === location.pathname;
  isFirst = false;
  return cameWithPage ? limitAfter(performance.now()) : patienceMs;
}

/** What is left for the first page, a number of milliseconds after the navigation to it. */
export const limitAfter = (sinceNavigationMs: number): number =>
  Math.max(minLimitMs, Math.min(patienceMs, pageLimitMs - sinceNavigationMs));

/** The function that opens a kind of item other than a dashboard; undefined where the build has none. */
function contextFor({ embeddingContexts: contexts }: EmbeddingSdk, kind: string) {
  return {
    library: contexts?.embedLibraryPage,
    report: contexts?.embedReportPage,
    bot: contexts?.embedBotConsumptionPage,
    document: contexts?.embedDocumentConsumptionPage,
  }[kind];
}

/** A dashboard's context is asked for; the other kinds' is what the SDK gave out. */
function goToPageOf(opened: Dossier | EmbeddingContext): GoToPage | undefined {
  const context: EmbeddingContext | undefined =
    "getEmbeddingContext" in opened ? opened.getEmbeddingContext?.() : (opened as EmbeddingContext);
  return context?.goToPage?.bind(context);
}

const fieldOf = (value: unknown, name: string): unknown =>
  value !== null && typeof value === "object" ? (value as Record<string, unknown>)[name] : undefined;

/** Whether a call is answered in time, with anything but a refusal. */
function answersWithin(ms: number, goToPage: GoToPage, target: Parameters<GoToPage>[0]): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const going = (async () => {
    await goToPage(target);
    return true;
  })().catch(() => false);
  return Promise.race([going, late]).finally(() => clearTimeout(timer));
}

/**
 * Builds up to January 2024 do not reject when a login fails: the reason only surfaces as an unhandled rejection, and
 * that only when the script has cross-origin headers and is loaded with `crossorigin` (measured).
 */
function hearLostRejections(scriptAddress: string, lost: (text: string) => void): () => void {
  const hear = ({ reason }: PromiseRejectionEvent) => {
    if (reason instanceof Error && reason.stack?.includes(scriptAddress)) lost(reason.message);
  };
  window.addEventListener("unhandledrejection", hear);
  return () => window.removeEventListener("unhandledrejection", hear);
}
