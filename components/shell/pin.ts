"use client";
import { announce } from "@/components/ui/announcer";
import { togglePin } from "./memory";
import type { ItemView } from "./portal-view";

/** Pins an item to Home or lets it go, and says so to those who do not see the pin. */
export function pin(userId: string, { href, title }: Pick<ItemView, "href" | "title">): void {
  const pinned = togglePin(userId, href);
  announce(pinned ? `${title} is pinned to Home` : `${title} is no longer pinned`);
}
