"use client";
import { ErrorPage } from "@/components/shell/error-page";
import "./globals.css";

/** The root layout itself failed, so this page brings its own document. */
export default function GlobalError(props: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong</title>
        <main className="h-dvh">
          <ErrorPage {...props} />
        </main>
      </body>
    </html>
  );
}
