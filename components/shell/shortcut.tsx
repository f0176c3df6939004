"use client";
import { useInBrowser } from "@/components/ui/local-time";
import { Kbd } from "@/components/ui/tag";

/** ⌘K on a Mac, Ctrl K elsewhere; the server cannot know, and the box keeps its width. */
export function Shortcut() {
  const inBrowser = useInBrowser();
  const mac = inBrowser && /mac|iphone|ipad/i.test(navigator.platform);
  return <Kbd>{inBrowser ? (mac ? "⌘K" : "Ctrl K") : "\u00a0\u00a0\u00a0"}</Kbd>;
}
