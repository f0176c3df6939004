/** Buttons (native ones: the platform's is enough), and links that look like them. One solid button per view. */
import type { ComponentProps } from "react";
import { cn } from "./cn";

export type ButtonLook = "solid" | "line" | "ghost" | "danger";
export type ButtonSize = "base" | "small" | "icon";

const shape =
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-sm font-medium whitespace-nowrap no-underline select-none " +
  "transition-colors duration-(--duration-fast) ease-out disabled:cursor-default disabled:border-line disabled:bg-hover disabled:text-ink-3";

const looks: Record<ButtonLook, string> = {
  solid: "border border-solid bg-solid text-on-solid hover:bg-solid-hover",
  line: "border border-line-strong bg-surface text-ink hover:bg-hover",
  ghost: "border border-transparent text-ink-2 hover:bg-hover hover:text-ink",
  danger: "border border-bad-line bg-surface text-bad hover:bg-bad-soft",
};

/** Touch gets 44 px; a mouse gets 32 px, or 28 px where it is tight. */
const sizes: Record<ButtonSize, string> = {
  base: "h-8 px-3 text-sm max-sm:h-11 max-sm:px-4",
  small: "h-7 px-2 text-sm max-sm:h-11 max-sm:px-3",
  icon: "size-8 max-sm:size-11",
};

export interface ButtonStyle {
  readonly look?: ButtonLook;
  readonly size?: ButtonSize;
}

/** The classes of a button, for links that act like one. */
export function buttonClass({ look = "line", size = "base" }: ButtonStyle = {}, more?: string): string {
  return cn(shape, looks[look], sizes[size], more);
}

/** A button; `type="button"` by default, so that none submits by accident. */
export function Button({ look, size, className, type = "button", ...rest }: ComponentProps<"button"> & ButtonStyle) {
  return <button type={type} className={buttonClass({ look, size }, className)} {...rest} />;
}
