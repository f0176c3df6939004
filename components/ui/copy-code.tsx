"use client";
import { Copy } from "lucide-react";
import { toast } from "./toast";

interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
  /** The toast's text after copying. */
  readonly done: string;
}

/** A small button that copies the text next to it. */
export function CopyButton({ text, label, done }: CopyButtonProps) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      await toast(done);
    } catch {
      await toast("The browser blocked copying. Select the text instead.");
    }
  };
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={label}
      data-tip="Copy"
      className="inline-flex size-6 shrink-0 items-center justify-center rounded-xs align-middle hover:bg-hover"
    >
      <Copy aria-hidden="true" className="size-3.5" />
    </button>
  );
}

/** A support code and a button that copies it. */
export function CopyCode({ code }: { code: string }) {
  return (
    <p className="mt-4 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-3">
      Support code
      <span className="inline-flex items-center gap-1">
        <code className="font-mono text-2xs break-all text-ink-2">{code}</code>
        <CopyButton text={code} label="Copy support code" done="Support code copied" />
      </span>
    </p>
  );
}
