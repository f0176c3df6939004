"use client";
/**
 * The page that Rocket.Chat shows in place of its login form. Signed in to the portal, it asks Rocket.Chat to try again;
 * signed out, it leads to the portal's sign-in and continues from there. It never loops: tries are counted.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { fetchGrant } from "@/lib/grants/grant-source";
import { signInPath } from "@/lib/security/redirect";
import { openAddress } from "../deep-link";
import { endpoint, type Grant, isLoginError, loginPageMessage, loginPageShown } from "../protocol";

interface LoginPageProps {
  /** Rocket.Chat's own address. */
  readonly url: string;
  /** Its origin: the only one that is spoken to. */
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

export function LoginPage({ url, origin, signedIn }: LoginPageProps) {
  const [view, setView] = useState<View>(signedIn ? "signing-in" : "signed-out");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const step = useRef<"asked" | "sent">("asked");

  const post = useCallback((message: object) => window.parent.postMessage(message, origin), [origin]);

  /** Second step: a token that is surely new, given directly. */
  const sendNewToken = useCallback(async () => {
    clearTimeout(timer.current);
    step.current = "sent";
    try {
      const { grant } = await fetchGrant<Grant>({ vendor: "rocketchat", endpoint }, true);
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

  // At top level there is no Rocket.Chat around this page to log in: in the vendor's mobile app, the app itself takes the
  // token; in a browser, the address was opened by hand, and the chat is what the person wants.
  useEffect(() => {
    if (!signedIn) return;
    if (window.parent !== window) tryAgain();
    else if (isMobileApp()) giveTokenToApp(url).catch(() => setView("failed"));
    else window.location.replace(openAddress("/home"));
  }, [url, signedIn, tryAgain]);

  // Inside the portal's own chat this page means that the chat has lost its login: the portal's window sees to it.
  useEffect(() => {
    if (window.top && window.top !== window.parent) window.top.postMessage(loginPageShown, window.location.origin);
  }, []);

  // A person who signed in elsewhere comes back to this tab: has it worked?
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

/**
 * Whether the vendor's mobile app shows this page in its web view: only there does this object exist
 * (https://github.com/react-native-webview/react-native-webview, `onMessage`).
 */
const isMobileApp = () => "ReactNativeWebView" in window;

/**
 * The app has put a listener into this page that takes the message of the framed page from this very window, and then
 * logs in natively (vendor source: AuthenticationWebView in RocketChat/Rocket.Chat.ReactNative). It hears no other origin.
 * Asked to call the API URL itself (`try-iframe-login`), it would do so without this page's cookie.
 */
async function giveTokenToApp(url: string): Promise<void> {
  const { grant } = await fetchGrant<Grant>({ vendor: "rocketchat", endpoint }, false);
  // The app looks for its server's address in the page's.
  window.history.replaceState(null, "", `${window.location.pathname}?server=${encodeURIComponent(url)}`);
  window.postMessage(loginPageMessage.loginWithToken(grant.token), window.location.origin);
}

/**
 * Leaves the frame: signing in happens at top level, and leads back into Rocket.Chat, logged in. In the mobile app it
 * leads back to this page, for the app to take the token: Rocket.Chat's own page would be shown inside it instead
 * (https://github.com/RocketChat/Rocket.Chat.ReactNative/issues/2342).
 */
function ContinueLink({ children }: { children: string }) {
  const [nested, setNested] = useState(false);
  const [href, setHref] = useState(() => openAddress("/home"));
  // Inside the portal's own frame the tab belongs to the portal: a new one is opened.
  useEffect(() => setNested(window.parent !== window.top), []);
  useEffect(() => {
    const { pathname, search } = window.location;
    if (window.parent === window && isMobileApp()) setHref(signInPath(pathname + search));
  }, []);
  return (
    <a
      href={href}
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
