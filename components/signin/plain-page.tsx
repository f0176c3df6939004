/** A page outside the shell: logo, one message, theme button. */
import Link from "next/link";
import type { ReactNode } from "react";
import { Logo } from "@/components/shell/logo";
import { ThemeButton } from "@/components/shell/theme-button";
import portal from "@/portal.config";

interface PlainPageProps {
  /** Fills the right half of wide screens. */
  readonly beside?: ReactNode;
  readonly children: ReactNode;
}

export function PlainPage({ beside, children }: PlainPageProps) {
  return (
    <div className={beside ? "grid min-h-dvh grid-cols-1 lg:grid-cols-[39%_1fr]" : "min-h-dvh"}>
      <div className={`flex flex-col bg-surface p-5 sm:p-10 ${beside ? "lg:border-r lg:border-line" : "min-h-dvh"}`}>
        <header>
          <Link
            href="/"
            prefetch={false}
            className="inline-flex items-center gap-3 text-md font-semibold text-ink no-underline"
          >
            <Logo className="size-5.5" />
            {portal.name}
          </Link>
        </header>
        <main id="content" className="mx-auto flex w-full max-w-92 grow flex-col justify-center py-10">
          {children}
        </main>
        <footer className="flex items-center justify-between gap-4 text-xs text-ink-3">
          <Link
            href="/problems"
            prefetch={false}
            className="inline-flex min-h-8 items-center text-ink-3 no-underline hover:underline"
          >
            What error codes mean
          </Link>
          <ThemeButton />
        </footer>
      </div>
      {beside && (
        <aside className="flex flex-col items-center justify-center gap-10 bg-canvas p-12 max-lg:hidden">
          {beside}
        </aside>
      )}
    </div>
  );
}
