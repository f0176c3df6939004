"use client";
import { buttonClass } from "@/components/ui/button";

interface ErrorPageProps {
  /** Next redacts the message; `digest` identifies the error in the server's log. */
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

/**
 * An unexpected failure of a page. Part of every page's JavaScript, so it stays small: its sentences are copies of
 * `portal_failed` in the table of problems (a test compares them).
 */
export function ErrorPage({ error, reset }: ErrorPageProps) {
  return (
    <div className="flex h-full min-h-96 overflow-y-auto">
      <div className="m-auto w-full max-w-116 p-6">
        <div role="alert">
          <h1 className="text-md">Something went wrong in the portal</h1>
          <p className="mt-3 text-base text-ink-2">
            The portal hit an error it did not expect. It was recorded under the number below.
          </p>
        </div>
        <div className="mt-4 flex flex-wrap gap-2">
          <button type="button" onClick={reset} className={buttonClass({ look: "solid" })}>
            Try again
          </button>
          {/* A full page load: the page's scripts may be what is broken. */}
          <a href="/" className={buttonClass()}>
            Back to Home
          </a>
        </div>
        <p className="mt-4 text-xs text-ink-3">
          Support code{" "}
          <code className="font-mono text-2xs text-ink-2">
            {["portal_failed", error.digest].filter(Boolean).join(" · ")}
          </code>
        </p>
      </div>
    </div>
  );
}
