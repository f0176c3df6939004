"use client";
import { Copy } from "lucide-react";
import { toast } from "./toast";

/** A support code and a button that copies it. */
export function CopyCode({ code }: { code: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      await toast("Support code copied");
    } catch {
      await toast("Copying is not allowed here. Select the code instead.");
    }
  };
  return (
    <p className="mt-4 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-3">
      Support code
      <span className="inline-flex items-center gap-1">
        <code className="font-mono text-2xs break-all text-ink-2">{code}</code>
        <button
          type="button"
          onClick={copy}
          aria-label="Copy support code"
          data-tip="Copy"
          className="inline-flex size-6 shrink-0 items-center justify-center rounded-xs hover:bg-hover"
        >
          <Copy aria-hidden="true" className="size-3.5" />
        </button>
      </span>
    </p>
  );
}
