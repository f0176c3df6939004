import type { ReactNode } from "react";
import portal from "@/portal.config";
import { Logo } from "./logo";

/** What stands around a missing page for whoever is not signed in: the mark, and a place of the window's height. */
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
