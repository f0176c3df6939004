"use client";
import { lazy } from "react";
import { cn } from "@/components/ui/cn";
import { MenuButton } from "@/components/ui/menu";
import { HalfDisc } from "./half-disc";

const ThemeChoices = lazy(() => import("./theme-choices").then((module) => ({ default: module.ThemeChoices })));

/** The button that opens the theme menu. */
export function ThemeButton({ className }: { className?: string }) {
  return (
    <MenuButton
      className={cn(
        "inline-flex size-8 shrink-0 items-center justify-center rounded-sm text-ink-2 hover:bg-active hover:text-ink aria-expanded:bg-active",
        className,
      )}
      aria-label="Theme"
      data-tip="Theme"
      button={<HalfDisc className="size-4" />}
    >
      <ThemeChoices />
    </MenuButton>
  );
}
