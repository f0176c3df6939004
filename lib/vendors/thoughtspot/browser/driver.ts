"use client";
/**
 * One embed from its start to its end: signs in, constructs the SDK's component, turns what SDK and application say
 * into the portal's reports, watches for silence, and rebuilds once when the application gives up its sign-in.
 */
import type { EmbedHost, EmbedProblem } from "@/lib/vendors/embed-host";
import { GrantRefused, isGrantRefused } from "@/lib/vendors/embed-host";
import type { EmbedItem } from "@/lib/vendors/vendor";
import {
  type BrowserConfig,
  type Filter,
  filtersOf,
  type Grant,
  localeOf,
  message,
  readError,
  readFilterChange,
  rendersBoard,
  sameAccount,
  scopeOf,
  searchWithFilters,
  styleOf,
} from "../protocol";
import { answersAtAll, diagnoseSignIn, onFrameRefused, silentFrame, unreachable } from "./diagnosis";
import { type AuthNews, desk, emptyCache, forgetSignIn, initOnce, listen, loadSdk, type Sdk } from "./sdk";
import { endForeignSession, noteSession } from "./session";
import type { TokenOwner } from "./token-desk";

export interface RunOptions {
  readonly host: Pick<EmbedHost<Grant>, "grant" | "report" | "userId" | "locale">;
  readonly theme: "light" | "dark";
  readonly item: EmbedItem;
  readonly browser: BrowserConfig;
  /** Empty element that the SDK may fill. */
  readonly place: HTMLElement;
}

export interface Run {
  stop(): void;
  setTheme(theme: "light" | "dark"): void;
}

/** The part of the SDK's components that is used; they share no narrower public type. */
interface Component {
  on(type: string, callback: (payload: unknown) => void): unknown;
  render(): Promise<unknown>;
  trigger(type: string, payload: unknown): Promise<unknown>;
  destroy(): void;
}

/** The frame gives up after ten seconds; these come first, because they know the cause. */
const silenceAfterLoadMs = 4_500;
const silenceMs = 9_000;
/** When nothing has come by then, the portal looks whether the host answers at all, so as to know at the end. */
const doubtMs = 5_500;
/** The application may lose its sign-in once in this time and is then rebuilt; more often is a failure. */
const rebuildEveryMs = 60_000;

const idleTypes = new Set(["IDLE_SESSION_TIMEOUT", "OTHER", "UNAUTHENTICATED_FAILURE"]);

export function startRun({ host, theme, item, browser, place }: RunOptions): Run {
  return new EmbedRun(host, theme, item, browser, place).start();
}

class EmbedRun implements Run {
  readonly #owner: TokenOwner;
  #theme: "light" | "dark";
  #shownTheme: "light" | "dark";
  #sdk: Sdk | undefined;
  #component: Component | undefined;
  #stopped = false;

  // Proofs of the current component
  #loaded = false;
  #asked = false;
  #confirmed = false;
  #rendered = false;
  #complained = false;

  /** Both proofs were there once; a rebuild does not take it back. */
  #interactive = false;
  /** What the portal's grant says, to compare with what ThoughtSpot says. */
  #expected: string | undefined;
  #token: string | undefined;
  /** Only in cookie mode. */
  #username: string | undefined;
  #refusal: EmbedProblem | undefined;
  #triedAgain = false;
  #rebuiltAt = Number.NEGATIVE_INFINITY;
  #unwatchFrame: (() => void) | undefined;
  #hostAnswers: Promise<boolean> | undefined;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    readonly host: RunOptions["host"],
    theme: "light" | "dark",
    readonly item: EmbedItem,
    readonly browser: BrowserConfig,
    readonly place: HTMLElement,
  ) {
    this.#theme = theme;
    this.#shownTheme = theme;
    const keep = (grant: Grant) => {
      // Somebody else has signed in to the portal in another tab: this page is the former user's.
      if (this.#expected !== undefined && !sameAccount(grant.username, this.#expected))
        throw new GrantRefused({ code: "unauthenticated" });
      this.#expected = grant.username;
      this.#token = grant.token;
      return grant;
    };
    this.#owner = {
      scope: `${host.userId} ${scopeOf(item)}`,
      isUnchecked: !browser.tokenCheck,
      take: async () => keep(await host.grant.take()),
      renew: async () => keep(await host.grant.renew()),
      renewing: () => this.#interactive && this.#report({ state: "renewing" }),
      renewed: () => this.#interactive && this.#report({ state: "interactive" }),
      refused: (error) => {
        this.#refusal = isGrantRefused(error) ? error.problem : { code: "portal_failed" };
      },
    };
  }

  start(): this {
    this.#unwatchFrame = onFrameRefused(this.browser.host, () => !this.#asked && this.#fail(silentFrame(true)));
    this.#after("doubt", doubtMs, () => this.#asked || this.#probe());
    this.#after("silence", silenceMs, () => void this.#explainSilence());
    this.#begin().catch((error: unknown) => {
      this.#fail(isGrantRefused(error) ? error.problem : { code: "embed_failed" });
    });
    return this;
  }

  async #begin(): Promise<void> {
    const { host, browser } = this;
    let sdk: Sdk;
    try {
      sdk = await loadSdk();
    } catch {
      this.#fail({ code: "sdk_unavailable" });
      return;
    }
    if (this.#stopped) return;
    this.#sdk = sdk;
    listen((news) => this.#hear(news));
    if (!desk.claim(this.#owner).cacheFits) emptyCache(sdk);
    if (browser.login === "cookie") {
      // The SDK takes any live session for the user's own: make sure that it is, before anything is shown.
      this.#username = (await this.#owner.take()).username;
      await endForeignSession(browser.host, this.#username);
      if (this.#stopped) return;
      noteSession(browser.host);
      forgetSignIn();
    }
    initOnce(sdk, browser, host.userId, this.#username);
    this.#report({ state: "loading", waitingFor: "ThoughtSpot to sign you in" });
    this.#build(sdk);
  }

  #build(sdk: Sdk): void {
    this.#shownTheme = this.#theme;
    const component = construct(sdk, this.place, this.item, {
      theme: this.#theme,
      locale: localeOf(this.host.locale),
      filters: filtersOf(this.item, location.search),
    });
    this.#component = component;
    component.on(message.load, () => this.#onLoad());
    component.on(message.appInit, () => this.#onAsked());
    component.on(message.authInit, () => this.#onSignedIn());
    component.on(message.ready, () => rendersBoard(this.item) || this.#onRendered());
    component.on(message.rendered, () => this.#onRendered());
    component.on(message.error, (payload) => this.#onError(payload));
    component.on(message.authExpired, () => this.#onExpired(sdk));
    component.on(message.filterChanged, (payload) => rememberFilters(readFilterChange(payload)));
    component.render().catch(() => this.#fail({ code: "embed_failed" }));
  }

  // What the application says

  #onLoad(): void {
    this.#loaded = true;
    if (!this.#asked) this.#after("load", silenceAfterLoadMs, () => void this.#explainSilence());
  }

  #onAsked(): void {
    this.#asked = true;
    this.#clear("load");
    if (!this.#interactive) this.#report({ state: "loading", waitingFor: "ThoughtSpot to open this item" });
  }

  /** The application is signed in. If the SDK gave it a token of an earlier item, begin again with the right one. */
  #onSignedIn(): void {
    if (this.#hasForeignToken()) this.#rebuild();
  }

  #hasForeignToken(): boolean {
    return this.browser.login === "cookieless" && !desk.holdsFor(this.#owner);
  }

  #onExpired(sdk: Sdk): void {
    // The SDK is about to ask whether it is signed in, and its cached bearer would say yes although the session is gone.
    if (this.browser.login === "cookie") emptyCache(sdk);
    if (this.#interactive) this.#report({ state: "renewing" });
  }

  #onRendered(): void {
    this.#rendered = true;
    this.#settle();
  }

  #onError(payload: unknown): void {
    const { errorType, code } = readError(payload);
    // A network warning passes by itself: the SDK reloads the frame when the network is back. Once the item is shown,
    // errors belong to what the user does inside and are told there.
    if (errorType === "NETWORK" || code === "LOGIN_FAILED" || this.#interactive) return;
    if (this.#hasForeignToken()) this.#rebuild();
    else if (code === "FORBIDDEN") this.#fail({ code: "account_forbidden" });
    else if (code === "NOT_FOUND") this.#fail({ code: "item_missing" });
    // Perhaps only one tile: the item may yet appear. If it does not, this is why.
    else this.#complained = true;
  }

  // What the SDK says about the sign-in

  #hear(news: AuthNews): void {
    if (this.#stopped) return;
    if (news.kind === "confirmed") this.#onConfirmed(news.username);
    else if (news.kind === "signed-out") this.#fail({ code: "embed_session_lost" });
    else if (news.kind === "failure") this.#onFailure(news.type);
    else if (this.#interactive && this.#rendered) this.#report({ state: "interactive" });
    else if (!this.#interactive && !this.#loaded) this.#report({ state: "loading", waitingFor: "ThoughtSpot to load" });
  }

  #onFailure(type: string): void {
    if (type === "NO_COOKIE_ACCESS") this.#fail({ code: "cookies_blocked" });
    // Expiry is told after the SDK has answered it: unless a failure came before, the sign-in is good again.
    else if (type === "EXPIRY") this.#interactive && this.#rendered && this.#report({ state: "interactive" });
    else if (type === "SDK") void this.#onSignInFailed();
    else if (idleTypes.has(type)) this.#onLost();
  }

  #onConfirmed(username: string | undefined): void {
    if (username !== undefined && this.#expected !== undefined && !sameAccount(username, this.#expected)) {
      // Another person's session answered: nothing of it may stay on the page.
      this.#fail({
        code: "embed_refused",
        detail: "ThoughtSpot is signed in as somebody else in this browser. Close its other windows and try again.",
      });
      return;
    }
    this.#confirmed = true;
    this.#settle();
  }

  async #onSignInFailed(): Promise<void> {
    const problem = this.#refusal ?? (await this.#diagnose());
    const sdk = this.#sdk;
    if (this.#stopped) return;
    if (problem.code !== "embed_refused" || this.#triedAgain || this.#refusal || !sdk) {
      this.#fail(problem);
      return;
    }
    // The portal thought that its token was alive; ThoughtSpot has ended it (a restart, an administrator): one new one.
    this.#triedAgain = true;
    desk.rejectCurrent();
    this.#tearDown();
    initOnce(sdk, this.browser, this.host.userId, this.#username);
    this.#build(sdk);
  }

  /** Idle, or given up: the SDK keeps the frame in the first case and removes it in the second. */
  #onLost(): void {
    const isFrameThere = this.place.querySelector("iframe") !== null;
    if (isFrameThere) {
      if (this.#interactive) this.#report({ state: "renewing" });
      return;
    }
    if (this.#refusal) this.#fail(this.#refusal);
    else if (this.browser.login === "cookie" && !this.#interactive) this.#fail({ code: "cookies_blocked" });
    else void this.#rebuildUnlessTold();
  }

  /** The frame is gone. ThoughtSpot may say why: then another one would go as well. */
  async #rebuildUnlessTold(): Promise<void> {
    const problem = await this.#diagnose();
    if (this.#stopped) return;
    if (problem.code === "embed_refused") this.#rebuild();
    else this.#fail(problem);
  }

  #diagnose(): Promise<EmbedProblem> {
    const { host, login } = this.browser;
    return diagnoseSignIn({ host, token: this.#token, opensSession: login === "cookie", username: this.#username });
  }

  // Ends and beginnings

  /** Interactive on both proofs: the SDK's confirmed sign-in, and the item on the screen. */
  #settle(): void {
    if (!this.#confirmed || !this.#rendered) return;
    this.#clear("silence");
    this.#clear("doubt");
    this.#interactive = true;
    this.#report({ state: "interactive" });
    this.#restyle();
  }

  /** A new frame with a new token, in place. Filters come back from the page's address. */
  #rebuild(): void {
    const sdk = this.#sdk;
    if (this.#stopped || !sdk) return;
    const now = performance.now();
    if (now - this.#rebuiltAt < rebuildEveryMs) {
      this.#fail({ code: "embed_session_lost" });
      return;
    }
    this.#rebuiltAt = now;
    desk.rejectCurrent();
    emptyCache(sdk);
    this.#tearDown();
    this.#report(
      this.#interactive ? { state: "renewing" } : { state: "loading", waitingFor: "ThoughtSpot to sign you in again" },
    );
    this.#after("silence", silenceMs, () => this.#fail({ code: "embed_session_lost" }));
    if (this.browser.login === "cookie") {
      forgetSignIn();
      initOnce(sdk, this.browser, this.host.userId, this.#username);
    }
    this.#build(sdk);
  }

  #tearDown(): void {
    this.#component?.destroy();
    this.#component = undefined;
    this.place.replaceChildren();
    this.#loaded = false;
    this.#asked = false;
    this.#confirmed = false;
    this.#rendered = false;
    this.#complained = false;
    this.#refusal = undefined;
  }

  /** Whether the host answers at all, asked once. */
  #probe(): Promise<boolean> {
    this.#hostAnswers ??= answersAtAll(this.browser.host);
    return this.#hostAnswers;
  }

  async #explainSilence(): Promise<void> {
    // A sign-in that hangs would hang the next try as well: that one begins anew.
    forgetSignIn();
    if (this.#complained) this.#fail({ code: "embed_failed" });
    else if (this.#asked) this.#fail({ code: "embed_timeout" });
    else if (!(await this.#probe())) this.#fail(unreachable(this.browser.host));
    else if (!this.#asked) this.#fail(this.#loaded ? silentFrame(false) : { code: "embed_timeout" });
  }

  #report(report: Parameters<RunOptions["host"]["report"]>[0]): void {
    if (!this.#stopped) this.host.report(report);
  }

  #fail(problem: EmbedProblem): void {
    if (this.#stopped) return;
    this.#report({ state: "failed", problem });
    this.stop();
  }

  #after(name: string, ms: number, action: () => void): void {
    this.#clear(name);
    this.#timers.set(name, setTimeout(action, ms));
  }

  #clear(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  setTheme(theme: "light" | "dark"): void {
    this.#theme = theme;
    if (this.#interactive) this.#restyle();
  }

  /** Shows the portal's theme without a reload: filters and scroll stay. */
  #restyle(): void {
    if (this.#theme === this.#shownTheme) return;
    this.#shownTheme = this.#theme;
    this.#component?.trigger("updateEmbedParams", { customisations: styleOf(this.#theme) }).catch(() => {});
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const name of [...this.#timers.keys()]) this.#clear(name);
    this.#unwatchFrame?.();
    this.#component?.destroy();
    const sdk = this.#sdk;
    if (!desk.release(this.#owner)) return;
    listen(undefined);
    // React may mount the same embed again at once (StrictMode): only a page without an embed forgets the token.
    if (sdk)
      setTimeout(() => {
        if (!desk.owner) emptyCache(sdk);
      }, 0);
  }
}

function construct(
  sdk: Sdk,
  place: HTMLElement,
  item: EmbedItem,
  look: { theme: "light" | "dark"; locale: string; filters: readonly Filter[] },
): Component {
  const { target } = item;
  const common = {
    frameParams: { title: item.title },
    customizations: styleOf(look.theme),
    locale: look.locale,
    runtimeFilters: look.filters.map((filter) => ({
      columnName: filter.columnName,
      operator: sdk.RuntimeFilterOp.IN,
      values: [...filter.values],
    })),
  };
  const search = {
    ...(target.modelId ? { dataSource: target.modelId } : {}),
    ...(target.query ? { searchOptions: { searchTokenString: target.query, executeSearch: true } } : {}),
  };
  const component = ((): unknown => {
    switch (item.kind) {
      case "answer":
        return new sdk.SearchEmbed(place, { ...common, answerId: target.answerId });
      case "search":
        return new sdk.SearchEmbed(place, { ...common, ...search });
      case "search-bar": {
        // The only component that takes no element: give the element an address.
        place.id ||= `thoughtspot-${item.slug}`;
        return new sdk.SearchBarEmbed(`#${place.id}`, { ...common, ...search });
      }
      case "spotter":
        return new sdk.SpotterEmbed(place, {
          ...common,
          worksheetId: target.modelId ?? "",
          ...(target.query ? { searchOptions: { searchQuery: target.query } } : {}),
        });
      case "app":
        return new sdk.AppEmbed(place, {
          ...common,
          showPrimaryNavbar: target.navigation === "shown",
          path: target.page ?? "home",
        });
      default:
        return new sdk.LiveboardEmbed(place, {
          ...common,
          liveboardId: target.liveboardId,
          ...(target.vizId ? { vizId: target.vizId } : {}),
          ...(target.tabId ? { activeTabId: target.tabId } : {}),
          ...(target.viewId ? { personalizedViewId: target.viewId } : {}),
        });
    }
  })();
  return component as Component;
}

/** Keeps the filters in the page's address: reloads, renewals and links open with them. */
export function rememberFilters(filters: readonly Filter[] | undefined): void {
  if (!filters) return;
  const next = searchWithFilters(location.search, filters);
  if (next !== location.search)
    window.history.replaceState(window.history.state, "", `${location.pathname}${next}${location.hash}`);
}
