"use client";
import { ErrorPage } from "@/components/shell/error-page";

/** A page that failed outside the shell. */
export default function PageError(props: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="h-dvh">
      <ErrorPage {...props} />
    </main>
  );
}
