/** Shows what the route names. */

import { drawCharts } from "./charts";
import { type Filter, flag, flags, isInFrame, listIn, readFilters, route, settings, usesSdk } from "./flags";
import { ask, post } from "./host";
import { main, showPage } from "./pages";
import { giveUp, postJson, SignedOut } from "./sign-in";
import { type Content, state } from "./state";

/** What the server is asked for. */
export const contentRequest = () => ({
  route: route(),
  filters: state.filters,
  ...(state.lastMonths ? { lastMonths: state.lastMonths } : {}),
  narrow: window.innerWidth < 640,
  locale: state.locale,
  ...(state.search ? { search: state.search } : {}),
  ...(state.source ? { source: state.source } : {}),
  hideTabs: state.hideTabs,
  ...(state.visibleVizs.length ? { visibleVizs: state.visibleVizs } : {}),
  navigation: !isInFrame || flags.get("primaryNavHidden") === "false",
});

let latest = 0;

/** Asks for the page of the route and puts it in place. Later calls win over earlier ones. */
export async function show(): Promise<void> {
  if (state.ended) return;
  const turn = ++latest;
  main.setAttribute("aria-busy", "true");
  const openChips = [...main.querySelectorAll("details[open][data-chip]")].map((chip) =>
    chip.getAttribute("data-chip"),
  );
  let response: Response;
  try {
    response = await postJson("/app/content", contentRequest());
  } catch (error) {
    if (error instanceof SignedOut) return giveUp();
    showPage("No answer", "ThoughtSpot does not answer. Try again in a moment.");
    return;
  }
  if (turn !== latest) return;
  const content = (await response.json()) as Content;
  main.setAttribute("aria-busy", "false");
  mark(content);
  if (!response.ok) return showRefusal(response.status, content);
  state.shown = content;
  document.title = content.title ?? "ThoughtSpot sandbox";
  main.innerHTML = content.html ?? "";
  drawCharts(main);
  for (const name of openChips) main.querySelector(`details[data-chip="${name}"]`)?.setAttribute("open", "");
  announce(content);
}

function showRefusal(status: number, { code, message }: Content): void {
  state.shown = {};
  delete document.body.dataset.sandboxItem;
  showPage(code === "NOT_FOUND" ? "Not found" : "No access", message ?? "ThoughtSpot could not show this.");
  post("Error", { errorType: "API", code, message, error: { status } });
}

/** Facts for people and tests: who is signed in, what is open, which flags are in force. */
function mark(content: Content): void {
  const { dataset } = document.body;
  const set = (name: string, value: unknown) => {
    if (value === undefined || value === null || value === "") delete dataset[name];
    else dataset[name] = typeof value === "string" ? value : JSON.stringify(value);
  };
  set("sandboxUser", content.user);
  set("sandboxItem", content.item);
  set("sandboxKind", content.kind);
  set("sandboxTab", content.tab);
  set("sandboxOrg", content.org === undefined ? undefined : String(content.org));
  set("visibleCoordinates", content.seen);
  set("sandboxAccess", content.access);
  set("sandboxVariables", content.variables && Object.keys(content.variables).length ? content.variables : undefined);
  set("sandboxFilters", state.filters.length ? state.filters : undefined);
  set("hideAction", listIn(flags.get("hideAction")));
  set("visibleAction", flags.get("visibleAction"));
  set("hideTabs", state.hideTabs.length ? state.hideTabs : undefined);
  set("visibleVizs", state.visibleVizs.length ? state.visibleVizs : undefined);
  set("disableAction", flags.get("disableAction"));
  set("primaryNavHidden", flags.get("primaryNavHidden"));
  set("locale", state.locale);
  const who = document.querySelector("#sandbox .who");
  if (who) who.textContent = content.user ? `Signed in as ${content.user}` : "";
  document.documentElement.lang = state.locale;
}

function announce(content: Content): void {
  if (content.kind === "liveboard")
    post("PinboardRendered", { pinboardId: content.item, tabId: content.tab, vizIds: content.vizs });
  else if (content.kind === "search" || content.kind === "answer") post("data", { title: content.title });
  else if (content.kind === "spotter") post("spotterInit", {});
  sendHeight();
  if (settings.postAfterRender) post(settings.postAfterRender);
}

function sendHeight(): void {
  if (!flag("isFullHeightPinboard")) return;
  // With lazy loading, the host says which part of the frame is on the screen.
  if (usesSdk && flag("isLazyLoadingForEmbedEnabled"))
    ask("requestVisibleEmbedCoordinates", {}, 1_000).then((seen) => mark({ ...state.shown, seen }));
  for (let count = 0; count < settings.heightBurst; count++)
    post("EMBED_HEIGHT", document.documentElement.scrollHeight + count);
}

export async function filtersChanged(): Promise<void> {
  await show();
  post("filterChanged", { liveboardFilters: state.filters });
}

export async function search(words: string): Promise<void> {
  state.search = words;
  await show();
  post("queryChanged", { query: words });
  document.getElementById("words")?.focus();
}

/** What `appInit` answers and `updateEmbedParams` changes, as far as the application reads it. */
export interface EmbedParameters {
  readonly customisations?: unknown;
  readonly customizations?: unknown;
  readonly runtimeFilterParams?: string | null;
  readonly visibleVizs?: unknown;
  readonly embedExpiryInAuthToken?: boolean;
  readonly searchOptions?: { readonly searchTokenString?: string };
  readonly locale?: string;
}

export function applyInit(data: EmbedParameters): void {
  applyStyle(data.customisations ?? data.customizations);
  for (const filter of readFilters(data.runtimeFilterParams))
    state.filters = [...state.filters.filter((entry: Filter) => entry.column !== filter.column), filter];
  if (Array.isArray(data.visibleVizs)) state.visibleVizs = data.visibleVizs.map(String);
  if (data.embedExpiryInAuthToken === false) state.expiryInToken = false;
  if (data.searchOptions?.searchTokenString) state.search = data.searchOptions.searchTokenString;
}

interface Customisations {
  readonly style?: { readonly customCSS?: { readonly variables?: Readonly<Record<string, unknown>> } };
}

/** Applies the host's style variables; a dark background turns the rest of the palette dark. */
function applyStyle(customisations: unknown): void {
  const variables = (customisations as Customisations | undefined)?.style?.customCSS?.variables ?? {};
  const root = document.documentElement;
  for (const [name, value] of Object.entries(variables))
    if (name.startsWith("--ts-var-") && typeof value === "string") root.style.setProperty(name, value);
  const channels = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(
    String(variables["--ts-var-root-background"] ?? ""),
  );
  if (!channels) return;
  const brightness = channels.slice(1).reduce((sum, hex) => sum + Number.parseInt(hex, 16), 0);
  root.dataset.theme = brightness < 384 ? "dark" : "light";
}
