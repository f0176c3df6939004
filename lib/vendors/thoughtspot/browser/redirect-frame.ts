"use client";
/**
 * The 2021 flow in a frame, without the SDK: the frame's address is the login step, ThoughtSpot sets its cookie and
 * redirects to the item. The application's messages are read, none is answered, and no token is posted anywhere.
 */
import { type EmbedProblem, isGrantRefused } from "@/lib/vendors/embed-host";
import type { EmbedDriver } from "../../driver";
import { onFrameRefused } from "../../frame-refusals";
import {
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
import { rememberFilters } from "./page-filters";
import { endSession, noteSession } from "./session";

const silenceMs = 9_000;
const silenceAfterLoadMs = 4_500;
/** When nothing has come by then, the portal looks whether the host answers at all, so as to know at the end. */
const probeDelayMs = 5_500;
const signInEveryMs = 60_000;

/**
 * The token of a login step that led nowhere. ThoughtSpot locks accounts whose dead tokens come again (vendor docs:
 * "Troubleshoot trusted authentication"), so the next try has another one.
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
  const origin = new URL(browser.host).origin;
  let stopped = false;
  let spoke = false;
  let signedIn = false;
  /** Errors after this belong to what the user does inside. */
  let shown = false;
  let signedInAgainAt = Number.NEGATIVE_INFINITY;
  let expected: string | undefined;
  let hostAnswers: Promise<boolean> | undefined;
  let frame: HTMLIFrameElement | undefined;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const after = (ms: number, action: () => void) => timers.add(setTimeout(action, ms));

  const fail = (problem: EmbedProblem) => {
    if (stopped) return;
    host.report({ state: "failed", problem });
    stop();
  };
  const probe = () => {
    hostAnswers ??= answersAtAll(browser.host);
    return hostAnswers;
  };
  async function explainSilence() {
    if (spoke) fail({ code: "embed_timeout" });
    else if (!(await probe())) fail(unreachable(browser.host));
    else if (!spoke) fail(refusedOrSilent());
  }
  const onMessage = (event: MessageEvent<{ type?: unknown } | null>) => {
    if (stopped || !frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    const type = event.data?.type;
    if (typeof type !== "string") return;
    spoke = true;
    if (type === message.authInit) {
      signedIn = true;
      failedToken = undefined;
    } else if (type === message.noCookies) fail({ code: "cookies_blocked" });
    else if (type === message.authLogout) fail({ code: "embed_session_lost" });
    else if (type === message.authFailure || type === message.authExpired) {
      if (signedIn) signInAgain();
      else fail({ code: shown ? "embed_session_lost" : "cookies_blocked" });
    } else if (type === message.filterChanged) rememberFilters(readFilterChange(event.data));
    else if (type === message.error) onError(event.data);
    else if (signedIn && type === (rendersBoard(item) ? message.rendered : message.ready)) onShown();
  };
  const onError = (payload: unknown) => {
    if (shown) return;
    const { code } = readError(payload);
    if (code === "FORBIDDEN") fail({ code: "account_forbidden" });
    else if (code === "NOT_FOUND") fail({ code: "item_missing" });
  };
  const onShown = () => {
    for (const timer of timers) clearTimeout(timer);
    shown = true;
    host.report({ state: "interactive" });
  };
  const unwatch = onFrameRefused(origin, () => !spoke && fail(silentFrame(true)));

  function stop() {
    if (stopped) return;
    stopped = true;
    for (const timer of timers) clearTimeout(timer);
    unwatch();
    window.removeEventListener("message", onMessage);
    frame?.remove();
  }

  /** The session ended: the same frame goes through the login step with a new token, once a minute at most. */
  function signInAgain() {
    const now = performance.now();
    if (now - signedInAgainAt < signInEveryMs) return fail({ code: "embed_session_lost" });
    signedInAgainAt = now;
    signedIn = false;
    host.report({ state: "renewing" });
    after(silenceMs, () => !signedIn && fail({ code: "embed_session_lost" }));
    host.grant.renew().then(load, refused);
  }

  const refused = (error: unknown) => fail(isGrantRefused(error) ? error.problem : { code: "embed_failed" });

  async function untried(): Promise<Grant> {
    const grant = await host.grant.take();
    return grant.token === failedToken ? host.grant.renew() : grant;
  }

  async function begin() {
    // Whoever was signed in to ThoughtSpot in this browser: if the login step should fail, it must not be them.
    const [grant] = await Promise.all([untried(), endSession(browser.host)]);
    if (stopped) return;
    noteSession(browser.host);
    host.report({ state: "loading", waitingFor: "ThoughtSpot to sign you in" });
    frame = document.createElement("iframe");
    frame.title = item.title;
    frame.referrerPolicy = "no-referrer";
    frame.allow = "clipboard-read; clipboard-write; fullscreen";
    frame.style.cssText = "border:0;width:100%;height:100%";
    frame.addEventListener("load", () => after(silenceAfterLoadMs, () => void (spoke || explainSilence())));
    load(grant);
    container.append(frame);
  }

  /** Sends the frame to the login step, with the page's filters. Only ThoughtSpot's own address will do. */
  function load({ url, username, token }: Grant) {
    if (stopped || !frame) return;
    if (!url || new URL(url).origin !== origin) return fail({ code: "vendor_misconfigured" });
    // Someone else has signed in to the portal in another tab: this page is the former user's.
    if (expected !== undefined && expected !== username) return fail({ code: "unauthenticated" });
    expected = username;
    failedToken = token;
    frame.src = loginAddressWith(url, { filters: filtersOf(item, location.search), locale: localeOf(host.locale) });
  }

  return {
    start() {
      window.addEventListener("message", onMessage);
      after(probeDelayMs, () => void (spoke || probe()));
      after(silenceMs, () => void explainSilence());
      begin().catch(refused);
    },
    stop,
  };
}
