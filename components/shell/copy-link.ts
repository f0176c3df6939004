"use client";
import { toast } from "@/components/ui/toast";
import { viewSearch } from "@/lib/vendors/shown-view";

/** Copies the full URL of an item's page to the clipboard: for the item on the screen, of exactly the view on the screen. */
export async function copyLink(href: string): Promise<void> {
  const view = window.location.pathname === href ? viewSearch() : "";
  try {
    await navigator.clipboard.writeText(new URL(href + view, window.location.href).href);
    await toast("Link copied");
  } catch {
    await toast("The browser blocked copying. Copy the page's address instead.");
  }
}
