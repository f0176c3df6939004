/** What the page is told: its server's settings, and the flags that the SDK writes into the address. */
import { pageData } from "../../../kit/browser/page-data";

/** What the server writes into the page (`app.ts`). */
export interface Settings {
  readonly basePath: string;
  readonly partitionedCookies: boolean;
  readonly isSameSite: boolean;
  readonly blockFullApp: boolean;
  readonly neverAppInit: boolean;
  readonly appInitDelayMs: number;
  readonly refreshesTokens: boolean;
  readonly refreshLeadSeconds: number;
  readonly idleSeconds: number;
  readonly giveUpSeconds: number;
  readonly postAfterRender: string;
  readonly heightBurst: number;
}

export const settings = pageData<Settings>("settings");
export const isInFrame = window.parent !== window;

/** Query flags, also when they come packed as `base64UrlEncodedFlags`. */
function readFlags(): URLSearchParams {
  const query = new URLSearchParams(location.search);
  const packed = query.get("base64UrlEncodedFlags");
  if (!packed) return query;
  const text = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  return new URLSearchParams(text.startsWith("?") ? text.slice(1) : text);
}

export const flags = readFlags();
export const flag = (name: string): boolean => flags.get(name) === "true";
export const isCookieless = flag("cookieless");
export const usesSdk = isInFrame && flags.has("sdkVersion");

// The login of 2021 carries the token in the address: take it out before anything can read or share it.
if (flags.has("authtoken")) {
  const clean = new URL(location.href);
  clean.searchParams.delete("authtoken");
  history.replaceState(null, "", clean.href);
}

export const hasRoute = (): boolean => location.hash.replace(/^#\/?/, "") !== "";
export const route = (): string => location.hash.replace(/^#/, "") || "/";
export const ownUrl = (path: string): string => `${settings.basePath}${path}`;

/** A list in JSON or with commas, as flags have it. */
export function listIn(text: string | null): string[] {
  if (!text) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return text.split(",");
  }
}

/** A filter in force. */
export interface Filter {
  readonly column: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** Runtime filters as the SDK writes them: `col1=…&op1=…&val1=…&val1=…`. */
export function readFilters(text: string | null | undefined): Filter[] {
  const parameters = new URLSearchParams(text ?? "");
  const filters: Filter[] = [];
  for (let index = 1; parameters.has(`col${index}`); index++)
    filters.push({
      column: parameters.get(`col${index}`) ?? "",
      operator: parameters.get(`op${index}`) ?? "IN",
      values: parameters.getAll(`val${index}`),
    });
  return filters;
}
