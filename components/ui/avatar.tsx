import { cn } from "./cn";

interface AvatarProps {
  readonly name: string;
  readonly tone?: "solid" | "quiet";
  readonly className?: string;
}

/** The first letters of a name, two at most, in a disc. Decorative: the name is next to it or is the button's label. */
export function Avatar({ name, tone = "solid", className }: AvatarProps) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        "inline-flex size-7 shrink-0 items-center justify-center rounded-full text-3xs font-semibold",
        tone === "solid" ? "bg-ink-2 text-surface" : "bg-active text-ink-2",
        className,
      )}
    >
      {/^\p{L}{1,2}/u.exec(name.trim())?.[0] ?? "?"}
    </span>
  );
}
