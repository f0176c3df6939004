"use client";
/**
 * The page that Rocket.Chat shows in place of its login form. Signed in to the portal, it asks Rocket.Chat to try again;
 * signed out, it leads to the portal's sign-in and continues from there. It never loops: tries are counted.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { fetchGrant } from "@/lib/grants/grant-source";
import { openAddress } from "../deep-link";
import { endpoint, isLoginError, loginPageMessage, loginPageShown, type RocketChatGrant } from "../protocol";

interface LoginPageProps {
  /** Rocket.Chat's origin: the only one that is spoken to. */
  readonly origin: string;
  /** Whether the portal's cookie came with the page. */
  readonly signedIn: boolean;
}

type View = "signing-in" | "signed-out" | "failed";

/** Rocket.Chat replaces this page when a login works, and says nothing reliable when it does not. */
const answerMs = 5_000;

/** Tries within {@link triesWithinMs} after which only a person can go on: Rocket.Chat may load this page again and again. */
const mostTries = 3;
const triesWithinMs = 60_000;

export function LoginPage({ origin, signedIn }: LoginPageProps) {
  const [view, setView] = useState<View>(signedIn ? "signing-in" : "signed-out");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const step = useRef<"asked" | "sent">("asked");

  const post = useCallback((message: object) => window.parent.postMessage(message, origin), [origin]);

  /** Second step: a token that is surely new, given directly. */
  const sendNewToken = useCallback(async () => {
    clearTimeout(timer.current);
    step.current = "sent";
    try {
      const { grant } = await fetchGrant<RocketChatGrant>({ vendor: "rocketchat", endpoint }, true);
      post(loginPageMessage.loginWithToken(grant.token));
      timer.current = setTimeout(() => setView("failed"), answerMs);
    } catch {
      setView("failed");
    }
  }, [post]);

  /** First step: Rocket.Chat asks the portal again. */
  const tryAgain = useCallback(() => {
    clearTimeout(timer.current);
    if (!countTry()) return setView("failed");
    step.current = "asked";
    setView("signing-in");
    post(loginPageMessage.tryIframeLogin());
    timer.current = setTimeout(sendNewToken, answerMs);
  }, [post, sendNewToken]);

  useEffect(() => {
    const hear = ({ source, origin: from, data }: MessageEvent) => {
      if (source !== window.parent || from !== origin || !isLoginError(data)) return;
      clearTimeout(timer.current);
      if (step.current === "asked") void sendNewToken();
      else setView("failed");
    };
    window.addEventListener("message", hear);
    return () => {
      window.removeEventListener("message", hear);
      clearTimeout(timer.current);
    };
  }, [origin, sendNewToken]);

  useEffect(() => {
    if (signedIn && window.parent !== window) tryAgain();
  }, [signedIn, tryAgain]);

  // Inside the portal's own chat this page means that the chat has lost its login: the portal's window sees to it.
  useEffect(() => {
    if (window.top && window.top !== window.parent) window.top.postMessage(loginPageShown, window.location.origin);
  }, []);

  // Somebody who signed in elsewhere comes back to this tab: has it worked?
  useEffect(() => {
    if (view !== "signed-out") return;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      const address = { vendor: "rocketchat", endpoint };
      const granted = await fetchGrant(address, false).then(
        () => true,
        () => false,
      );
      if (granted) tryAgain();
    };
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [view, tryAgain]);

  return (
    <main className="grid min-h-dvh place-items-center bg-canvas p-6">
      <div
        className="grid w-full max-w-88 gap-3 rounded-xl border border-line bg-surface p-6 text-center"
        role="status"
      >
        {view === "signing-in" && <p className="text-base text-ink-2">Signing you in to the chat</p>}
        {view === "signed-out" && (
          <>
            <h1 className="text-md font-semibold">Sign in to the portal</h1>
            <p className="text-sm text-ink-2">The chat knows you by your portal session. Sign in there to continue.</p>
            <ContinueLink>Continue</ContinueLink>
          </>
        )}
        {view === "failed" && (
          <>
            <h1 className="text-md font-semibold">The chat did not accept the sign-in</h1>
            <p className="text-sm text-ink-2">Open it through the portal, which says what is wrong.</p>
            <ContinueLink>Open through the portal</ContinueLink>
          </>
        )}
      </div>
    </main>
  );
}

/** Leaves the frame: signing in happens at top level, and leads back into Rocket.Chat, logged in. */
function ContinueLink({ children }: { children: string }) {
  const [nested, setNested] = useState(false);
  // Inside the portal's own frame the tab belongs to the portal: a new one is opened.
  useEffect(() => setNested(window.parent !== window.top), []);
  return (
    <a
      href={openAddress("/home")}
      target={nested ? "_blank" : "_top"}
      rel={nested ? "noopener" : undefined}
      className="inline-flex min-h-9 items-center justify-center rounded-sm bg-solid px-4 text-sm font-medium text-on-solid no-underline hover:bg-solid-hover"
    >
      {children}
    </a>
  );
}

const triesKey = "portico:chat-tries";

/** Counts a try; false when there were too many lately. Without storage each load of the page has its one try. */
function countTry(now = Date.now()): boolean {
  try {
    const stored: unknown = JSON.parse(window.sessionStorage.getItem(triesKey) ?? "[]");
    const tries = Array.isArray(stored)
      ? stored.filter((at) => typeof at === "number" && now - at < triesWithinMs)
      : [];
    if (tries.length >= mostTries) return false;
    window.sessionStorage.setItem(triesKey, JSON.stringify([...tries, now]));
    return true;
  } catch {
    return true;
  }
}
