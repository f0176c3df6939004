/** What the host asks of the application: events, and getters and setters that the SDK first tries as a pass-through. */
import { hasRoute, isInFrame, route } from "./flags";
import { applyInit, type EmbedParameters, filtersChanged, search, show } from "./show";
import { end } from "./sign-in";
import { state } from "./state";

/** What came with an event. The application reads what it knows and ignores the rest. */
type Payload = Readonly<Record<string, unknown>> | undefined;

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** @param path a route without its leading slash, e.g. `embed/viz/<id>`, or steps in the history */
function navigate(path: unknown): void {
  const next = `#/${String(path).replace(/^[#/]+/, "")}`;
  if (typeof path === "number") history.go(path);
  else if (location.hash !== next) location.hash = next;
}

const pageContext = () => ({ page: state.shown.kind, item: state.shown.item, tab: state.shown.tab, path: route() });

/** @param filters as `updateFilters` or `UpdateRuntimeFilters` send them */
function setFilters(filters: readonly unknown[]): Promise<void> {
  for (const filter of filters.map(record)) {
    const column = String(filter.columnName ?? filter.column ?? "");
    const kept = state.filters.filter((entry) => entry.column !== column);
    const values = texts(filter.values);
    const operator = String(filter.operator ?? filter.oper ?? "IN");
    state.filters = values.length ? [...kept, { column, operator, values }] : kept;
  }
  return filtersChanged();
}

const outline = () => ({ name: state.shown.title, guid: state.shown.item, filters: state.filters });

const liveboardFilters = () => ({
  liveboardFilters: state.filters.map((filter) => ({
    columnInfo: { name: filter.column },
    filters: [{ oper: filter.operator, values: filter.values }],
  })),
  runtimeFilters: state.filters,
});

const tabs = () => state.shown.tabs ?? [];

type Handler = (data: unknown) => unknown;

const updateFilters: Handler = async (parameters) => {
  const { filters, filter } = record(parameters);
  await setFilters(Array.isArray(filters) ? filters : filter ? [filter] : []);
  return { success: true };
};

const passThroughs: Readonly<Record<string, Handler>> = {
  getTabs: () => ({ orderedTabIds: tabs().map((tab) => tab.id), Tabs: tabs(), numberOfTabs: tabs().length }),
  getFilters: liveboardFilters,
  getIframeUrl: () => ({ iframeUrl: location.href }),
  getParameters: () => ({ parameters: [] }),
  getGroups: () => ({ orderedGroupIds: [], numberOfGroups: 0, Groups: [] }),
  getTML: () => ({ ...outline(), search_query: state.search }),
  getAnswerSession: () => ({
    session: { sessionId: `sandbox-${state.shown.item}`, genNo: 1, acSession: { sessionId: "sandbox", genNo: 1 } },
    embedAnswerData: outline(),
  }),
  getExportRequestForCurrentPinboard: () => ({
    type: "getExportRequestForCurrentPinboard",
    data: { v2Content: JSON.stringify(outline()) },
  }),
  getAnswerPageConfig: () => ({ ...pageContext(), query: state.search }),
  getUnsavedAnswerTML: () => ({ tml: JSON.stringify(outline()) }),
  getPinboardPageConfig: () => ({ ...pageContext(), vizs: state.shown.vizs ?? [] }),
  getDiscoverabilityStatus: () => ({
    shouldShowDiscoverability: false,
    isDiscoverabilityCheckboxUnselectedPerOrg: true,
  }),
  updateFilters,
};

const received = () => ({ received: true });

const hostEvents: Readonly<Record<string, Handler>> = {
  Navigate: (data) => navigate(typeof data === "object" && data !== null ? record(data).path : data),
  InfoSuccess: received,
  visibleEmbedCoordinates: received,
  EmbedDestroyed: () => {
    end();
    state.token = "";
    return received();
  },
  UpdateRuntimeFilters: (data) => setFilters(Array.isArray(data) ? data : []),
  UpdateParameters: received,
  SetPinboardVisibleVizs: (data) => {
    state.visibleVizs = texts(data);
    return show();
  },
  SetPinboardVisibleTabs: (data) => {
    const visible = texts(data);
    state.hideTabs = tabs().flatMap(({ id }) => (visible.includes(id) ? [] : [id]));
    return show();
  },
  SetPinboardHiddenTabs: (data) => {
    state.hideTabs = texts(data);
    return show();
  },
  SetActiveTab: (data) => navigate(`${route().split("/tab")[0]}/tab/${record(data).tabId ?? ""}`),
  updateEmbedParams: (data) => {
    const parameters: EmbedParameters = record(data);
    applyInit(parameters);
    if (parameters.locale) state.locale = String(parameters.locale);
    // Pre-rendered, there is nothing to show until Navigate.
    return hasRoute() ? show() : undefined;
  },
  GetPageContext: pageContext,
  search: (data) => {
    const { dataSources, searchQuery } = record(data);
    const [source] = texts(dataSources);
    if (source) state.source = source;
    return search(String(searchQuery ?? ""));
  },
  resetSearch: () => search(""),
  exitPresentMode: received,
  getTabs: passThroughs.getTabs ?? received,
  getFilters: liveboardFilters,
  GetIframeUrl: passThroughs.getIframeUrl ?? received,
  updateFilters,
};

const handlerOf = (handlers: Readonly<Record<string, Handler>>, name: string) =>
  Object.hasOwn(handlers, name) ? handlers[name] : undefined;

/** @param data `{ type, parameters }` @returns entries with `value` or `error` */
async function passThrough(data: unknown): Promise<readonly object[]> {
  const { type, parameters } = record(data);
  const name = String(type ?? "");
  if (name === "getAvailableUiPassthroughs") return [{ value: { keys: Object.keys(passThroughs) } }];
  const handler = handlerOf(passThroughs, name);
  return handler ? [{ value: await handler(parameters) }] : [{ error: `${name} is not available here` }];
}

async function answer(type: string, data: unknown): Promise<unknown> {
  if (type === "UiPassthrough") return passThrough(data);
  const handler = handlerOf(hostEvents, type);
  if (!handler) return { error: `${type} is not supported here` };
  try {
    return (await handler(data)) ?? { success: true };
  } catch (error) {
    return { error: error instanceof Error ? error.message : "failed" };
  }
}

/** Listens from now on. */
export function listenToHost(): void {
  window.addEventListener("message", async (event: MessageEvent<Payload>) => {
    const type = event.data?.type;
    const [port] = event.ports;
    if (!isInFrame || event.source !== window.parent || typeof type !== "string" || !port) return;
    port.postMessage(await answer(type, event.data?.data));
  });
}
