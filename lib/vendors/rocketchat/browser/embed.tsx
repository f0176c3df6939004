"use client";
/**
 * The framed Rocket.Chat client. One frame serves every room and stays while the person moves through the portal; it is
 * made anew when the portal's user changes.
 */
import { usePathname } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { fetchGrant } from "@/lib/grants/grant-source";
import { useEmbedHost } from "@/lib/vendors/embed-host";
import type { EmbedItem, EmbedProps } from "@/lib/vendors/vendor";
import {
  type Command,
  endpoint,
  isLoginPageShown,
  type RocketChatBrowser,
  type RocketChatGrant,
  route,
} from "../protocol";
import { ChatFrame } from "./driver";
import { chatConnected, chatGone, recordEvent } from "./live";

/** How often a chat that stays open asks whether its token still holds. */
const lookEveryMs = 5 * 60_000;
/** How long Rocket.Chat may take to answer when its client stays silent. */
const reachMs = 1_500;

export function Embed(props: EmbedProps<RocketChatBrowser>) {
  const { userId } = useEmbedHost<RocketChatGrant>();
  return <UserFrame key={userId} {...props} />;
}

const pathOf = (item: EmbedItem) => item.target.path ?? "/home";

function UserFrame({ item, items, browser }: EmbedProps<RocketChatBrowser>) {
  const path = pathOf(item);
  const { grant, report, userId, theme, visible } = useEmbedHost<RocketChatGrant>();
  const element = useRef<HTMLIFrameElement>(null);
  const driver = useRef<ChatFrame>(null);
  const pathname = usePathname();
  const page = useRef({ items: items ?? [item], visible });
  useEffect(() => {
    page.current = { items: items ?? [item], visible };
  });
  const firstPath = useRef(path);
  // The frame gets its address only when somebody listens: its first event is said once.
  const [address, setAddress] = useState<string>();
  const { url, origin } = browser;

  useEffect(() => {
    const post = (message: Command) => element.current?.contentWindow?.postMessage(message, origin);
    const frame = new ChatFrame({
      userId,
      path: firstPath.current,
      grant,
      current: async () => (await fetchGrant<RocketChatGrant>({ vendor: "rocketchat", endpoint }, false)).grant,
      report,
      post,
      onEvent(event) {
        recordEvent(event);
        const { items: known, visible: shown } = page.current;
        if (event.name === "room" && shown) showInAddress(known.find((one) => pathOf(one) === event.path));
      },
      onConnected: () => chatConnected({ send: post, leave: () => frame.leave() }),
      onGone: chatGone,
      reachable: () => answers(url),
      lastUser,
    });
    driver.current = frame;
    const receive = (event: MessageEvent) => {
      if (event.source !== null && event.source === element.current?.contentWindow && event.origin === origin)
        frame.receive(event.data);
      else if (
        event.origin === window.location.origin &&
        isLoginPageShown(event.data) &&
        isInside(element.current, event)
      )
        frame.lostLogin();
    };
    const look = () => {
      if (document.visibilityState === "visible") void frame.look();
    };
    window.addEventListener("message", receive);
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
    const timer = setInterval(look, lookEveryMs);
    frame.start();
    setAddress(url + firstPath.current);
    return () => {
      window.removeEventListener("message", receive);
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", look);
      clearInterval(timer);
      frame.stop();
    };
  }, [grant, report, userId, url, origin]);

  useEffect(() => driver.current?.open(path), [path]);

  // The address follows the open room without a navigation, so that the page behind it, and with it the item, may be
  // another one than the address says: a link to that very page changes the address alone.
  useEffect(() => {
    const named = page.current.items.find(({ slug }) => pathname === `${route}/${slug}`);
    if (named) driver.current?.open(pathOf(named));
  }, [pathname]);

  useEffect(() => {
    if (visible) void driver.current?.look();
  }, [visible]);

  if (!address) return null;
  return (
    <iframe
      ref={element}
      src={address}
      title={`Chat: ${item.title}`}
      onLoad={() => driver.current?.loaded()}
      // Rocket.Chat needs scripts and its own storage; the rest is what a chat is used for.
      sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals"
      allow="camera; microphone; fullscreen; display-capture; clipboard-read; clipboard-write; autoplay"
      referrerPolicy="strict-origin"
      style={{ display: "block", width: "100%", height: "100%", border: 0, colorScheme: theme }}
    />
  );
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

/** Remembered in the browser, where the next user of the same browser finds it. Without storage nobody is known. */
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
