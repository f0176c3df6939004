import type { Metadata } from "next";
import { Logo } from "@/components/shell/logo";
import { NotFoundWords } from "@/components/shell/not-found-words";
import portal from "@/portal.config";

export const metadata: Metadata = { title: "Nothing here" };

/** A missing page outside the shell. */
export default function NotFound() {
  return (
    <div className="flex min-h-dvh flex-col bg-surface p-5 sm:p-10">
      <header className="flex items-center gap-3 text-md font-semibold">
        <Logo className="size-5.5" />
        {portal.name}
      </header>
      <main className="m-auto w-full max-w-92 py-10">
        <NotFoundWords />
      </main>
    </div>
  );
}
