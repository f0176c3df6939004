/**
 * ThoughtSpot's side in words: what the browser receives, which item is which object, embed and access, and the
 * messages of the Visual Embed SDK 1.52.0 that the portal reads. Safe in the browser: no secrets, no SDK import (its
 * enums are written as strings here, because importing one pulls in the whole package).
 */
import type { EmbedItem } from "../vendor";
import type { View } from "../view";

export const vendorId = "thoughtspot";
export const vendorName = "ThoughtSpot";

/** How users are signed in: by bearer in memory, by cookie, or by the redirect of the 2021 flow. */
export type Login = "cookieless" | "cookie" | "redirect";

/** What the browser receives for one embed. */
export interface Grant {
  readonly token: string;
  readonly username: string;
  /** ISO 8601. For v1 tokens, which do not say, the portal's own cautious guess. */
  readonly expiresAt: string;
  /** Only with `THOUGHTSPOT_LOGIN=redirect`: the complete login address for the frame. */
  readonly url?: string;
}

/** The public part of the configuration. */
export interface BrowserConfig {
  /** ThoughtSpot's address for the browser, without a trailing slash. */
  readonly host: string;
  readonly login: Login;
  /** Whether the SDK checks a token before it uses it. */
  readonly tokenCheck: boolean;
}

export const kinds = ["liveboard", "visualization", "answer", "search", "search-bar", "spotter", "app"] as const;
export type Kind = (typeof kinds)[number];

/**
 * What a token may open. `object`: one Liveboard or answer (`REPORT_BOOK_VIEW`); `application`: everything the user
 * may see (`FULL`); `custom`: the same with row-security variables.
 */
export type Access =
  | { readonly level: "object"; readonly objectId: string }
  | { readonly level: "application" }
  | { readonly level: "custom"; readonly variables: readonly string[] };

type Target = Pick<EmbedItem, "kind" | "target">;

const variablePrefix = "variable.";
const valuePrefix = "value:";
const filterPrefix = "filter.";

/** The row security of an item, as its target in portal.config.ts says it. README.md explains the keys. */
export interface RowRules {
  /** Variable → what the user's groups start with: `"variable.region_var": "region-"` makes EMEA of region-EMEA. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** The group whose members see all rows: the key `allRows`. */
  readonly allRows?: string;
  /** For a user without a value: not opened, or opened with a value that no row has. The key `noRows`. */
  readonly noRows?: "refuse" | { readonly value: string };
}

export function rowRulesOf({ target }: Target): RowRules {
  const prefixes = Object.fromEntries(
    Object.entries(target).flatMap(([key, prefix]) =>
      key.startsWith(variablePrefix) ? [[key.slice(variablePrefix.length), prefix]] : [],
    ),
  );
  const { allRows, noRows } = target;
  const value = noRows?.startsWith(valuePrefix) ? noRows.slice(valuePrefix.length) : undefined;
  return {
    prefixes,
    ...(allRows === undefined ? {} : { allRows }),
    ...(noRows === "refuse" ? { noRows } : value === undefined ? {} : { noRows: { value } }),
  };
}

/** The names of the row-security variables of an item. */
export const variablesOf = (item: Target): string[] => Object.keys(rowRulesOf(item).prefixes);

/** What a token of the cookieless login opens (`THOUGHTSPOT_TOKEN`): all that the user may see, or the item's object. */
export type TokenChoice = "full" | "object";

/** The third decision of trusted authentication: what is asked for, an object or the application. */
export function accessOf(item: Target, token: TokenChoice): Access {
  const variables = variablesOf(item);
  if (variables.length > 0) return { level: "custom", variables };
  const objectId = token === "object" ? objectIdOf(item) : undefined;
  return objectId ? { level: "object", objectId } : { level: "application" };
}

/** The one object of an item that a token can be bound to, or nothing for items that are a page of the application. */
export function objectIdOf({ kind, target }: Target): string | undefined {
  if (kind === "liveboard" || kind === "visualization") return target.liveboardId;
  if (kind === "answer") return target.answerId;
  return undefined;
}

/** What an item shows, whether or not a token can be bound to it: a Liveboard, an answer, or the model that is searched. */
export function objectOf({ kind, target }: Target): { readonly type: MetadataType; readonly id: string } | undefined {
  if (kind === "liveboard" || kind === "visualization") return named("LIVEBOARD", target.liveboardId);
  return kind === "answer" ? named("ANSWER", target.answerId) : named("LOGICAL_TABLE", target.modelId);
}

/** The vendor's names for kinds of objects (OpenAPI file, `metadata/search`). */
export type MetadataType = "LIVEBOARD" | "ANSWER" | "LOGICAL_TABLE";

const named = (type: MetadataType, id: string | undefined) => (id ? { type, id } : undefined);

/**
 * Names the connection of an item: items with equal scopes share a token. Each token is made after a look at its object
 * and its rows, so an item must never find one that was made for another object or other rules.
 */
export function scopeOf(item: Target): string {
  const object = objectOf(item)?.id;
  const variables = variablesOf(item);
  if (variables.length === 0) return object ? `object:${object}` : "application";
  const { target } = item;
  const rules = variables.map((name) => `${name}=${target[variablePrefix + name]}`);
  return `rows:${[object ?? "", ...rules, `all=${target.allRows ?? ""}`, `none=${target.noRows ?? ""}`].join("&")}`;
}

/**
 * What an item says in the query of the application's address rather than in the route, as the SDK writes it (1.52.0,
 * `src/embed/search.ts`): the model and the words of a search, and whether the application shows its own navigation.
 */
export function flagsOf({ kind, target }: Target): string[] {
  const isNavigationShown = kind === "app" && target.navigation === "shown";
  const flags = [`primaryNavHidden=${!isNavigationShown}`];
  if (kind !== "search" && kind !== "search-bar") return flags;
  if (target.modelId) flags.push(`dataSources=${encodeURIComponent(JSON.stringify([target.modelId]))}`);
  if (target.query) flags.push(`searchTokenString=${encodeURIComponent(target.query)}`, "executeSearch=true");
  return flags;
}

/** The hash route of an item, as the SDK builds it (1.52.0, `src/embed/*.ts`). Used by the redirect login. */
export function routeOf({ kind, target }: Target): string {
  const part = (text: string | undefined) => encodeURIComponent(text ?? "");
  switch (kind) {
    case "liveboard":
    case "visualization": {
      const tab = target.tabId ? `/tab/${part(target.tabId)}` : "";
      const viz = target.vizId ? `/${part(target.vizId)}` : "";
      const view = target.viewId ? `?view=${part(target.viewId)}` : "";
      return `/embed/viz/${part(target.liveboardId)}${tab}${viz}${view}`;
    }
    case "answer":
      return `/embed/saved-answer/${part(target.answerId)}`;
    case "search":
      return "/embed/answer";
    case "search-bar":
      return "/embed/search-bar-embed";
    case "spotter": {
      const asked = [
        ...(target.modelId ? [`worksheet=${part(target.modelId)}`] : []),
        ...(target.query ? [`query=${part(target.query)}`] : []),
      ];
      return `/embed/insights/conv-assist${asked.length > 0 ? `?${asked.join("&")}` : ""}`;
    }
    default:
      return `/${(target.page ?? "home").replace(/^\/+/, "")}`;
  }
}

/** Kinds that prove themselves with `PinboardRendered`; the others with the application's own readiness. */
export const rendersBoard = ({ kind }: Pick<EmbedItem, "kind">): boolean =>
  kind === "liveboard" || kind === "visualization";

/** Whether the SDK loads this kind from `/v2/` rather than from `/`. */
export const usesV2Path = (kind: string): boolean =>
  kind === "answer" || kind === "search" || kind === "search-bar" || kind === "spotter";

// ---------- Filters ----------

/** A filter in the SDK's words. */
export interface Filter {
  readonly columnName: string;
  readonly operator: "IN";
  readonly values: readonly string[];
}

/**
 * The filters an item opens with: those of the catalog, then those of the page's address (`?filter.Region=EMEA`), which
 * win. Filters only narrow what the token shows.
 */
export function filtersOf({ target }: Target, view: View): Filter[] {
  const filters = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(target))
    if (key.startsWith(filterPrefix))
      filters.set(
        key.slice(filterPrefix.length),
        value.split(",").map((entry) => entry.trim()),
      );
  for (const { name, values } of view.filters) filters.set(name, values);
  return [...filters].map(([columnName, values]) => ({ columnName, operator: "IN", values }));
}

/** The tab an item opens with: the one that the address asks for, else the catalog's. It is one step of a route. */
export const tabOf = ({ target }: Target, { page }: View): string | undefined =>
  page !== undefined && /^[\w-]{1,64}$/.test(page) ? page : target.tabId;

/** The tab in a route of the application, e.g. `/embed/viz/<id>/tab/<tab>`. */
export const tabIn = (route: string): string | undefined => /\/tab\/([\w-]{1,64})(?=[/?]|$)/.exec(route)?.[1];

/** The route that the application has gone to (`ROUTE_CHANGE`, SDK 1.52.0); nothing when unreadable. */
export function readRoute(payload: unknown): string | undefined {
  const { currentPath } = record(record(payload).data);
  return typeof currentPath === "string" ? currentPath : undefined;
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The filters in a `filterChanged` message, in either of the shapes that releases send; nothing when unreadable. */
export function readFilterChange(message: unknown): Filter[] | undefined {
  const { data } = record(message);
  const { liveboardFilters, runtimeFilters } = record(data);
  if (!Array.isArray(liveboardFilters) && !Array.isArray(runtimeFilters)) return undefined;
  const filters = new Map<string, string[]>();
  for (const entry of [...list(liveboardFilters), ...list(runtimeFilters)]) {
    const { column, columnName, columnInfo, filters: inner, values } = record(entry);
    const name = [column, columnName, record(columnInfo).name].find((text): text is string => typeof text === "string");
    const found = [...list(values), ...list(inner).flatMap((filter) => list(record(filter).values))]
      .map((value) => (typeof value === "object" ? (record(value).display ?? record(value).key) : value))
      .filter((value) => ["string", "number", "boolean"].includes(typeof value))
      .map(String);
    if (name && found.length > 0) filters.set(name, [...new Set(found)]);
  }
  return [...filters].map(([columnName, values]) => ({ columnName, operator: "IN", values }));
}

/** Filters as ThoughtSpot reads them in an address: `col1=Region&op1=IN&val1=EMEA&val1=DACH`. */
const filterQuery = (filters: readonly Filter[]): string[] =>
  filters.flatMap(({ columnName, operator, values }, index) => [
    `col${index + 1}=${encodeURIComponent(columnName)}`,
    `op${index + 1}=${operator}`,
    ...values.map((value) => `val${index + 1}=${encodeURIComponent(value)}`),
  ]);

/**
 * The login address of the redirect flow, with filters and language in the address that it leads to. Nothing else of
 * it changes: where it leads is the server's word.
 *
 * @param address what `loginAddress` made
 */
export function loginAddressWith(
  address: string,
  { filters, locale }: { readonly filters: readonly Filter[]; readonly locale?: string },
): string {
  const more = [...filterQuery(filters), ...(locale ? [`locale=${encodeURIComponent(locale)}`] : [])];
  if (more.length === 0) return address;
  return address.replace(/(?<=[?&]redirect_url=)[^&]*/, (encoded) => {
    const [page = "", ...route] = decodeURIComponent(encoded).split("#");
    return encodeURIComponent([`${page}&${more.join("&")}`, ...route].join("#"));
  });
}

// ---------- Look ----------

/** `background` is the sheet that the portal lays its frames on, not the canvas around it. */
const light = {
  background: "#fafafb",
  ink: "#18181b",
  surface: "#ffffff",
  chip: "#ffffff",
  hover: "#f0f0f2",
  line: "#d4d4d9",
  solid: "#1c1c20",
  onSolid: "#ffffff",
};
const dark = {
  background: "#0e0e10",
  ink: "#ededf0",
  surface: "#121214",
  chip: "#1a1a1e",
  hover: "#1d1d21",
  line: "#36363d",
  solid: "#ededf0",
  onSolid: "#131316",
};

/** The portal's theme as ThoughtSpot's style variables (SOURCES.md: `css-customization`). */
export function styleOf(theme: "light" | "dark") {
  const colours = theme === "dark" ? dark : light;
  return {
    style: {
      customCSS: {
        variables: {
          "--ts-var-root-background": colours.background,
          "--ts-var-root-color": colours.ink,
          "--ts-var-application-color": colours.ink,
          "--ts-var-viz-background": colours.surface,
          "--ts-var-viz-title-color": colours.ink,
          "--ts-var-viz-border-radius": "10px",
          "--ts-var-liveboard-layout-background": colours.background,
          "--ts-var-liveboard-header-background": colours.surface,
          "--ts-var-liveboard-header-font-color": colours.ink,
          "--ts-var-chip-background": colours.chip,
          "--ts-var-chip-color": colours.ink,
          "--ts-var-chip--hover-background": colours.hover,
          "--ts-var-menu-background": colours.surface,
          "--ts-var-menu-color": colours.ink,
          "--ts-var-button--primary-background": colours.solid,
          "--ts-var-button--primary-color": colours.onSolid,
          "--ts-var-button--secondary-background": colours.surface,
          "--ts-var-button--secondary-color": colours.ink,
          "--ts-var-axis-title-color": colours.ink,
          "--ts-var-axis-data-label-color": colours.ink,
          "--ts-var-dialog-body-background": colours.surface,
          "--ts-var-dialog-body-color": colours.ink,
        },
      },
    },
  };
}

/** ThoughtSpot's interface languages, by the language part of a BCP 47 tag (SOURCES.md: `locale-setting`). */
const locales: Record<string, string> = {
  da: "da-DK",
  de: "de-DE",
  en: "en-US",
  es: "es-ES",
  fi: "fi-FI",
  fr: "fr-FR",
  it: "it-IT",
  ja: "ja-JP",
  ko: "ko-KR",
  nb: "nb-NO",
  nl: "nl-NL",
  pt: "pt-BR",
  ru: "ru-RU",
  sv: "sv-SE",
  zh: "zh-CN",
};
const regional = [
  "en-AU",
  "en-CA",
  "en-GB",
  "en-US",
  "de-CH",
  "de-DE",
  "es-ES",
  "es-MX",
  "es-US",
  "fr-CA",
  "fr-FR",
  "pt-BR",
  "pt-PT",
  "zh-CN",
  "zh-HANT",
];

/** The nearest language that ThoughtSpot has. */
export function localeOf(tag: string): string {
  const exact = regional.find((entry) => entry.toLowerCase() === tag.toLowerCase());
  return exact ?? locales[tag.split("-")[0]?.toLowerCase() ?? ""] ?? "en-US";
}

// ---------- Messages ----------

/** Messages of the embedded application, by the SDK's wire names (`EmbedEvent` in 1.52.0). */
export const message = {
  load: "load",
  appInit: "appInit",
  authInit: "authInit",
  ready: "EmbedListenerReady",
  rendered: "PinboardRendered",
  error: "Error",
  authExpired: "ThoughtspotAuthExpired",
  authFailure: "ThoughtspotAuthFailure",
  authLogout: "ThoughtspotAuthLogout",
  noCookies: "noCookieAccess",
  filterChanged: "filterChanged",
  routeChange: "ROUTE_CHANGE",
} as const;

/** An embed's error, whether the SDK or the application found it. */
export function readError(payload: unknown): { errorType: string; code: string } {
  const outer = record(payload);
  const inner = record(outer.data);
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return { errorType: text(outer.errorType) || text(inner.errorType), code: text(outer.code) || text(inner.code) };
}

/** Whether two ThoughtSpot usernames are the same account: the server ignores letter case. */
export const sameAccount = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
