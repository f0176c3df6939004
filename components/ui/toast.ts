"use client";
/** Short words at the edge of the window, announced politely. The part that draws them loads when the first one comes. */

let drawer: Promise<typeof import("./toaster")> | undefined;

/** Shows a sentence for a few seconds, e.g. `toast("Link copied")`. */
export async function toast(title: string): Promise<void> {
  drawer ??= import("./toaster");
  (await drawer).show(title);
}
