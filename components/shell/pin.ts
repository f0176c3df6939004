"use client";
import { announce } from "@/components/ui/announcer";
import { togglePin } from "./memory";
import type { ItemView } from "./portal-view";

/** Pins or unpins an item, and announces it to screen readers. */
export function pin(userId: string, { href, title }: Pick<ItemView, "href" | "title">): void {
  const pinned = togglePin(userId, href);
  announce(pinned ? `${title} is pinned to Home` : `${title} is no longer pinned`);
}
