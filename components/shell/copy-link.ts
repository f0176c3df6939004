"use client";
import { toast } from "@/components/ui/toast";

/** Puts the full address of a portal page on the clipboard. */
export async function copyLink(href: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(new URL(href, window.location.href).href);
    await toast("Link copied");
  } catch {
    await toast("Copying is not allowed here. Copy the address of the page instead.");
  }
}
