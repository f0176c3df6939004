"use client";
import { useInBrowser } from "@/components/ui/local-time";
import { Kbd } from "@/components/ui/tag";

/** Whether shortcuts use the command key. In the browser only. */
export const onMac = () => /mac|iphone|ipad/i.test(navigator.platform);

/** ⌘K on a Mac, Ctrl K elsewhere; the server cannot know, so the box keeps its width. */
export function Shortcut() {
  const inBrowser = useInBrowser();
  return <Kbd>{inBrowser ? (onMac() ? "⌘K" : "Ctrl K") : "\u00a0\u00a0\u00a0"}</Kbd>;
}
