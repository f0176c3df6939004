"use client";
/**
 * Light, dark or as the system says. The choice is kept in a cookie, so that the server renders the page in it and
 * nothing flashes; without a choice the style sheet follows the system by itself.
 */
import { useSyncExternalStore } from "react";
import { rememberInCookie } from "./cookie";
import { isTheme, type Theme, themeCookie } from "./theme-cookie";

const listeners = new Set<() => void>();
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");

/** Chooses a theme for this browser; null follows the system. */
export function setTheme(theme: Theme | null): void {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  rememberInCookie(themeCookie, theme);
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

/** What the user chose; null while following the system. */
export function useChosenTheme(): Theme | null {
  return useSyncExternalStore(subscribe, chosenTheme, () => null);
}

/** What the page looks like now. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    subscribe,
    () => chosenTheme() ?? (dark().matches ? "dark" : "light"),
    () => "light",
  );
}
