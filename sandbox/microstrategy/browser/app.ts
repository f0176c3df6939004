/**
 * The Library's application pages: opens an object with the frame's session, draws it (`parts/draw.ts`), and answers
 * the SDK.
 */
import { pageData } from "../../kit/browser/page-data";
import type { AppBoot, Content, Target } from "../pages";
import { createChild, refusal } from "./parts/child";
import { draw, drawLogin, drawNotice, drawPopUp } from "./parts/draw";
import { justLoggedIn, Library, tokenIn } from "./parts/library";
import type { View } from "./parts/view";

const boot = pageData<AppBoot>("boot");
const library = new Library(boot.path, boot.checksCookie);
const main = document.getElementById("main") as HTMLElement;
const query = new URLSearchParams(location.search);
// Builds of 2018 call the two parameters embed and freeLogin.
const embedded = window.parent !== window && (query.get("app.embedded") ?? query.get("embed")) === "true";
const freeLogin = query.get("auth.freeLogin") ?? query.get("freeLogin");
const customLogin = freeLogin === "true" || (embedded && freeLogin === null && justLoggedIn());
const showLogin = boot.login || (!boot.user && !customLogin);

interface ErrorBody {
  readonly code?: string;
  readonly message?: string;
  readonly iServerCode?: number;
  readonly ticketId?: string;
}

/** What is shown now. */
const now: { target: Target; content: Content | null; view: View | null; instanceId: string } = {
  target: boot.target,
  content: null,
  view: null,
  instanceId: "",
};
let sessionHandler = false;
let lost = false;
let minute: number | undefined;

const errorValue = (status: number, body: ErrorBody, title: string) => ({
  title,
  message: body.message ?? title,
  desc: body.message ?? title,
  errorCode: body.code ?? "",
  iServerErrorCode: body.iServerCode,
  statusCode: status,
  ticketId: body.ticketId ?? "",
});

// ------------------------------------------------------------------ sessions

function sessionLost(): void {
  if (lost) return;
  lost = true;
  document.body.removeAttribute("data-sandbox-user");
  const body = {
    code: "ERR009",
    iServerCode: -2147206924,
    message: "The user's session has expired, please reauthenticate",
  };
  child.raise("onSessionError", errorValue(401, body, "Session error"));
  // The SDK announces a session handler right after the handshake; give it that moment.
  setTimeout(afterLoss, 400);
}

/** With a handler the portal has a minute, without one the page says at once that it is over. */
function afterLoss(): void {
  if (!lost || minute !== undefined) return;
  if (sessionHandler) minute = window.setTimeout(toLogin, 60_000);
  else loggedOut();
}

function toLogin(): void {
  location.replace(`${boot.path}/auth/ui/loginPage?next=${encodeURIComponent(location.href)}`);
}

function loggedOut(): void {
  now.view = null;
  drawNotice(main, "You are logged out", "Your session on the Library ended.", [["Log in again", toLogin]]);
}

/** The page notices the end of its session by asking now and then; asking is no use of the session. */
async function watch(): Promise<void> {
  if (!library.token || lost) return;
  try {
    const headers = { "x-mstr-authtoken": library.token };
    const response = await fetch(`${boot.base}/sandbox/session`, { headers, cache: "no-store" });
    if (response.ok && !((await response.json()) as { alive: boolean }).alive) sessionLost();
  } catch {
    // The service is away: nothing is known.
  }
}
setInterval(() => void watch(), 2_500);

/** A login in the page itself. What is open stays open for the same user, and opens again for another one. */
async function relogin(login: Promise<{ valid: true }>): Promise<unknown> {
  const answer = await login;
  lost = false;
  clearTimeout(minute);
  minute = undefined;
  const response = await library.call("GET", "/app-content");
  const { user } = (await response.json()) as Content;
  if (!now.view || now.content?.user.username !== user.username) await open(now.target, now.content !== null);
  else document.body.dataset.sandboxUser = user.username;
  return answer;
}

// ------------------------------------------------------------------ opening

async function open(target: Target, again: boolean): Promise<void> {
  now.target = target;
  main.setAttribute("aria-busy", "true");
  const part = (text: string | undefined) => encodeURIComponent(text ?? "");
  const address = target.objectId ? `/app-content/${part(target.projectId)}/${part(target.objectId)}` : "/app-content";
  try {
    const response = await library.call("GET", address);
    const body = (await response.json().catch(() => ({}))) as unknown;
    main.removeAttribute("aria-busy");
    if (response.ok) show(body as Content, target, again);
    else if (response.status === 401) sessionLost();
    else failed(response.status, body as ErrorBody);
  } catch {
    main.removeAttribute("aria-busy");
    failed(0, { code: "ERR0016", message: "The Library cannot be reached" });
  }
}

function failed(status: number, body: ErrorBody): void {
  document.body.removeAttribute("data-sandbox-item");
  child.raise("onError", errorValue(status, body, "Server error"));
  const text = body.message ?? "The Library reported an error.";
  if (query.get("app.embedded.disableCustomErrorHandlerOnCreate") === "true") drawPopUp(document.body, text);
  else drawNotice(main, "This cannot be opened", text, []);
}

function show(content: Content, target: Target, again: boolean): void {
  now.content = content;
  now.instanceId = content.instanceId ?? "";
  document.body.dataset.sandboxUser = content.user.username;
  document.body.dataset.sandboxItem = content.id ?? "library";
  document.title = `${content.name} | Portico sandbox`;
  now.view = draw(main, content, {
    pageKey: target.pageKey,
    filters: again ? null : readFilters(),
    onPage(key) {
      document.body.dataset.sandboxPage = key;
      child.raise("onPageSwitched", { key });
    },
    onFilters: (filterInfo) => child.raise("onFilterUpdated", { filterInfo }),
    onGraphics: (value) => child.raise("onGraphicsSelected", value),
    onOpen: (item) => void navigate({ projectId: item.projectId, objectId: item.id }),
    onSelect: query.get("app.libraryItemSelectMode")
      ? (items) => child.raise("onLibraryItemSelected", items)
      : undefined,
  });
  const page = now.view.pageKey?.();
  if (page) document.body.dataset.sandboxPage = page;
  else document.body.removeAttribute("data-sandbox-page");
  // The order that serves every build of the SDK.
  child.raise("onFetchDocumentStart", { pageType: content.pageType });
  if (content.kind === "dashboard") child.raise("onDossierConsumptionPageLoaded", { toc: structure() });
  if (content.kind === "library") child.raise("onLibraryPageLoaded");
  child.raise("onEmbedPageLoaded", { pageType: content.pageType });
  child.raise("onPageLoaded");
  if (content.instanceId) {
    const { projectId, id: dossierId, instanceId } = content;
    child.raise("onDossierInstanceChanged", { projectId, dossierId, instanceId });
    if (again) child.raise("onDossierInstanceIDChange", instanceId);
  }
  requestAnimationFrame(() => {
    child.raise("onPageRenderFinished");
    layout();
  });
}

function navigate(target: Target): Promise<void> {
  const { projectId, objectId, pageKey } = target;
  child.raise("onEmbedLocationChanged");
  child.raise("onDossierInstanceChanged", { projectId, dossierId: objectId, instanceId: "" });
  const item = objectId ? `/${projectId}/${objectId}${pageKey ? `/${pageKey}` : ""}` : "";
  history.replaceState(null, "", `${boot.app}${item}${location.search}`);
  return open(target, true);
}

function structure(): unknown[] {
  const active = now.view?.pageKey?.();
  return (now.content?.chapters ?? []).map(({ key, name, pages }) => ({
    key,
    name,
    pages: pages.map((page) => ({
      key: page.key,
      name: page.name,
      link: `${key}--${page.key}`,
      isActive: active ? page.key === active : page === pages[0],
    })),
  }));
}

function readFilters(): [] | null {
  try {
    return JSON.parse(query.get("dossier.filters") ?? "null") as [] | null;
  } catch {
    return null;
  }
}

// ------------------------------------------------------------------ layout

let width = 0;
function layout(): void {
  const { clientWidth } = document.documentElement;
  if (clientWidth === width) return;
  width = clientWidth;
  child.raise("onLayoutChanged", {
    layoutMode: width < 640 ? 1 : 2,
    dimension: { height: Math.max(600, main.scrollHeight), width, offsetTop: 0 },
  });
}
window.addEventListener("resize", () => {
  if (now.content) layout();
});

// ------------------------------------------------------------------ what the SDK may ask

function shown(): View {
  if (!now.view) throw new Error("Nothing is open");
  return now.view;
}

interface FilterCall {
  readonly filterInfo?: { readonly key?: string };
  readonly selections?: unknown;
  readonly selection?: unknown;
  readonly holdSubmit?: boolean;
}

type FilterView = NonNullable<View["filters"]>;

const filterCall = (change: (filters: FilterView, param: FilterCall) => void) => (given: unknown) => {
  const { filters } = shown();
  if (!filters) return refusal("This page has no filters");
  const param = (given ?? {}) as FilterCall;
  change(filters, param);
  if (!param.holdSubmit) filters.apply();
  return { valid: true };
};

const list = (value: unknown): [] => (Array.isArray(value) ? value : value === undefined ? [] : [value]) as [];
const select = filterCall((filters, { filterInfo, selections, selection }) =>
  filters.set(filterInfo?.key ?? "", list(selections ?? selection)),
);
const selectAll = filterCall((filters, { filterInfo }) => filters.set(filterInfo?.key ?? "", "all"));
const yes = () => ({ valid: true });
const answer = (res: unknown) => ({ valid: true, res });

const functions = {
  addSessionErrorHandler() {
    sessionHandler = true;
    afterLoss();
    return { valid: true };
  },
  removeSessionErrorHandler() {
    sessionHandler = false;
    return { valid: true };
  },
  addCustomErrorHandler: yes,
  removeCustomErrorHandler: yes,
  isISessionAlive: () => library.resume(),
  keepISessionAlive: () =>
    library.call("PUT", "/api/sessions").then(
      ({ status }) => status === 204,
      () => false,
    ),
  // The keep-alive timer multiplies the answer: it must be a bare number.
  getMaxSessionIdleTime: () => boot.idleSeconds,
  loginWithIdentityToken: (param: unknown) => relogin(library.redeem(tokenIn(param))),
  loginWithAuthToken: (param: unknown) => relogin(library.adopt(tokenIn(param))),
  getDossierStructure: () => ({ valid: true, res: structure(), pageType: now.content?.pageType }),
  getDossierId: () => answer(now.content?.id),
  getDossierInstanceId: () => answer(now.instanceId),
  getCurrentPageInfo: () =>
    answer({ key: shown().pageKey?.() ?? null, projectId: now.content?.projectId, objectId: now.content?.id }),
  getFilterList: () => answer(shown().filters?.list() ?? []),
  getCurrPageVizList: () => answer(shown().visualizations ?? []),
  goToPage(param: unknown) {
    const { link = "" } = (param ?? {}) as { link?: string };
    const key = link.split("--").pop() ?? "";
    if (!shown().goToPage?.(key)) return refusal(`There is no page ${key}`);
    return { valid: true, message: "The page is open" };
  },
  navigateToPage(param: unknown) {
    const { projectId = now.target.projectId, objectId, pageKey } = (param ?? {}) as Target;
    if (!objectId) return refusal("objectId is missing");
    setTimeout(() => void navigate({ projectId, objectId, pageKey }), 0);
    return { valid: true };
  },
  filterSelectAllAttributes: selectAll,
  filterDeselectAllAttributes: filterCall((filters, { filterInfo }) => filters.set(filterInfo?.key ?? "", [])),
  filterSelectSingleAttribute: select,
  filterSelectMultiAttributes: select,
  filterSearchSingleAttribute: select,
  filterSearchMultiAttributes: select,
  filterClear: selectAll,
  filterClearAll: filterCall((filters) => filters.clear()),
  // Applying is what filterCall does.
  filterApplyAll: filterCall(() => undefined),
  selectVizElements: yes,
  enableLibraryNavBar: yes,
  setSideBarVisibility: yes,
  getAllMyGroups: () => answer([]),
  getAllDefaultGroups: () => answer([]),
  askQuestion(param: unknown) {
    const { ask } = shown();
    if (!ask) return refusal("This page is no bot");
    ask(typeof param === "string" ? param : ((param ?? {}) as { question?: string }).question);
    return { valid: true };
  },
  showSuggestions: () => (shown().ask ? { valid: true } : refusal("This page is no bot")),
  selectDocumentLayouts(param: unknown) {
    const [wanted] = list(param) as unknown[];
    const { layoutKey, key = layoutKey } = (typeof wanted === "object" ? (wanted ?? {}) : {}) as Record<string, string>;
    const layout = typeof wanted === "string" ? wanted : (layoutKey ?? key ?? "");
    return shown().goToPage?.(layout) ? { valid: true } : refusal(`There is no layout ${layout}`);
  },
  showErrorMsg(param: unknown) {
    const { msg = "" } = (param ?? {}) as { msg?: string };
    drawNotice(main, "This cannot be shown", msg, []);
    return { valid: true };
  },
};

const child = createChild({ allowed: boot.allowed, silent: showLogin, functions });

// ------------------------------------------------------------------ start

async function start(): Promise<void> {
  if (showLogin) drawLogin(main, boot, library);
  else if (!boot.user) {
    drawNotice(main, "You are logged out", "Your session on the Library ended.", []);
    sessionLost();
  } else if (await library.resume()) await open(now.target, false);
  else sessionLost();
}
void start();
