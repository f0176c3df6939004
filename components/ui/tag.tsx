import type { ReactNode } from "react";
import { cn } from "./cn";

const tones = {
  quiet: "bg-active text-ink-2",
  line: "border border-line-strong text-ink-2",
  ok: "bg-ok-soft text-ok",
  bad: "bg-bad-soft text-bad",
} as const;

interface TagProps {
  readonly tone?: keyof typeof tones;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A small framed label: "Sandbox", "Managed". */
export function Tag({ tone = "quiet", className, children }: TagProps) {
  return (
    <span
      className={cn(
        "inline-flex h-5 items-center rounded-xs px-1.5 text-2xs font-medium whitespace-nowrap",
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

/** A key cap. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-xs border border-line bg-hover px-1 font-sans text-2xs text-ink-3">
      {children}
    </kbd>
  );
}
