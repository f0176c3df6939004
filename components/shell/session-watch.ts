"use client";
/**
 * Detects the end of a portal session in every open tab: sign-out in one of them, expiry, or another user signing in.
 * Everything that shows a product must then remove it.
 */
import { useEffect } from "react";

type Message = { readonly type: "signed-out" } | { readonly type: "signed-in"; readonly userId: string };

const channelName = "portal-session";
const listeners = new Set<() => void>();

/** This page's channel; messages reach the other tabs only. */
let channel: BroadcastChannel | null = null;

/** Tells every other tab of this browser that the session has ended. */
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

/** The server says that this page's session has ended. */
export const noteSessionEnd = (): void => ended();

/** The longest delay that `setTimeout` can hold. */
const maxDelayMs = 2 ** 31 - 1;

/** Watches the session of this page; once per page, in the shell. */
export function useSessionWatch(userId: string, endsAt: string): void {
  useEffect(() => {
    const mine = new BroadcastChannel(channelName);
    channel = mine;
    mine.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.type === "signed-out") ended();
      // Nothing of the previous user may stay on screen: reload as the user who signed in.
      else if (data.userId !== userId) window.location.reload();
    };
    mine.postMessage({ type: "signed-in", userId } satisfies Message);
    const left = Date.parse(endsAt) - Date.now();
    const timer = setTimeout(ended, Math.min(Math.max(left, 0), maxDelayMs));
    // Back may restore a page from the back/forward cache after someone has signed out or in.
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
