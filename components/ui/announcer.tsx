"use client";
/** The page's two live regions, for announcements without a visible counterpart. */
import { useSyncExternalStore } from "react";

type Urgency = "polite" | "assertive";

let said: Record<Urgency, string> = { polite: "", assertive: "" };
const silence = said;
const listeners = new Set<() => void>();

/** Announces a sentence to assistive technology, also when it equals the previous one. */
export function announce(words: string, urgency: Urgency = "polite"): void {
  const again = said[urgency] === words ? "\u00a0" : "";
  said = { ...said, [urgency]: words + again };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer() {
  const words = useSyncExternalStore(
    subscribe,
    () => said,
    () => silence,
  );
  return (
    <>
      <div role="status" className="sr-only">
        {words.polite}
      </div>
      <div role="alert" className="sr-only">
        {words.assertive}
      </div>
    </>
  );
}
