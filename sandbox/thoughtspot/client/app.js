// @ts-check
/**
 * The application inside the frame. It speaks the message protocol of the Visual Embed SDK (types 1.52.0): asks
 * `appInit`, keeps the token in memory only, shows what the hash names, renews its sign-in, answers host events.
 */

const settings = JSON.parse(document.getElementById("settings")?.textContent ?? "{}");
const main = /** @type {HTMLElement} */ (document.getElementById("content"));
const inFrame = window.parent !== window;

// ---------- Flags and route ----------

/** Query flags, also when they come packed as `base64UrlEncodedFlags`. */
function readFlags() {
  const query = new URLSearchParams(location.search);
  const packed = query.get("base64UrlEncodedFlags");
  if (!packed) return query;
  const text = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  return new URLSearchParams(text.startsWith("?") ? text.slice(1) : text);
}

const flags = readFlags();
const flag = (/** @type {string} */ name) => flags.get(name) === "true";
const isCookieless = flag("cookieless");
const usesSdk = inFrame && flags.has("sdkVersion");
const isSeedLogin = flags.has("authtoken");

/** The seed's redirect carries the token in the address: take it out before anything can read or share it. */
if (isSeedLogin) {
  const clean = new URL(location.href);
  clean.searchParams.delete("authtoken");
  history.replaceState(null, "", clean.href);
}

const hasRoute = () => location.hash.replace(/^#\/?/, "") !== "";
const route = () => location.hash.replace(/^#/, "") || "/";

/** @param {string | null} text */
function jsonList(text) {
  if (!text) return [];
  try {
    const list = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : [];
  } catch {
    return text.split(",");
  }
}

/** Runtime filters as the SDK writes them: `col1=…&op1=…&val1=…&val1=…`. @param {string | null | undefined} text */
function readFilters(text) {
  const parameters = new URLSearchParams(text ?? "");
  const filters = [];
  for (let index = 1; parameters.has(`col${index}`); index++)
    filters.push({
      column: parameters.get(`col${index}`) ?? "",
      operator: parameters.get(`op${index}`) ?? "IN",
      values: parameters.getAll(`val${index}`),
    });
  return filters;
}

const state = {
  token: "",
  expiresAtLocal: 0,
  filters: readFilters(flags.toString()),
  /** @type {number | undefined} */
  lastMonths: undefined,
  search: flag("executeSearch") ? (flags.get("searchTokenString") ?? "") : "",
  /** @type {string | undefined} */
  source: jsonList(flags.get("dataSources"))[0],
  hideTabs: jsonList(flags.get("hideTabs")),
  visibleVizs: jsonList(flags.get("pinboardVisibleVizs")),
  locale: flags.get("locale") ?? navigator.language,
  autoLogin: flag("autoLogin"),
  expiryInToken: true,
  ended: false,
  /** @type {{ title?: string, kind?: string, item?: string, tab?: string, tabs?: { id: string, name: string }[], vizs?: string[] }} */
  shown: {},
};

// ---------- Messages ----------

/** Posts to the host page. With an answer wanted, a port goes along. */
function post(/** @type {string} */ type, /** @type {unknown} */ data = {}) {
  if (inFrame) window.parent.postMessage({ type, data }, "*");
}

/**
 * Posts and waits for the answer on the port.
 * @param {string} type
 * @param {unknown} data
 * @param {number} [withinMs] gives up after this long; without it waits for ever
 * @returns {Promise<any>} the answer's `data`, or undefined when none came
 */
function ask(type, data, withinMs) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    const timer = withinMs === undefined ? undefined : setTimeout(() => resolve(undefined), withinMs);
    channel.port1.onmessage = (event) => {
      clearTimeout(timer);
      channel.port1.close();
      resolve(event.data?.data);
    };
    window.parent.postMessage({ type, data }, "*", [channel.port2]);
  });
}

// ---------- Sign-in ----------

class SignedOut extends Error {}

const url = (/** @type {string} */ path) => `${settings.basePath}${path}`;

/** One call as the user: with the bearer, or with the session cookie. @param {string} path @param {RequestInit} [init] */
function call(path, init) {
  const headers = new Headers(init?.headers);
  if (state.token) headers.set("authorization", `Bearer ${state.token}`);
  return fetch(url(path), { ...init, headers, credentials: state.token ? "omit" : "include", cache: "no-store" });
}

/** @param {string} path @param {unknown} body */
async function postJson(path, body) {
  const once = () =>
    call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const response = await once();
  if (response.status !== 401) return response;
  await reauthenticate();
  const again = await once();
  if (again.status === 401) throw new SignedOut();
  return again;
}

/** @type {Promise<void> | undefined} */
let reauthenticating;

/** Gets a good sign-in again, once for all who wait for it. */
function reauthenticate() {
  reauthenticating ??= renewSignIn().finally(() => {
    reauthenticating = undefined;
  });
  return reauthenticating;
}

async function renewSignIn() {
  const deadline = Date.now() + settings.giveUpSeconds * 1000;
  if (!usesSdk) {
    // Nobody to answer: the host may load the frame anew.
    post("ThoughtspotAuthExpired");
    throw new SignedOut();
  }
  if (isCookieless) {
    for (let attempt = 0; attempt < 2 && Date.now() < deadline; attempt++) {
      const answer = await ask("ThoughtspotAuthExpired", {}, deadline - Date.now());
      if (!answer?.authToken) break;
      state.token = answer.authToken;
      if ((await call("/callosum/v1/session/info")).ok) {
        await learnExpiry();
        return;
      }
    }
  } else {
    // Nobody answers here: the host signs in again over REST, and the session is probed until it is there.
    ask("ThoughtspotAuthExpired", {}, deadline - Date.now());
    for (let pause = 200; Date.now() < deadline; pause *= 2) {
      await new Promise((resume) => setTimeout(resume, pause));
      if ((await call("/callosum/v1/session/isactive")).ok) return;
    }
  }
  throw new SignedOut();
}

/** When the token ends, from `token/validate`; then asks for a new one shortly before. */
async function learnExpiry() {
  if (!state.token) return;
  const response = await call("/api/rest/2.0/auth/token/validate", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: state.token }),
  });
  if (!response.ok) return;
  const { expiration_time_in_millis: end, creation_time_in_millis: start } = await response.json();
  const left = end - Number(response.headers.get("x-sandbox-now") ?? Date.now());
  state.expiresAtLocal = Date.now() + left;
  planRefresh(left, end - start);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let refreshTimer;

/** @param {number} left @param {number} lifetime milliseconds */
function planRefresh(left, lifetime) {
  clearTimeout(refreshTimer);
  if (!usesSdk || !isCookieless || !state.expiryInToken || !settings.refreshesTokens) return;
  const lead = Math.min(settings.refreshLeadSeconds * 1000, lifetime / 2);
  refreshTimer = setTimeout(refresh, Math.min(Math.max(0, left - lead), 2 ** 31 - 1));
}

async function refresh() {
  const answer = await ask("RefreshAuthToken", {}, settings.giveUpSeconds * 1000);
  if (!answer?.authToken) return;
  state.token = answer.authToken;
  await learnExpiry();
}

/** The sign-in is lost for good: tell the host, which puts its own message in place of the frame. */
function giveUp() {
  state.ended = true;
  clearTimeout(refreshTimer);
  clearTimeout(idleTimer);
  if (!flag("disableLoginRedirect") && !usesSdk) return showSignIn();
  post("ThoughtspotAuthFailure");
  showPage("Signed out", "Your session ended.");
}

// ---------- Idle ----------

/** @type {ReturnType<typeof setTimeout> | undefined} */
let idleTimer;

function resetIdle() {
  clearTimeout(idleTimer);
  if (!state.ended) idleTimer = setTimeout(goIdle, Math.min(settings.idleSeconds * 1000, 2 ** 31 - 1));
}

async function goIdle() {
  if (!usesSdk || !state.autoLogin) return giveUp();
  const answer = await ask("IdleSessionTimeout", {}, settings.giveUpSeconds * 1000);
  if (!answer) return giveUp();
  if (answer.authToken && isCookieless) {
    state.token = answer.authToken;
    await learnExpiry();
  }
  resetIdle();
}

// ---------- Showing ----------

const request = () => ({
  route: route(),
  filters: state.filters,
  ...(state.lastMonths ? { lastMonths: state.lastMonths } : {}),
  narrow: window.innerWidth < 640,
  locale: state.locale,
  ...(state.search ? { search: state.search } : {}),
  ...(state.source ? { source: state.source } : {}),
  hideTabs: state.hideTabs,
  ...(state.visibleVizs.length ? { visibleVizs: state.visibleVizs } : {}),
  navigation: !inFrame || flags.get("primaryNavHidden") === "false",
});

let latest = 0;

/** Asks for the page of the route and puts it in place. Later calls win over earlier ones. */
async function show() {
  if (state.ended) return;
  const turn = ++latest;
  main.setAttribute("aria-busy", "true");
  const openChips = [...main.querySelectorAll("details[open][data-chip]")].map((chip) =>
    chip.getAttribute("data-chip"),
  );
  let response;
  try {
    response = await postJson("/app/content", request());
  } catch (error) {
    if (error instanceof SignedOut) return giveUp();
    showPage("No answer", "ThoughtSpot does not answer. Try again in a moment.");
    return;
  }
  if (turn !== latest) return;
  const content = await response.json();
  main.setAttribute("aria-busy", "false");
  mark(content);
  if (!response.ok) {
    state.shown = {};
    delete document.body.dataset.sandboxItem;
    showPage(
      content.code === "NOT_FOUND" ? "Not found" : "No access",
      content.message ?? "ThoughtSpot could not show this.",
    );
    post("Error", {
      errorType: "API",
      code: content.code,
      message: content.message,
      error: { status: response.status },
    });
    return;
  }
  state.shown = content;
  document.title = content.title;
  main.innerHTML = content.html;
  for (const name of openChips) main.querySelector(`details[data-chip="${name}"]`)?.setAttribute("open", "");
  announce(content);
}

/** Facts for people and tests: who is signed in, what is open, which flags are in force. @param {Record<string, any>} content */
function mark(content) {
  const { dataset } = document.body;
  /** @param {string} name @param {unknown} value */
  const set = (name, value) => {
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
  set("hideAction", jsonList(flags.get("hideAction")));
  set("visibleAction", flags.get("visibleAction") ?? undefined);
  set("hideTabs", state.hideTabs.length ? state.hideTabs : undefined);
  set("visibleVizs", state.visibleVizs.length ? state.visibleVizs : undefined);
  set("disableAction", flags.get("disableAction") ?? undefined);
  set("primaryNavHidden", flags.get("primaryNavHidden") ?? undefined);
  set("locale", state.locale);
  const badge = document.querySelector("#sandbox summary");
  if (badge) badge.textContent = content.user ? `Sandbox · ${content.user}` : "Sandbox";
  document.documentElement.lang = state.locale;
}

/** @param {Record<string, any>} content */
function announce(content) {
  if (content.kind === "liveboard")
    post("PinboardRendered", { pinboardId: content.item, tabId: content.tab, vizIds: content.vizs });
  else if (content.kind === "search" || content.kind === "answer") post("data", { title: content.title });
  else if (content.kind === "spotter") post("spotterInit", {});
  sendHeight();
  if (settings.postAfterRender) post(settings.postAfterRender);
}

function sendHeight() {
  if (!flag("isFullHeightPinboard")) return;
  // With lazy loading, the host says which part of the frame is on the screen.
  if (usesSdk && flag("isLazyLoadingForEmbedEnabled"))
    ask("requestVisibleEmbedCoordinates", {}, 1_000).then((seen) => mark({ ...state.shown, seen }));
  for (let count = 0; count < settings.heightBurst; count++)
    post("EMBED_HEIGHT", document.documentElement.scrollHeight + count);
}

/** @param {string} title @param {string} text */
function showPage(title, text) {
  const page = document.createElement("section");
  page.className = "page message";
  const heading = document.createElement("h1");
  heading.textContent = title;
  const words = document.createElement("p");
  words.textContent = text;
  page.append(heading, words);
  main.replaceChildren(page);
  main.setAttribute("aria-busy", "false");
}

/** The login form that ThoughtSpot shows when nothing forbids it. */
function showSignIn() {
  state.ended = true;
  main.innerHTML = `<section class="page message"><h1>Sign in to ThoughtSpot</h1><form class="stack" id="sign-in"><label>Name <input name="username" autocomplete="username" required></label><label>Password <input name="password" type="password" autocomplete="current-password" required></label><p class="down" role="alert" hidden>The name or the password is wrong, or the account is locked.</p><button class="solid">Sign in</button></form></section>`;
  main.setAttribute("aria-busy", "false");
  document.getElementById("sign-in")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) fields.set(name, String(value));
    const response = await fetch(url("/callosum/v1/session/login"), { method: "POST", body: fields });
    if (response.ok) location.reload();
    else form.querySelector("[role=alert]")?.removeAttribute("hidden");
  });
}

// ---------- Theme ----------

/** Applies the host's style variables; a dark background turns the rest of the palette dark. @param {any} customisations */
function applyStyle(customisations) {
  const variables = customisations?.style?.customCSS?.variables ?? {};
  const root = document.documentElement;
  for (const [name, value] of Object.entries(variables))
    if (name.startsWith("--ts-var-") && typeof value === "string") root.style.setProperty(name, value);
  const background = variables["--ts-var-root-background"];
  if (!background) return;
  const channel = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(background);
  if (channel)
    root.dataset.theme =
      channel.slice(1).reduce((sum, hex) => sum + Number.parseInt(hex, 16), 0) < 384 ? "dark" : "light";
}

// ---------- What the user does ----------

function readChosenFilters() {
  /** @type {Map<string, string[]>} */
  const chosen = new Map();
  for (const box of main.querySelectorAll("input[data-filter]")) {
    const input = /** @type {HTMLInputElement} */ (box);
    const column = input.dataset.filter ?? "";
    if (!chosen.has(column)) chosen.set(column, []);
    if (input.checked) chosen.get(column)?.push(input.value);
  }
  const kept = state.filters.filter((filter) => !chosen.has(filter.column));
  state.filters = [
    ...kept,
    ...[...chosen]
      .filter(([, values]) => values.length > 0)
      .map(([column, values]) => ({ column, operator: "IN", values })),
  ];
}

async function filtersChanged() {
  await show();
  post("filterChanged", { liveboardFilters: state.filters });
}

main.addEventListener("change", (event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  if (input.dataset.filter !== undefined) {
    readChosenFilters();
    filtersChanged();
  } else if (input.dataset.period !== undefined) {
    state.lastMonths = Number(input.value);
    filtersChanged();
  } else if (input.id === "source") {
    state.source = input.value;
    state.search = "";
    show();
  }
});

main.addEventListener("click", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  const button = target.closest("button");
  if (button?.dataset.reset !== undefined) {
    state.filters = [];
    state.lastMonths = undefined;
    filtersChanged();
  } else if (button?.dataset.word !== undefined) {
    const words = /** @type {HTMLInputElement | null} */ (document.getElementById("words"));
    if (words) {
      words.value = `${words.value} ${button.dataset.word.toLowerCase()}`.trim();
      words.focus();
    }
  } else if (button?.dataset.ask !== undefined) {
    if (main.querySelector("[data-spotter]")) askSpotter(button.dataset.ask);
    else search(button.dataset.ask);
  }
  const tile = target.closest("[data-viz]");
  if (tile && target.closest("svg")) post("vizPointClick", { vizId: tile.getAttribute("data-viz") });
});

main.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.dataset.search !== undefined) {
    event.preventDefault();
    search(String(new FormData(form).get("words") ?? ""));
  } else if (form.dataset.spotter !== undefined) {
    event.preventDefault();
    const question = String(new FormData(form).get("question") ?? "").trim();
    form.reset();
    if (question) askSpotter(question);
  }
});

/** @param {string} words */
async function search(words) {
  state.search = words;
  await show();
  post("queryChanged", { query: words });
  document.getElementById("words")?.focus();
}

/** @param {string} question */
async function askSpotter(question) {
  const turns = main.querySelector(".turns");
  if (!turns) return;
  /** @param {string} kind */
  const turn = (kind) => {
    const element = document.createElement("div");
    element.className = `turn ${kind}`;
    turns.append(element);
    element.scrollIntoView({ block: "end" });
    return element;
  };
  turn("mine").textContent = question;
  const answer = turn("theirs");
  answer.textContent = "…";
  try {
    const response = await postJson("/app/spotter", { ...request(), search: question });
    const { html, text } = await response.json();
    answer.innerHTML = html;
    answer.scrollIntoView({ block: "end" });
    post("SpotterData", { question, answer: text });
  } catch (error) {
    if (error instanceof SignedOut) return giveUp();
    answer.textContent = "ThoughtSpot does not answer. Try again in a moment.";
  }
}

document.addEventListener("click", (event) => {
  const inside = /** @type {HTMLElement} */ (event.target).closest("details");
  for (const open of document.querySelectorAll("details[open]")) if (open !== inside) open.removeAttribute("open");
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details[open]");
  open?.removeAttribute("open");
  /** @type {HTMLElement | null | undefined} */ (open?.querySelector("summary"))?.focus();
});
for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, resetIdle, { passive: true });

let wasNarrow = window.innerWidth < 640;
window.addEventListener("resize", () => {
  const isNarrow = window.innerWidth < 640;
  if (isNarrow === wasNarrow) return;
  wasNarrow = isNarrow;
  if (state.shown.kind && state.shown.kind !== "spotter") show();
});

window.addEventListener("hashchange", () => {
  post("ROUTE_CHANGE", { currentPath: route() });
  state.search = "";
  show();
});

// ---------- Host events ----------

/** @param {unknown} path a route without its leading slash, e.g. `embed/viz/<id>` */
function navigate(path) {
  if (typeof path === "number") return history.go(path);
  const next = `#/${String(path).replace(/^[#/]+/, "")}`;
  if (location.hash !== next) location.hash = next;
}

const pageContext = () => ({ page: state.shown.kind, item: state.shown.item, tab: state.shown.tab, path: route() });

/** @param {any} filters as `updateFilters` or `UpdateRuntimeFilters` send them */
function setFilters(filters) {
  for (const filter of filters) {
    const column = filter.columnName ?? filter.column;
    const kept = state.filters.filter((entry) => entry.column !== column);
    const values = (filter.values ?? []).map(String);
    state.filters = values.length
      ? [...kept, { column, operator: filter.operator ?? filter.oper ?? "IN", values }]
      : kept;
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

/** Getters and setters that the SDK first tries as a pass-through. @type {Record<string, (parameters: any) => unknown>} */
const passThroughs = {
  getTabs: () => ({
    orderedTabIds: (state.shown.tabs ?? []).map((tab) => tab.id),
    Tabs: state.shown.tabs ?? [],
    numberOfTabs: state.shown.tabs?.length ?? 0,
  }),
  getFilters: () => liveboardFilters(),
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
  updateFilters: async (parameters) => {
    await setFilters(parameters?.filters ?? (parameters?.filter ? [parameters.filter] : []));
    return { success: true };
  },
};

/** @type {Record<string, (data: any) => unknown>} */
const hostEvents = {
  Navigate: (data) => navigate(typeof data === "object" && data !== null ? data.path : data),
  InfoSuccess: () => ({ received: true }),
  visibleEmbedCoordinates: () => ({ received: true }),
  EmbedDestroyed: () => {
    state.ended = true;
    state.token = "";
    clearTimeout(refreshTimer);
    clearTimeout(idleTimer);
    return { received: true };
  },
  UpdateRuntimeFilters: (data) => setFilters(Array.isArray(data) ? data : []),
  UpdateParameters: () => ({ received: true }),
  SetPinboardVisibleVizs: (data) => {
    state.visibleVizs = Array.isArray(data) ? data.map(String) : [];
    return show();
  },
  SetPinboardVisibleTabs: (data) => {
    const visible = Array.isArray(data) ? data.map(String) : [];
    state.hideTabs = (state.shown.tabs ?? []).map((tab) => tab.id).filter((id) => !visible.includes(id));
    return show();
  },
  SetPinboardHiddenTabs: (data) => {
    state.hideTabs = Array.isArray(data) ? data.map(String) : [];
    return show();
  },
  SetActiveTab: (data) => navigate(`${route().split("/tab")[0]}/tab/${data?.tabId ?? ""}`),
  updateEmbedParams: (data) => {
    applyInit(data ?? {});
    if (data?.locale) state.locale = String(data.locale);
    // Pre-rendered, there is nothing to show until Navigate.
    return hasRoute() ? show() : undefined;
  },
  GetPageContext: () => pageContext(),
  search: (data) => {
    if (Array.isArray(data?.dataSources) && data.dataSources[0]) state.source = String(data.dataSources[0]);
    return search(String(data?.searchQuery ?? ""));
  },
  resetSearch: () => search(""),
  exitPresentMode: () => ({ received: true }),
  getTabs: passThroughs.getTabs,
  getFilters: passThroughs.getFilters,
  GetIframeUrl: passThroughs.getIframeUrl,
  updateFilters: passThroughs.updateFilters,
};

/** @param {any} data `{ type, parameters }` @returns {Promise<unknown[]>} entries with `value` or `error` */
async function passThrough(data) {
  const name = String(data?.type ?? "");
  if (name === "getAvailableUiPassthroughs") return [{ value: { keys: Object.keys(passThroughs) } }];
  const handler = Object.hasOwn(passThroughs, name) ? passThroughs[name] : undefined;
  if (!handler) return [{ error: `${name} is not available here` }];
  return [{ value: await handler(data.parameters) }];
}

window.addEventListener("message", async (event) => {
  if (!inFrame || event.source !== window.parent) return;
  const type = event.data?.type;
  const [port] = event.ports;
  if (typeof type !== "string" || !port) return;
  if (type === "UiPassthrough") {
    port.postMessage(await passThrough(event.data.data));
    return;
  }
  const handler = Object.hasOwn(hostEvents, type) ? hostEvents[type] : undefined;
  if (!handler) {
    port.postMessage({ error: `${type} is not supported here` });
    return;
  }
  try {
    port.postMessage((await handler(event.data.data)) ?? { success: true });
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : "failed" });
  }
});

// ---------- The sandbox's own menu ----------

const menu = document.querySelector("#sandbox .menu");
/** @type {[string, () => unknown][]} */
const actions = [
  ["Ask for a new token", refresh],
  ["Report an expired token", () => ask("ThoughtspotAuthExpired", {}, settings.giveUpSeconds * 1000)],
  [
    "Forget the sign-in",
    () => {
      // What an expired token or session looks like from here: the next call is refused.
      if (isCookieless) state.token = `${state.token}x`;
      else fetch(url("/callosum/v1/session/logout"), { method: "POST", credentials: "include" });
    },
  ],
  ["Become idle", goIdle],
  ["Report a failed sign-in", () => post("ThoughtspotAuthFailure")],
  ["Report blocked cookies", () => post("noCookieAccess")],
  ["Sign out", () => post("ThoughtspotAuthLogout")],
];
for (const [label, action] of actions) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ghost";
  button.textContent = label;
  button.addEventListener("click", () => {
    document.getElementById("sandbox")?.removeAttribute("open");
    action();
  });
  menu?.append(button);
}

// ---------- Start ----------

/** The part of `appInit` that may change later through `updateEmbedParams`. @param {any} data */
function applyInit(data) {
  applyStyle(data.customisations ?? data.customizations);
  const filters = readFilters(data.runtimeFilterParams);
  for (const filter of filters)
    state.filters = [...state.filters.filter((entry) => entry.column !== filter.column), filter];
  if (Array.isArray(data.visibleVizs)) state.visibleVizs = data.visibleVizs.map(String);
  if (data.embedExpiryInAuthToken === false) state.expiryInToken = false;
  if (data.searchOptions?.searchTokenString) state.search = data.searchOptions.searchTokenString;
}

/** Whether this browser keeps a cookie for this site here. */
function cookiesKept() {
  const test = "ts_cookie_test";
  const attributes = `path=/; secure; samesite=none${settings.partitionedCookies ? "; partitioned" : ""}`;
  // biome-ignore lint/suspicious/noDocumentCookie: writing one is the test
  document.cookie = `${test}=1; ${attributes}`;
  return document.cookie.includes(`${test}=1`);
}

async function start() {
  if (settings.blockFullApp && !inFrame)
    return showPage("Only inside another application", "An administrator has closed ThoughtSpot's own pages.");
  if (settings.neverAppInit && usesSdk) return;
  if (settings.appInitDelayMs) await new Promise((resume) => setTimeout(resume, settings.appInitDelayMs));
  if (usesSdk) {
    const data = (await ask("appInit", { path: route() })) ?? {};
    applyInit(data);
    if (isCookieless) state.token = data.authToken ?? "";
  }
  let info = await call("/callosum/v1/session/info");
  if (info.status === 401 && isCookieless && usesSdk) {
    try {
      await reauthenticate();
      info = await call("/callosum/v1/session/info");
    } catch {
      return giveUp();
    }
  }
  if (!info.ok) {
    if (inFrame && !isCookieless && !cookiesKept()) {
      post("noCookieAccess");
      showPage("Cookies are blocked", "This browser does not keep ThoughtSpot's cookies inside another site.");
      return;
    }
    // The host forbids the login form when it can sign in again by itself.
    return usesSdk && (isCookieless || flag("disableLoginRedirect")) ? giveUp() : showSignIn();
  }
  const { userGUID } = await info.json();
  await learnExpiry();
  resetIdle();
  post("authInit", { userGUID });
  post("EmbedListenerReady");
  // A pre-rendered app has no route yet: it waits for Navigate.
  if (usesSdk && !hasRoute()) return main.setAttribute("aria-busy", "false");
  await show();
}

start().catch(() => showPage("No answer", "ThoughtSpot does not answer. Try again in a moment."));
