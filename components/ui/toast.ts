"use client";
/** Toasts: short messages at the edge of the window, announced politely. Their UI loads with the first one. */

let drawer: Promise<typeof import("./toaster")> | undefined;

/** Shows a sentence for a few seconds, e.g. `toast("Link copied")`. */
export async function toast(title: string): Promise<void> {
  drawer ??= import("./toaster");
  (await drawer).show(title);
}
