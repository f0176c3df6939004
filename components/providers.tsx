"use client";
import type { ReactNode } from "react";
import { Announcer } from "./ui/announcer";
import { Tooltips } from "./ui/tooltip";

/** What every page needs around it in the browser. Queries come with the pages that have embeds (embed-queries.tsx). */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <Tooltips />
      <Announcer />
    </>
  );
}
