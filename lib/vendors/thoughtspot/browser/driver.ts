"use client";
/** Drives one ThoughtSpot embed from its start to its end: runs what the state machine (state.ts) decides. */
import { createMachine, type EmbedDriver, Timers } from "../../driver";
import { type EmbedHost, type EmbedProblem, GrantRefused, isGrantRefused } from "../../embed-host";
import { onFrameRefused } from "../../frame-refusals";
import type { EmbedItem } from "../../vendor";
import {
  type BrowserConfig,
  type Grant,
  message,
  readError,
  readFilterChange,
  readRoute,
  rendersBoard,
  sameAccount,
  scopeOf,
  styleOf,
} from "../protocol";
import { type Component, construct } from "./components";
import { answersAtAll, diagnoseSignIn, silentFrame, unreachable } from "./diagnosis";
import { type AuthEvent, emptyCache, forgetSignIn, initOnce, listen, loadSdk, type Sdk, tokenProvider } from "./sdk";
import { type Effect, type Event, initialState, reduce, startTimers, type TimerName } from "./state";
import { ShownTabs } from "./tabs";
import { endForeignThoughtSpotSession, noteThoughtSpotSession } from "./thoughtspot-session";
import type { TokenOwner } from "./token-provider";

/** What one embed is started with. */
export interface EmbedOrder {
  readonly host: Pick<EmbedHost<Grant>, "grant" | "report" | "note" | "userId" | "locale" | "view">;
  readonly theme: "light" | "dark";
  readonly item: EmbedItem;
  readonly browser: BrowserConfig;
  /** Empty element that the SDK may fill. */
  readonly container: HTMLElement;
}

const problemOf = (error: unknown, otherwise: EmbedProblem): EmbedProblem =>
  isGrantRefused(error) ? error.problem : otherwise;

export function createDriver({
  host,
  theme: firstTheme,
  item,
  browser,
  container,
}: EmbedOrder): EmbedDriver<EmbedOrder> {
  const timers = new Timers<TimerName>();
  const machine = createMachine(initialState(browser.login), reduce, perform, host.note);
  const send = (event: Event) => machine.send(event);
  let theme = firstTheme;
  let shownTheme = firstTheme;
  let sdk: Sdk | undefined;
  let component: Component | undefined;
  let token: string | undefined;
  /** Only with the login `cookie`, where the login step must name the user of the token. */
  let username: string | undefined;
  let stopped = false;
  let unwatchFrame = () => {};
  let hostAnswers: Promise<boolean> | undefined;

  const owner: TokenOwner = {
    scope: `${host.userId} ${scopeOf(item)}`,
    isUnchecked: !browser.tokenCheck,
    take: async () => keep(await host.grant.take()),
    renew: async () => keep(await host.grant.renew()),
    renewing: () => send({ type: "renewing" }),
    renewed: () => send({ type: "renewed" }),
    refused: (error) => send({ type: "grant-refused", problem: problemOf(error, { code: "portal_failed" }) }),
  };

  function keep(grant: Grant): Grant {
    const { account } = machine.state;
    // Another user has signed in to the portal in another tab: this page is the former user's.
    if (account !== undefined && !sameAccount(grant.username, account))
      throw new GrantRefused({ code: "unauthenticated" });
    token = grant.token;
    send({ type: "granted", account: grant.username });
    return grant;
  }

  /** Loads the SDK and prepares the page for this user. What follows is the machine's. */
  async function prepare(): Promise<void> {
    try {
      sdk = await loadSdk();
    } catch {
      send({ type: "failed", problem: { code: "sdk_unavailable" } });
      return;
    }
    if (stopped) return;
    listen(hear);
    if (!tokenProvider.claim(owner).cacheFits) emptyCache(sdk);
    if (browser.login === "cookie") {
      // The SDK takes any live session for the user's own: make sure that it is, before anything is shown.
      username = (await owner.take()).username;
      await endForeignThoughtSpotSession(browser.host, username);
      if (stopped) return;
      noteThoughtSpotSession(browser.host);
      forgetSignIn();
    }
    send({ type: "prepared" });
  }

  /** How each effect is run. */
  const effects: { readonly [Type in Effect["type"]]: (effect: Effect & { type: Type }) => void } = {
    report: ({ report }) => host.report(report),
    stop: () => stop(),
    initialise: () => {
      if (sdk) initOnce(sdk, browser, host.userId, username);
    },
    build: () => build(),
    "tear-down": () => {
      component?.destroy();
      component = undefined;
      container.replaceChildren();
    },
    "reject-token": () => tokenProvider.rejectCurrent(),
    "empty-cache": () => {
      if (sdk) emptyCache(sdk);
    },
    "forget-sign-in": () => forgetSignIn(),
    restyle: () => restyle(),
    diagnose: ({ after }) => void diagnose(after),
    probe: ({ tell }) => void probe(tell),
    "set-timer": ({ name, ms }) => timers.set(name, ms, () => send({ type: "timer", name })),
    "clear-timer": ({ name }) => timers.clear(name),
  };

  function perform<Type extends Effect["type"]>(effect: Effect & { type: Type }): void {
    effects[effect.type](effect);
  }

  /** Constructs the component and turns what the application says into events. */
  function build(): void {
    if (!sdk) return;
    shownTheme = theme;
    const asked = host.view.asked();
    component = construct(sdk, container, item, { theme, locale: host.locale, view: asked });
    const tabs = new ShownTabs(component, host.view, asked);
    const proof = rendersBoard(item) ? message.rendered : message.ready;
    component.on(message.load, () => send({ type: "frame-loaded" }));
    component.on(message.appInit, () => send({ type: "token-requested" }));
    component.on(message.authInit, () =>
      send({ type: "application-signed-in", isForeign: hasForeignToken(), at: performance.now() }),
    );
    component.on(proof, () => {
      send({ type: "rendered" });
      tabs.rendered();
    });
    component.on(message.error, (payload) =>
      send({
        type: "application-error",
        ...readError(payload),
        isForeign: hasForeignToken(),
        at: performance.now(),
      }),
    );
    component.on(message.authExpired, () => send({ type: "application-expired" }));
    component.on(message.filterChanged, (payload) => tabs.filtered(readFilterChange(payload)));
    component.on(message.routeChange, (payload) => tabs.went(readRoute(payload)));
    component.render().catch(() => send({ type: "failed", problem: { code: "embed_failed" } }));
  }

  /** A late answer to an earlier embed of this page may have filled the SDK's cache. */
  const hasForeignToken = () => browser.login === "cookieless" && !tokenProvider.holdsFor(owner);

  function hear(event: AuthEvent): void {
    if (event.kind === "confirmed") send({ type: "sdk-confirmed", account: event.username });
    else if (event.kind === "signed-out") send({ type: "sdk-signed-out" });
    else if (event.kind === "signed-in") send({ type: "sdk-signed-in" });
    else send({ type: "sdk-failure", failure: event.type, hasFrame: container.querySelector("iframe") !== null });
  }

  async function diagnose(after: "sign-in" | "loss"): Promise<void> {
    const opensSession = browser.login === "cookie";
    const problem = await diagnoseSignIn({ host: browser.host, token, opensSession, username });
    send({ type: "diagnosed", after, problem, at: performance.now() });
  }

  async function probe(tell: boolean): Promise<void> {
    hostAnswers ??= answersAtAll(browser.host);
    const answers = await hostAnswers;
    if (tell) send({ type: "probed", answers, unreachable: unreachable(browser.host), silent: silentFrame(false) });
  }

  /** Shows the portal's theme without a reload: filters and scroll stay. */
  function restyle(): void {
    if (theme === shownTheme) return;
    shownTheme = theme;
    component?.trigger("updateEmbedParams", { customisations: styleOf(theme) }).catch(() => {});
  }

  function stop(): void {
    if (stopped) return;
    stopped = true;
    machine.stop();
    timers.clearAll();
    unwatchFrame();
    component?.destroy();
    if (!tokenProvider.release(owner)) return;
    listen(undefined);
    const loaded = sdk;
    // React may mount the same embed again at once (StrictMode): only a page without an embed forgets the token.
    if (loaded)
      setTimeout(() => {
        if (!tokenProvider.owner) emptyCache(loaded);
      }, 0);
  }

  return {
    start() {
      unwatchFrame = onFrameRefused(new URL(browser.host).origin, () =>
        send({ type: "frame-refused", problem: silentFrame(true) }),
      );
      for (const effect of startTimers) perform(effect);
      prepare().catch((error: unknown) =>
        send({ type: "failed", problem: problemOf(error, { code: "embed_failed" }) }),
      );
    },
    stop,
    setTheme(next) {
      theme = next;
      if (machine.state.isInteractive) restyle();
    },
  };
}
