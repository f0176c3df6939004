"use client";
/**
 * The framed Rocket.Chat client. One frame serves every room and stays while the person moves through the portal; it is
 * replaced when the portal's user changes.
 */
import { usePathname } from "next/navigation";
import { type RefObject, useEffect, useRef, useState } from "react";
import { askPortal } from "@/lib/grants/ask-portal";
import { fetchGrant } from "@/lib/grants/grant-source";
import { GrantRefused, useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedItem, EmbedProps } from "@/lib/vendors/vendor";
import {
  type BrowserConfig,
  type Command,
  type Diagnosis,
  diagnosisEndpoint,
  endpoint,
  type Grant,
  isLoginPageShown,
  type Proof,
  proofEndpoint,
  roomOf,
  route,
  type Silence,
} from "../protocol";
import { type Appearance, ChatFrame } from "./driver";
import { chatConnected, chatGone, recordEvent } from "./live";

/** How often a chat that stays open asks whether its token still holds. */
const lookEveryMs = 5 * 60_000;
/** How long Rocket.Chat may take to answer when its client stays silent. */
const reachMs = 1_500;

export default function Embed(props: EmbedProps<BrowserConfig>) {
  const { userId } = useEmbedHost<Grant>();
  return <UserFrame key={userId} {...props} />;
}

const pathOf = ({ target }: EmbedItem) => roomOf(target);

/** A document of the framed client. A new one replaces the element, so that nothing of the one before stays. */
interface FrameDocument {
  readonly address: string;
  readonly count: number;
}

function UserFrame({ item, items, browser }: EmbedProps<BrowserConfig>) {
  const path = pathOf(item);
  const { grant, report, note, userId, theme, visible, docked } = useEmbedHost<Grant>();
  const element = useRef<HTMLIFrameElement>(null);
  const driver = useRef<ChatFrame>(null);
  const pathname = usePathname();
  const page = useRef({ items: items ?? [item], ownsAddress: visible && !docked, docked });
  useEffect(() => {
    page.current = { items: items ?? [item], ownsAddress: visible && !docked, docked };
  });
  const firstPath = useRef(path);
  // The frame gets its address only when the driver listens: its first event is said once.
  const [shown, setShown] = useState<FrameDocument>();
  const { url, origin } = browser;

  useEffect(() => {
    const post = (message: Command) => element.current?.contentWindow?.postMessage(message, origin);
    const frame = new ChatFrame({
      userId,
      path: firstPath.current,
      grant,
      current: async () => (await fetchGrant<Grant>({ vendor: "rocketchat", endpoint }, false)).grant,
      prove: (subscriptions) => proofOf(subscriptions),
      diagnose: (waitingFor, at) => diagnosisOf(waitingFor, at),
      reachable: () => answers(url),
      report,
      note,
      load: (at) => setShown((before) => ({ address: url + at, count: (before?.count ?? 0) + 1 })),
      appear: (as) => appear(element.current, as),
      post,
      onEvent(event) {
        recordEvent(event);
        const { items: known, ownsAddress } = page.current;
        if (event.name === "room" && ownsAddress) showInAddress(known.find((one) => pathOf(one) === event.path));
      },
      onConnected: () =>
        chatConnected({ send: post, open: (place) => frame.moveTo(place), leave: () => frame.leave() }),
      onGone: chatGone,
      lastUser,
    });
    driver.current = frame;
    frame.dock(page.current.docked);
    const stopWatching = watchWindow(frame, element, origin);
    frame.start();
    return () => {
      stopWatching();
      frame.stop();
    };
  }, [grant, report, note, userId, url, origin]);

  useEffect(() => {
    driver.current?.moveTo(path);
  }, [path]);

  useEffect(() => {
    driver.current?.dock(docked);
  }, [docked]);

  // The address follows the open room without a navigation, so that the page behind it, and with it the item, may be
  // another one than the address says: a link to that very page changes the address alone.
  useEffect(() => {
    const named = page.current.items.find(({ slug }) => pathname === `${route}/${slug}`);
    if (named) driver.current?.moveTo(pathOf(named));
  }, [pathname]);

  useEffect(() => {
    if (visible) driver.current?.look();
  }, [visible]);

  if (!shown) return null;
  return (
    <iframe
      key={shown.count}
      ref={element}
      src={shown.address}
      title={`Chat: ${item.title}`}
      onLoad={() => driver.current?.loaded()}
      // Rocket.Chat needs scripts and its own storage; the rest is what a chat is used for.
      sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals"
      allow="camera; microphone; fullscreen; display-capture; clipboard-read; clipboard-write; autoplay"
      referrerPolicy="strict-origin"
      // Every document starts covered. Only the driver uncovers it, in `appear`, and these values never change here.
      inert
      style={{ display: "block", width: "100%", height: "100%", border: 0, opacity: 0, colorScheme: theme }}
    />
  );
}

/** @throws GrantRefused with the portal's problem */
async function ask(endpointPath: string, body: Readonly<Record<string, unknown>>) {
  const answer = await askPortal(endpointPath, body);
  if (!answer.ok) throw new GrantRefused(answer.problem);
  return answer.body;
}

async function proofOf(subscriptions: readonly string[]): Promise<Proof> {
  const { userId, own } = await ask(proofEndpoint, { subscriptions });
  return { userId: String(userId), own: Array.isArray(own) ? own.map(String) : [] };
}

const diagnosisOf = async (waitingFor: Silence, path: string): Promise<Diagnosis> =>
  ask(diagnosisEndpoint, { waitingFor, path });

/** Covered, the frame takes neither keyboard nor pointer, and assistive technology does not see it. */
function appear(frame: HTMLIFrameElement | null, as: Appearance): void {
  if (!frame) return;
  frame.toggleAttribute("inert", as === "covered");
  frame.style.opacity = as === "shown" ? "1" : "0";
}

/** Brings what happens around the frame to the driver. @returns how to stop */
function watchWindow(frame: ChatFrame, element: RefObject<HTMLIFrameElement | null>, origin: string): () => void {
  const events = new AbortController();
  const { signal } = events;
  const receive = (event: MessageEvent) => {
    const from = element.current;
    if (event.source !== null && event.source === from?.contentWindow && event.origin === origin)
      frame.receive(event.data);
    else if (event.origin === window.location.origin && isLoginPageShown(event.data) && isInside(from, event))
      frame.loginPageShown();
  };
  const look = () => {
    if (document.visibilityState === "visible") frame.look();
  };
  window.addEventListener("message", receive, { signal });
  window.addEventListener("focus", look, { signal });
  document.addEventListener("visibilitychange", look, { signal });
  const timer = setInterval(look, lookEveryMs);
  return () => {
    events.abort();
    clearInterval(timer);
  };
}

/** Puts the open room into the address bar; a room that is no item of the portal has none. */
function showInAddress(item: EmbedItem | undefined): void {
  const { pathname } = window.location;
  const address = item ? `${route}/${item.slug}` : route;
  if (pathname === address || (pathname !== route && !pathname.startsWith(`${route}/`))) return;
  window.history.replaceState(null, "", address);
}

/** Whether Rocket.Chat answers at all; what it answers stays hidden, and is not needed. */
async function answers(url: string): Promise<boolean> {
  try {
    await fetch(`${url}/favicon.ico`, {
      mode: "no-cors",
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(reachMs),
    });
    return true;
  } catch {
    return false;
  }
}

/** Whether a message came from a page that the framed client itself frames. */
const isInside = (frame: HTMLIFrameElement | null, { source }: MessageEvent) =>
  source !== null && "parent" in source && source !== window && source.parent === frame?.contentWindow;

const lastUserKey = "portico:chat-user";

/** Remembered in the browser, where the next user of the same browser finds it. Without storage there is no former user. */
const lastUser = {
  get() {
    try {
      return window.localStorage.getItem(lastUserKey);
    } catch {
      return null;
    }
  },
  set(userId: string) {
    try {
      window.localStorage.setItem(lastUserKey, userId);
    } catch {
      // A logout too many is the worst that follows.
    }
  },
};
