"use client";
import { useSyncExternalStore } from "react";

const never = () => () => {};

/** False on the server and while hydrating, true afterwards: for what only the browser knows, such as the time zone. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

/** A clock time as the user's locale writes it. Empty until the browser's time zone is known, so it never jumps. */
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
