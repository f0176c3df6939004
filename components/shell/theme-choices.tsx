"use client";
import { MenuChoice, MenuChoices } from "@/components/ui/menu-popup";
import { setTheme, useChosenTheme } from "@/components/ui/theme";
import { isTheme } from "@/lib/http/preferences";

/** Menu entries: system, light or dark. */
export function ThemeChoices() {
  const chosen = useChosenTheme();
  return (
    <MenuChoices
      aria-label="Theme"
      value={chosen ?? "system"}
      onValueChange={(value: unknown) => setTheme(isTheme(value) ? value : null)}
    >
      <MenuChoice value="system">System</MenuChoice>
      <MenuChoice value="light">Light</MenuChoice>
      <MenuChoice value="dark">Dark</MenuChoice>
    </MenuChoices>
  );
}
