"use client";
/**
 * The 2021 flow in a frame, without the SDK: the frame's address is the login step, ThoughtSpot sets its cookie and
 * redirects to the item. The application's messages are read, none is answered, and no token is posted anywhere. Runs
 * what the state machine (redirect-state.ts) decides.
 */
import { type EmbedProblem, isGrantRefused } from "@/lib/vendors/embed-host";
import { createMachine, type EmbedDriver, Timers } from "../../driver";
import { onFrameRefused } from "../../frame-refusals";
import {
  type Filter,
  filtersOf,
  type Grant,
  localeOf,
  loginAddressWith,
  message,
  readError,
  readFilterChange,
  rendersBoard,
} from "../protocol";
import { answersAtAll, silentFrame, unreachable } from "./diagnosis";
import type { EmbedOrder } from "./driver";
import { type Effect, type Event, initialState, reduce, startTimers, type TimerName } from "./redirect-state";
import { viewFilters } from "./tabs";
import { endThoughtSpotSession, noteThoughtSpotSession } from "./thoughtspot-session";

/**
 * The token of a login step that led nowhere. ThoughtSpot locks accounts whose dead tokens come again
 * (SOURCES.md), so the next try has another one.
 */
let failedToken: string | undefined;

/** The page of a refused login cannot be read from here, and looks like an application that stays silent. */
function refusedOrSilent(): EmbedProblem {
  const problem = silentFrame(false);
  if (problem.code !== "embed_timeout") return problem;
  return {
    ...problem,
    detail:
      "ThoughtSpot answered the login, but its application did not start. Another try logs in again; in a new tab, ThoughtSpot itself says what is wrong.",
  };
}

export function createRedirectDriver({ host, item, browser, container }: EmbedOrder): EmbedDriver<EmbedOrder> {
  const { origin } = new URL(browser.host);
  const timers = new Timers<TimerName>();
  const machine = createMachine(initialState, reduce, perform, host.note);
  const send = (event: Event) => machine.send(event);
  let stopped = false;
  let hostAnswers: Promise<boolean> | undefined;
  let frame: HTMLIFrameElement | undefined;

  /** How each effect is run. */
  const effects: { readonly [Type in Effect["type"]]: (effect: Effect & { type: Type }) => void } = {
    report: ({ report }) => host.report(report),
    stop: () => stop(),
    navigate: ({ grant }) => navigate(grant),
    "accept-token": () => {
      failedToken = undefined;
    },
    renew: () => void host.grant.renew().then(granted, refused),
    probe: ({ tell }) => void probe(tell),
    "set-timer": ({ name, ms }) => timers.set(name, ms, () => send({ type: "timer", name })),
    "clear-timers": () => timers.clearAll(),
  };

  function perform<Type extends Effect["type"]>(effect: Effect & { type: Type }): void {
    effects[effect.type](effect);
  }

  const granted = (grant: Grant) =>
    send({ type: "granted", grant, isOwnAddress: grant.url !== undefined && new URL(grant.url).origin === origin });
  const refused = (error: unknown) =>
    send({ type: "grant-refused", problem: isGrantRefused(error) ? error.problem : { code: "embed_failed" } });

  async function untried(): Promise<Grant> {
    const grant = await host.grant.take();
    return grant.token === failedToken ? host.grant.renew() : grant;
  }

  async function begin(): Promise<void> {
    // Whoever was signed in to ThoughtSpot in this browser: if the login step should fail, it must not be them.
    const [grant] = await Promise.all([untried(), endThoughtSpotSession(browser.host)]);
    if (stopped) return;
    noteThoughtSpotSession(browser.host);
    granted(grant);
  }

  /** Sends the frame to the login step, with the page's filters. */
  function navigate({ url = "", token }: Grant): void {
    failedToken = token;
    const address = loginAddressWith(url, {
      filters: filtersOf(item, host.view.asked()),
      locale: localeOf(host.locale),
    });
    if (frame) {
      frame.src = address;
      return;
    }
    frame = document.createElement("iframe");
    frame.title = item.title;
    frame.referrerPolicy = "no-referrer";
    frame.allow = "clipboard-read; clipboard-write; fullscreen";
    frame.style.cssText = "border:0;width:100%;height:100%";
    frame.addEventListener("load", () => send({ type: "frame-loaded" }));
    frame.src = address;
    container.append(frame);
  }

  async function probe(tell: boolean): Promise<void> {
    hostAnswers ??= answersAtAll(browser.host);
    const answers = await hostAnswers;
    if (tell) send({ type: "probed", answers, unreachable: unreachable(browser.host), silent: refusedOrSilent() });
  }

  function showFilters(filters: readonly Filter[] | undefined): void {
    if (filters) host.view.shown({ filters: viewFilters(filters) });
  }

  function hear(event: MessageEvent<{ type?: unknown } | null>): void {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    const type = event.data?.type;
    if (typeof type !== "string") return;
    send({ type: "heard" });
    if (type === message.authInit) send({ type: "signed-in" });
    else if (type === message.noCookies) send({ type: "cookies-blocked" });
    else if (type === message.authLogout) send({ type: "signed-out" });
    else if (type === message.authFailure || type === message.authExpired)
      send({ type: "sign-in-lost", at: performance.now() });
    else if (type === message.filterChanged) showFilters(readFilterChange(event.data));
    else if (type === message.error) send({ type: "application-error", code: readError(event.data).code });
    else if (type === (rendersBoard(item) ? message.rendered : message.ready)) send({ type: "rendered" });
  }

  const unwatch = onFrameRefused(origin, () => send({ type: "frame-refused", problem: silentFrame(true) }));

  function stop(): void {
    if (stopped) return;
    stopped = true;
    machine.stop();
    timers.clearAll();
    unwatch();
    window.removeEventListener("message", hear);
    frame?.remove();
  }

  return {
    start() {
      window.addEventListener("message", hear);
      for (const effect of startTimers) perform(effect);
      begin().catch(refused);
    },
    stop,
  };
}
