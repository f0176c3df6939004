"use client";
/**
 * The 2021 flow in a frame, without the SDK: the frame's address is the login step, ThoughtSpot sets its cookie and
 * redirects to the item. The application's messages are read, none is answered, and no token is posted anywhere.
 */
import { type EmbedProblem, GrantRefused } from "../embed-host";
import { onFrameRefused, silentFrame } from "./diagnosis";
import { type Grant, message, readError } from "./protocol";
import type { Run, RunOptions } from "./run";

const silenceMs = 9_000;
const silenceAfterLoadMs = 4_500;
const signInEveryMs = 60_000;

export function startRedirectFrame({ host, item, browser, place }: RunOptions): Run {
  const origin = new URL(browser.host).origin;
  let stopped = false;
  let spoke = false;
  let signedIn = false;
  /** Errors after this belong to what the user does inside. */
  let shown = false;
  let signedInAgainAt = Number.NEGATIVE_INFINITY;
  let frame: HTMLIFrameElement | undefined;
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const after = (ms: number, action: () => void) => timers.add(setTimeout(action, ms));

  const fail = (problem: EmbedProblem) => {
    if (stopped) return;
    host.report({ state: "failed", problem });
    stop();
  };
  const onMessage = (event: MessageEvent<{ type?: unknown } | null>) => {
    if (stopped || !frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    const type = event.data?.type;
    if (typeof type !== "string") return;
    spoke = true;
    if (type === message.authInit) signedIn = true;
    else if (type === message.noCookies) fail({ code: "cookies_blocked" });
    else if ((type === message.authFailure || type === message.authExpired) && signedIn) signInAgain();
    else if (type === message.authFailure || type === message.authExpired) fail({ code: "cookies_blocked" });
    else if (type === message.error && !shown) {
      const { code } = readError(event.data);
      if (code === "FORBIDDEN") fail({ code: "account_forbidden" });
      else if (code === "NOT_FOUND") fail({ code: "item_missing" });
    } else if (
      signedIn &&
      (type === message.rendered ||
        (type === message.ready && item.kind !== "liveboard" && item.kind !== "visualization"))
    ) {
      for (const timer of timers) clearTimeout(timer);
      shown = true;
      host.report({ state: "interactive" });
    }
  };
  const unwatch = onFrameRefused(browser.host, () => !spoke && fail(silentFrame(true)));

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

  const refused = (error: unknown) => fail(error instanceof GrantRefused ? error.problem : { code: "embed_failed" });

  async function begin() {
    const grant = await host.grant.take();
    if (stopped) return;
    host.report({ state: "loading", waitingFor: "ThoughtSpot to sign you in" });
    frame = document.createElement("iframe");
    frame.title = item.title;
    frame.referrerPolicy = "no-referrer";
    frame.allow = "clipboard-read; clipboard-write; fullscreen";
    frame.style.cssText = "border:0;width:100%;height:100%";
    frame.addEventListener("load", () => after(silenceAfterLoadMs, () => !spoke && fail(silentFrame(false))));
    load(grant);
    place.append(frame);
  }

  /** Sends the frame to the login step. Only ThoughtSpot's own address will do. */
  function load({ url }: Grant) {
    if (stopped || !frame) return;
    if (!url || new URL(url).origin !== origin) return fail({ code: "vendor_misconfigured" });
    frame.src = url;
  }

  window.addEventListener("message", onMessage);
  after(silenceMs, () => fail(spoke ? { code: "embed_timeout" } : silentFrame(false)));
  begin().catch(refused);
  return { stop, setTheme: () => {} };
}
