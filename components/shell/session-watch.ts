"use client";
/**
 * The end of a portal session, in every open tab: sign-out in one of them, the session's own end, or another user
 * signing in. Whatever shows a product must then stop showing it.
 */
import { useEffect } from "react";

type Message = { readonly type: "signed-out" } | { readonly type: "signed-in"; readonly userId: string };

const channelName = "portal-session";
const listeners = new Set<() => void>();

/** The channel of this page; what it says, only the other tabs hear. */
let channel: BroadcastChannel | null = null;

/** Tells every other tab of this browser that the session is over. */
export function tellSignedOut(): void {
  channel?.postMessage({ type: "signed-out" } satisfies Message);
}

/** Calls back when the portal session of this page has ended. */
export function useSessionEnd(callback: () => void): void {
  useEffect(() => {
    listeners.add(callback);
    return () => {
      listeners.delete(callback);
    };
  }, [callback]);
}

const ended = () => {
  for (const listener of listeners) listener();
};

/** The longest delay that `setTimeout` can hold. */
const maxDelayMs = 2 ** 31 - 1;

/** Watches the session of this page; once per page, in the shell. */
export function useSessionWatch(userId: string, endsAt: string): void {
  useEffect(() => {
    const mine = new BroadcastChannel(channelName);
    channel = mine;
    mine.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.type === "signed-out") ended();
      // Nothing of the former user may stay on the screen: the page starts anew as the one who signed in.
      else if (data.userId !== userId) window.location.reload();
    };
    mine.postMessage({ type: "signed-in", userId } satisfies Message);
    const left = Date.parse(endsAt) - Date.now();
    const timer = setTimeout(ended, Math.min(Math.max(left, 0), maxDelayMs));
    // The Back button may bring a page as it was when it was left, while others have signed out and in since.
    const shown = ({ persisted }: PageTransitionEvent) => {
      if (persisted) window.location.reload();
    };
    window.addEventListener("pageshow", shown);
    return () => {
      window.removeEventListener("pageshow", shown);
      clearTimeout(timer);
      mine.close();
      if (channel === mine) channel = null;
    };
  }, [userId, endsAt]);
}
