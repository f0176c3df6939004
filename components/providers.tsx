"use client";
import { type ReactNode, useEffect } from "react";
import { rememberPreference, timeZoneCookie } from "@/lib/http/preferences";
import { Announcer } from "./ui/announcer";
import { Tooltips } from "./ui/tooltip";

/** Client-side providers of every page. Pages with embeds add React Query (embed-queries.tsx). */
export function Providers({ children }: { children: ReactNode }) {
  // Runs on every page, sign-in included, so that the server knows the time zone before the first embed.
  useEffect(() => rememberPreference(timeZoneCookie, Intl.DateTimeFormat().resolvedOptions().timeZone), []);
  return (
    <>
      {children}
      <Tooltips />
      <Announcer />
    </>
  );
}
