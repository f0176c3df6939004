import type { ReactNode } from "react";
import portal from "@/portal.config";
import { Logo } from "./logo";

/** The frame of a not-found page without a session: the logo, and an area of the window's height. */
export function NoShell({ children }: { children: ReactNode }) {
  return (
    <div className="flex h-dvh flex-col bg-surface">
      <header className="flex items-center gap-3 p-5 text-md font-semibold sm:px-10 sm:pt-10">
        <Logo className="size-5.5" />
        {portal.name}
      </header>
      <main id="content" className="min-h-0 grow">
        {children}
      </main>
    </div>
  );
}
