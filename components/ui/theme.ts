"use client";
/**
 * Light, dark or system. The choice is kept in a cookie, so that the server renders the page with it and nothing
 * flashes; without a choice the style sheet follows the system.
 */
import { useSyncExternalStore } from "react";
import { isTheme, rememberPreference, type Theme, themeCookie } from "@/lib/http/preferences";

const listeners = new Set<() => void>();
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

/** Sets the theme of this browser; null follows the system. */
export function setTheme(theme: Theme | null): void {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  rememberPreference(themeCookie, theme);
  for (const listener of listeners) listener();
}

function chosenTheme(): Theme | null {
  const theme = document.documentElement.dataset.theme;
  return isTheme(theme) ? theme : null;
}

function subscribe(listener: () => void) {
  const media = dark();
  listeners.add(listener);
  media.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    media.removeEventListener("change", listener);
  };
}

/** The user's choice; null while following the system. */
export function useChosenTheme(): Theme | null {
  return useSyncExternalStore(subscribe, chosenTheme, () => null);
}

/** The theme in effect. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    subscribe,
    () => chosenTheme() ?? (dark().matches ? "dark" : "light"),
    () => "light",
  );
}
