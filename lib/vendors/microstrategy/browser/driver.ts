import "client-only";
/**
 * One embed from start to end: creates it with the SDK, watches over it, moves it to the next item in the same frame,
 * and rebuilds it when its session ends. The SDK has no time-out anywhere and leaves promises pending for ever
 * (measured), so everything here races.
 */
import type { EmbedProblem } from "@/lib/vendors/embed-host";
import { isGrantRefused } from "@/lib/vendors/embed-host";
import {
  type CommonProps,
  type Dossier,
  type EmbeddingContext,
  type EmbeddingSdk,
  type Grant,
  type MsgRouter,
  meaningOf,
  pageTypes,
  type SdkError,
  sameCode,
  saysSessionGone,
  sdkAddress,
} from "../protocol";
import { EmbedFailure, isEmbedFailure, loadSdk } from "./sdk";
import { endForeignSession } from "./user-switch";
import { afterFilterUpdate, afterPageSwitch, type Chapters, chaptersIn, startView, type View } from "./view";

/** What an embed reports. */
export interface RunEvents {
  loading(waitingFor: string): void;
  interactive(): void;
  renewing(): void;
  failed(problem: EmbedProblem): void;
}

export interface RunOrder {
  readonly libraryUrl: string;
  readonly kind: string;
  readonly title: string;
  readonly target: Readonly<Record<string, string>>;
  /** The element the frame goes into. */
  readonly container: HTMLElement;
  /** The grant that came with the page, or the next one. */
  readonly take: () => Promise<Grant>;
  /** A grant from a new mint. */
  readonly renew: () => Promise<Grant>;
  readonly events: RunEvents;
}

/** From the start of a try to the proof that the page is there. Below the ten seconds a person is promised. */
const watchdogMs = 8_500;
/** From a frame's load to its first message. A page of the Library answers at once; an error page never does. */
const silenceMs = 3_000;
/** How long a page may take to say that it goes to another item; a build that cannot leaves the call unanswered. */
const replyMs = 2_000;
/** The Library leaves its page a minute after a session error, handler or not (vendor docs: error handling). */
const rebuildLimit = 3;
const rebuildWindowMs = 5 * 60_000;
/** More containers in one page slow the browser down or crash it (vendor docs: properties). */
const mostEmbeds = 4;

/** Everybody embedding one Library shares its login state, so they share a queue and a fate (measured). */
interface LibraryRuns {
  readonly live: Set<Run>;
  queue: Promise<void>;
}

const libraries = new Map<string, LibraryRuns>();

function runsOf(libraryUrl: string): LibraryRuns {
  const known = libraries.get(libraryUrl);
  if (known) return known;
  const made: LibraryRuns = { live: new Set(), queue: Promise.resolve() };
  libraries.set(libraryUrl, made);
  return made;
}

/** One try at creating the embed, with everything that must be undone when it ends. */
interface Try {
  readonly placeholder: HTMLElement;
  /** Ends what is under way: the creation, or a move to another item. */
  fail: (error: unknown) => void;
  failed: Promise<never>;
  /** How far it came, to say afterwards what did not answer. */
  stage: "script" | "login" | "token" | "page" | "loaded";
  tokens: number;
  over: boolean;
  /** Whose session the frame has, as far as the portal knows. */
  userId: string;
  /** Goes to another item in the same frame, where the SDK's build can. */
  goToPage?: GoToPage;
  /** Set while a move waits for its page: hears which type of page has loaded. */
  arrived?: (pageType: unknown) => void;
}

type GoToPage = NonNullable<EmbeddingContext["goToPage"]>;

/** Something new that can fail. */
function armed(): Pick<Try, "fail" | "failed"> {
  let fail: Try["fail"] = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  return { fail, failed };
}

export class Run {
  #order: RunOrder;
  readonly #library: LibraryRuns;
  #stopped = false;
  #moving = false;
  #current: Try | undefined;
  #view: View;
  #chapters: Chapters = new Map();
  #sdk: EmbeddingSdk | undefined;
  #rebuilds: number[] = [];
  /** Embeds that are over but still on the screen. */
  readonly #retired: HTMLElement[] = [];
  #grants: Promise<unknown> = Promise.resolve();

  constructor(order: RunOrder) {
    this.#order = order;
    this.#library = runsOf(order.libraryUrl);
    this.#view = startView(order.target);
  }

  /** Creates the embed and reports how that went. */
  start(): void {
    if (this.#library.live.size >= mostEmbeds) {
      this.#order.events.failed({
        code: "embed_failed",
        detail: `At most ${mostEmbeds} MicroStrategy items can be open in one page. Close one, then try again.`,
      });
      return;
    }
    this.#library.live.add(this);
    void this.#attempt(() => this.#order.take());
  }

  /**
   * Asks for a grant that nobody will use: it keeps the broker's own session alive while an item is open. A failure is no
   * news here, because the frame's own session tells when it ends.
   */
  keepAlive(): void {
    if (this.#current?.stage === "loaded") this.#nextGrant().catch(() => undefined);
  }

  /**
   * Shows another item in the frame that is there, which spares its loading and its login (vendor docs: goToPage). A
   * frame that cannot after all is replaced by a new one.
   *
   * @returns false when this embed cannot even try: then end it and start another one
   */
  moveTo(next: RunOrder): boolean {
    const current = this.#current;
    if (this.#moving || current?.stage !== "loaded" || !current.goToPage || !mayFollow(this.#order, next)) return false;
    this.#order = next;
    this.#view = startView(next.target);
    void this.#move(current, current.goToPage);
    return true;
  }

  async #move(attempt: Try, goToPage: GoToPage): Promise<void> {
    this.#moving = true;
    Object.assign(attempt, armed());
    const watchdog = setTimeout(() => attempt.fail(new Overdue()), watchdogMs);
    try {
      await Promise.race([this.#arrive(attempt, goToPage), attempt.failed]);
      if (attempt.over) return;
      titleFrames(attempt.placeholder, this.#order.title);
      this.#order.events.interactive();
    } catch (error) {
      if (attempt.over || error instanceof Abandoned) return;
      if (!(error instanceof CannotMove)) return this.#failEverybody(attempt, problemOf(error, "page"), false);
      this.#drop();
      void this.#attempt(() => Promise.resolve(error.grant));
    } finally {
      clearTimeout(watchdog);
      this.#moving = false;
      attempt.arrived = undefined;
    }
  }

  /** Resolves when the frame's page says that it shows the item. @throws CannotMove when a new frame is needed */
  async #arrive(attempt: Try, goToPage: GoToPage): Promise<void> {
    const { libraryUrl, kind, target, take, events } = this.#order;
    const { projectId = "", objectId = "", pageKey } = target;
    // The portal decides about every item. The token itself is for a new frame, should one be needed.
    const grant = await take();
    // A frame never goes from one user to another.
    if (grant.userId !== attempt.userId) throw new CannotMove(grant);
    if (grant.userId) await endForeignSession(libraryUrl, grant.userId);
    if (attempt.over) return;
    events.loading("the first page");
    const loaded = new Promise<unknown>((resolve) => {
      attempt.arrived = resolve;
    });
    const cannot = () => {
      throw new CannotMove(grant);
    };
    const going = async () => goToPage({ projectId, objectId, ...(pageKey ? { pageKey } : {}) });
    await within(replyMs, going()).catch(cannot);
    if ((await loaded) !== pageTypes[kind]) cannot();
  }

  /** Takes the embed off the page; nothing is reported afterwards. */
  stop(): void {
    this.#stopped = true;
    this.#library.live.delete(this);
    // An embed that is logging in leaves its mark on the Library until every embed is gone (measured).
    const unfinished = this.#current && this.#current.stage !== "loaded" && this.#current.stage !== "page";
    this.#drop();
    if (unfinished) for (const other of this.#library.live) other.#rebuild();
  }

  /**
   * Rebuilds with a new token, keeping page and filters. Gives up when that happens too often.
   *
   * @param keep whether what is on the screen may stay there until the new one is ready
   */
  #rebuild(keep = false): void {
    if (this.#stopped) return;
    const now = Date.now();
    this.#rebuilds = [...this.#rebuilds.filter((at) => now - at < rebuildWindowMs), now];
    if (keep && this.#rebuilds.length <= rebuildLimit) this.#retire();
    else this.#drop();
    if (this.#rebuilds.length > rebuildLimit) {
      this.#order.events.failed({ code: "embed_session_lost" });
      return;
    }
    this.#order.events.renewing();
    void this.#attempt(() => this.#nextGrant());
  }

  /** Ends the current try, whatever it was doing, and takes everything off the page. */
  #drop(): void {
    this.#retire();
    this.#removeRetired();
  }

  /** Ends the current try but leaves what it shows on the page, until {@link Run.#removeRetired}. */
  #retire(): void {
    const current = this.#current;
    this.#current = undefined;
    if (!current) return;
    current.over = true;
    // Ends the try's race, so that the queue moves on.
    current.fail(new Abandoned());
    this.#retired.push(current.placeholder);
  }

  #removeRetired(): void {
    for (const placeholder of this.#retired.splice(0)) this.#destroy(placeholder);
  }

  #destroy(placeholder: HTMLElement): void {
    try {
      if (this.#order.kind === "dashboard" || !this.#sdk?.embeddingContexts?.destroyEmbedPage)
        this.#sdk?.dossier.destroy({ placeholder });
      else this.#sdk.embeddingContexts.destroyEmbedPage({ placeholder });
    } finally {
      placeholder.remove();
    }
  }

  async #attempt(firstGrant: () => Promise<Grant>): Promise<void> {
    const attempt = this.#newTry();
    const watchdog = setTimeout(() => attempt.fail(new Overdue()), watchdogMs);
    try {
      await Promise.race([this.#create(attempt, firstGrant), attempt.failed]);
      if (attempt.over) return;
      this.#removeRetired();
      attempt.placeholder.style.visibility = "visible";
      this.#order.events.interactive();
    } catch (error) {
      if (attempt.over || error instanceof Abandoned) return;
      this.#failEverybody(attempt, problemOf(error, attempt.stage));
    } finally {
      clearTimeout(watchdog);
    }
  }

  #newTry(): Try {
    const placeholder = document.createElement("div");
    // The SDK writes 800 by 600 pixels where the element's own style says nothing (measured).
    placeholder.style.cssText = "position:absolute;inset:0;width:100%;height:100%";
    if (this.#retired.length > 0) placeholder.style.visibility = "hidden";
    this.#order.container.append(placeholder);
    const attempt: Try = {
      placeholder,
      ...armed(),
      stage: "script",
      tokens: 0,
      over: false,
      userId: "",
    };
    this.#current = attempt;
    return attempt;
  }

  async #create(attempt: Try, firstGrant: () => Promise<Grant>): Promise<void> {
    const { libraryUrl, title } = this.#order;
    const script = loadSdk(sdkAddress(libraryUrl));
    script.catch(() => undefined);
    // When both fail, the broker knows better why.
    const grant = await firstGrant();
    attempt.userId = grant.userId;
    if (grant.userId) await endForeignSession(libraryUrl, grant.userId);
    const sdk = await script;
    await this.#turn(attempt, async () => {
      if (attempt.over) return;
      this.#sdk = sdk;
      attempt.stage = "login";
      this.#waitingFor("MicroStrategy to sign you in");
      const undo = [
        watchFrames(attempt, title, new URL(libraryUrl).origin),
        hearLostRejections(sdkAddress(libraryUrl), attempt),
      ];
      try {
        await this.#open(sdk, attempt, grant);
      } finally {
        for (const one of undo) one();
      }
    });
  }

  /** A rebuild behind the old frame is no loading for the person who looks at it. */
  #waitingFor(what: string): void {
    if (this.#retired.length === 0) this.#order.events.loading(what);
  }

  /** Creates go one after the other, so that one that is abandoned half-way cannot leave others waiting. */
  async #turn(attempt: Try, work: () => Promise<void>): Promise<void> {
    const before = this.#library.queue;
    const mine = before.then(() => Promise.race([work(), attempt.failed]));
    this.#library.queue = mine.then(
      () => undefined,
      () => undefined,
    );
    await mine;
  }

  /** Resolves when the page is on the screen: the SDK's promise and the page's own load event. */
  async #open(sdk: EmbeddingSdk, attempt: Try, grant: Grant): Promise<void> {
    let shown: () => void = () => undefined;
    const loaded = new Promise<void>((resolve) => {
      shown = resolve;
    });
    let heard = false;
    const common: CommonProps = {
      placeholder: attempt.placeholder,
      enableCustomAuthentication: true,
      customAuthenticationType: sdk.dossier.CustomAuthenticationType?.IDENTITY_TOKEN,
      disableErrorPopupWindow: true,
      getLoginToken: () => this.#nextToken(attempt, grant),
      errorHandler: (error) => attempt.fail(new PageError(error)),
      sessionErrorHandler: () => this.#sessionLost(attempt),
      onMsgRouterReadyHandler: ({ MsgRouter: router }) => {
        heard = true;
        this.#listen(router, attempt, shown);
      },
      ...(this.#view.filters.length > 0 ? { filters: this.#view.filters } : {}),
      ...(this.#view.pageKey ? { pageKey: this.#view.pageKey } : {}),
    };
    const opened = await this.#call(sdk, common);
    // Builds that do not know the handler have nothing but their promise.
    if (heard) await loaded;
    attempt.goToPage = heard ? goToPageOf(opened) : undefined;
    // Pages of older Libraries do not list their chapters themselves.
    if (this.#chapters.size === 0 && "getChapterList" in opened) this.#chapters = chaptersIn(opened.getChapterList?.());
    attempt.stage = "loaded";
  }

  #call(sdk: EmbeddingSdk, common: CommonProps): Promise<Dossier | EmbeddingContext> {
    const { libraryUrl, kind, target } = this.#order;
    const { projectId = "", objectId = "" } = target;
    if (kind === "dashboard")
      return sdk.dossier.create({ ...common, serverURL: libraryUrl, applicationID: projectId, objectID: objectId });
    const contexts = sdk.embeddingContexts;
    const embed = {
      library: contexts?.embedLibraryPage,
      report: contexts?.embedReportPage,
      bot: contexts?.embedBotConsumptionPage,
      document: contexts?.embedDocumentConsumptionPage,
    }[kind];
    if (!embed)
      throw new EmbedFailure("embed_failed", `This Library's version cannot show a ${kind} inside the portal.`);
    return embed({ ...common, serverUrl: libraryUrl, ...(kind === "library" ? {} : { projectId, objectId }) });
  }

  #listen(router: MsgRouter, attempt: Try, shown: () => void): void {
    if (attempt.over) return;
    // A frame that reloads by itself leaves its objects dead and deaf (measured): build it anew.
    if (attempt.stage === "loaded") {
      this.#sessionLost(attempt);
      return;
    }
    attempt.stage = "page";
    this.#waitingFor("the first page");
    const on = (name: string, handler: (value: unknown) => void) =>
      router.registerEventHandler(name, (value) => {
        if (!attempt.over) handler(value);
      });
    for (const name of ["onPageLoaded", "onEmbedPageLoaded", "onLibraryPageLoaded"]) on(name, shown);
    on("onEmbedPageLoaded", (value) => attempt.arrived?.(pageTypeIn(value)));
    const onView = (name: string, after: (view: View, value: unknown) => View) =>
      on(name, (value) => {
        // What the item before still says is not about this one.
        if (!this.#moving) this.#view = after(this.#view, value);
      });
    on("onDossierConsumptionPageLoaded", (value) => {
      this.#chapters = chaptersIn(tocIn(value));
    });
    onView("onPageSwitched", (view, value) => afterPageSwitch(view, value, this.#chapters));
    onView("onFilterUpdated", afterFilterUpdate);
    // Not every API takes the handlers as properties: the router hears for all of them.
    on("onError", (value) => this.#pageError(attempt, (value ?? {}) as SdkError));
    on("onSessionError", () => this.#sessionLost(attempt));
  }

  #pageError(attempt: Try, error: SdkError): void {
    // The SDK's promise would stay pending for ever.
    if (attempt.stage !== "loaded") attempt.fail(new PageError(error));
    else if (isSessionError(error)) this.#sessionLost(attempt);
    else this.#failEverybody(attempt, pageProblem(error), false);
  }

  #sessionLost(attempt: Try): void {
    if (!attempt.over) this.#rebuild(attempt.stage === "loaded");
  }

  /**
   * What the SDK calls for every login, also several times at once: a token no embed has had before. A call for a
   * dashboard that is there means that the SDK logs in by itself, after which its object is dead (measured). It can be the
   * first one, when the browser had a session of the user already; the token of that time is over then.
   */
  async #nextToken(attempt: Try, first: Grant): Promise<string> {
    attempt.tokens += 1;
    if (attempt.stage === "login") attempt.stage = "token";
    const loaded = attempt.stage === "loaded";
    if (attempt.tokens === 1 && !loaded) return first.identityToken;
    if (loaded && this.#order.kind === "dashboard") {
      this.#sessionLost(attempt);
      throw new Abandoned();
    }
    try {
      return (await this.#nextGrant()).identityToken;
    } catch (error) {
      attempt.fail(error);
      throw error;
    }
  }

  /** One after the other: grants asked for at once would be one and the same. */
  #nextGrant(): Promise<Grant> {
    const next = this.#grants.then(() => this.#order.renew());
    this.#grants = next.catch(() => undefined);
    return next;
  }

  /**
   * Ends a try that failed. After a failed login the Library stays marked "logging in" until every embed of it is
   * destroyed (measured), so the others are rebuilt.
   */
  #failEverybody(
    attempt: Try,
    problem: EmbedProblem,
    shared = attempt.stage !== "page" && attempt.stage !== "script",
  ): void {
    if (attempt.over) return;
    this.#drop();
    if (shared) for (const other of this.#library.live) if (other !== this) other.#rebuild();
    this.#order.events.failed(problem);
  }
}

/** The try was given up on purpose. */
class Abandoned extends Error {}
/** The watchdog struck. */
class Overdue extends Error {}
/** The frame that is there cannot show the item: a new one is to be made, with the grant that was for it. */
class CannotMove extends Error {
  constructor(readonly grant: Grant) {
    super("a new frame is needed");
  }
}
/** The page reported an error while it loaded. */
class PageError extends Error {
  constructor(readonly error: SdkError) {
    super("page error");
  }
}

/** Whether an embed of one item may become one of the other. The SDK takes no filters along. */
const mayFollow = (one: RunOrder, next: RunOrder) =>
  one.libraryUrl === next.libraryUrl &&
  one.container === next.container &&
  one.kind === next.kind &&
  pageTypes[next.kind] !== undefined &&
  next.target.filters === undefined;

/** A dashboard's context is asked for; the other kinds' is what the SDK gave out. */
function goToPageOf(opened: Dossier | EmbeddingContext): GoToPage | undefined {
  const context: EmbeddingContext | undefined =
    "getEmbeddingContext" in opened ? opened.getEmbeddingContext?.() : (opened as EmbeddingContext);
  return context?.goToPage?.bind(context);
}

const pageTypeIn = (value: unknown): unknown =>
  value !== null && typeof value === "object" && "pageType" in value ? value.pageType : undefined;

const tocIn = (value: unknown): unknown =>
  value !== null && typeof value === "object" && "toc" in value ? value.toc : undefined;

/** Rejects when a promise takes longer than this. */
function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Overdue()), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function titleFrames(placeholder: HTMLElement, title: string): void {
  for (const frame of placeholder.querySelectorAll("iframe")) frame.title = title;
}

const isSessionError = ({ statusCode, errorCode, iServerErrorCode }: SdkError) =>
  statusCode === 401 || sameCode(errorCode, "ERR009") || saysSessionGone(iServerErrorCode);

/**
 * Looks after the frames that the SDK makes: gives them a title, which the SDK does not, and fails the try when one has
 * loaded and says nothing. The SDK would wait for ever for a page that refuses to be framed (measured).
 */
function watchFrames(attempt: Try, title: string, libraryOrigin: string): () => void {
  let heard = false;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const hear = (event: MessageEvent) => {
    if (event.origin === libraryOrigin) heard = true;
  };
  const loaded = (event: Event) => {
    if (isEmptyDocument(event.currentTarget as HTMLIFrameElement)) return;
    clearTimeout(silence);
    silence = setTimeout(() => {
      if (!heard) attempt.fail(new EmbedFailure("embed_blocked"));
    }, silenceMs);
  };
  const known = new WeakSet<HTMLIFrameElement>();
  const look = () => {
    for (const frame of attempt.placeholder.querySelectorAll("iframe")) {
      if (known.has(frame)) continue;
      known.add(frame);
      frame.title = title;
      frame.addEventListener("load", loaded);
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(attempt.placeholder, { childList: true, subtree: true });
  window.addEventListener("message", hear);
  return () => {
    look();
    clearTimeout(silence);
    observer.disconnect();
    window.removeEventListener("message", hear);
  };
}

/** Every frame starts with an empty document of the portal's own origin; a page of the Library cannot be read. */
function isEmptyDocument(frame: HTMLIFrameElement): boolean {
  try {
    return frame.contentWindow?.location.href === "about:blank";
  } catch {
    return false;
  }
}

/** Builds up to January 2024 do not reject when a login is refused: the reason only surfaces here (measured). */
function hearLostRejections(scriptAddress: string, attempt: Try): () => void {
  const hear = ({ reason }: PromiseRejectionEvent) => {
    if (reason instanceof Error && reason.stack?.includes(scriptAddress)) attempt.fail(reason);
  };
  window.addEventListener("unhandledrejection", hear);
  return () => window.removeEventListener("unhandledrejection", hear);
}

/** Puts what went wrong under a name from the portal's list. */
function problemOf(error: unknown, stage: Try["stage"]): EmbedProblem {
  if (isGrantRefused(error)) return error.problem;
  if (isEmbedFailure(error)) return error.detail ? { code: error.code, detail: error.detail } : { code: error.code };
  if (error instanceof PageError) return pageProblem(error.error);
  if (error instanceof Overdue) return { code: "embed_timeout" };
  // Rejections are wrapped in one or two "Error:" (measured): look for words, not for the whole.
  const text = error instanceof Error ? error.message : "";
  if (/cookie/i.test(text)) return { code: "cookies_blocked" };
  if (stage === "token" || /log ?in|token/i.test(text)) return { code: "embed_refused" };
  return { code: "embed_failed" };
}

function pageProblem(error: SdkError): EmbedProblem {
  const meaning = meaningOf(error.iServerErrorCode);
  if (meaning) return { code: meaning };
  if (isSessionError(error)) return { code: "embed_session_lost" };
  if (error.statusCode === 404 || sameCode(error.errorCode, "ERR004")) return { code: "item_missing" };
  if (error.statusCode === 403 || sameCode(error.errorCode, "ERR0017") || sameCode(error.errorCode, "ERR0014"))
    return { code: "account_forbidden" };
  const ticket = /^[0-9a-f]{32}$/i.test(error.ticketId ?? "") ? error.ticketId : null;
  if (!ticket) return { code: "embed_failed" };
  return { code: "embed_failed", detail: `MicroStrategy could not show this item. Its own reference is ${ticket}.` };
}
