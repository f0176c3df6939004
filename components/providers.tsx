"use client";
import { type ReactNode, useEffect } from "react";
import { timeZoneCookie } from "@/lib/http/time-zone-cookie";
import { Announcer } from "./ui/announcer";
import { rememberInCookie } from "./ui/cookie";
import { Tooltips } from "./ui/tooltip";

/** What every page needs around it in the browser. Queries come with the pages that have embeds (embed-queries.tsx). */
export function Providers({ children }: { children: ReactNode }) {
  // Before the first embed is asked for: sign-in is a page too.
  useEffect(() => rememberInCookie(timeZoneCookie, Intl.DateTimeFormat().resolvedOptions().timeZone), []);
  return (
    <>
      {children}
      <Tooltips />
      <Announcer />
    </>
  );
}
