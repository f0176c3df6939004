/** The theme cookie, read by server and browser. */
export type Theme = "light" | "dark";

export const themeCookie = "portal-theme";

export const isTheme = (value: unknown): value is Theme => value === "light" || value === "dark";
