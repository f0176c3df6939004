"use client";
import { useSyncExternalStore } from "react";

const never = () => () => {};

/** False on the server and during hydration, true afterwards: for values that only the browser knows, such as the time zone. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

/** A time in the user's locale. Empty until the browser's time zone is known, so that it never changes on screen. */
export function LocalTime({ iso, prefix = "" }: { iso: string; prefix?: string }) {
  const inBrowser = useInBrowser();
  if (!inBrowser) return null;
  const time = new Date(iso).toLocaleTimeString(undefined, { timeStyle: "short" });
  return (
    <time dateTime={iso}>
      {prefix}
      {time}
    </time>
  );
}
