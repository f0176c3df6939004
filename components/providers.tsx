"use client";
import { type ReactNode, useEffect } from "react";
import { timeZoneCookie } from "@/lib/http/time-zone-cookie";
import { Announcer } from "./ui/announcer";
import { rememberInCookie } from "./ui/cookie";
import { Tooltips } from "./ui/tooltip";

/** Client-side providers of every page. Pages with embeds add React Query (embed-queries.tsx). */
export function Providers({ children }: { children: ReactNode }) {
  // Runs on every page, sign-in included, so that the server knows the time zone before the first embed.
  useEffect(() => rememberInCookie(timeZoneCookie, Intl.DateTimeFormat().resolvedOptions().timeZone), []);
  return (
    <>
      {children}
      <Tooltips />
      <Announcer />
    </>
  );
}
