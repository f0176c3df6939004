"use client";
import { toast } from "@/components/ui/toast";

/** Copies the full URL of a portal page to the clipboard. */
export async function copyLink(href: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(new URL(href, window.location.href).href);
    await toast("Link copied");
  } catch {
    await toast("The browser blocked copying. Copy the page's address instead.");
  }
}
