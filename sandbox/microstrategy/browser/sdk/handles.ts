/** What `dossier.create` and the embedding contexts resolve to. */
import { type Caller, callPage, type Embed } from "./embed";
import { traits } from "./generations";
import type { Router } from "./router";
import { eventTypes, field, type Handler } from "./types";

/** Functions of a dashboard that are handed to the page as they are. */
const passThrough = [
  "getDossierId",
  "getDossierInstanceId",
  "getFilterList",
  "getCurrentPageInfo",
  "getDossierDefinition",
  "filterSelectAllAttributes",
  "filterDeselectAllAttributes",
  "filterSelectSingleAttribute",
  "filterSelectMultiAttributes",
  "filterSearchSingleAttribute",
  "filterSearchMultiAttributes",
  "filterAttributeSingleSlider",
  "filterAttributeMultiSlider",
  "filterSetDateRange",
  "filterSetMetricQualByValue",
  "filterSetMetricQualByRank",
  "filterSetMetricSliderByValue",
  "filterSetMetricSliderByRank",
  "filterClearAll",
  "filterClear",
  "filterSetInclude",
  "filterSetExclude",
  "filterApplyAll",
  "changeVisualizationSize",
  "getCurrentPagePanelStacks",
  "switchPanel",
  "switchToMode",
  "selectComponents",
  "getSelectedComponents",
] as const;

interface Page {
  readonly nodeKey?: string;
  readonly name: string;
  readonly link: string;
  isActive: boolean;
  readonly children: readonly never[];
}

interface Chapter {
  readonly nodeKey?: string;
  readonly name: string;
  readonly children: Page[];
}

const pagesOf = (structure: readonly Chapter[]) => structure.flatMap(({ children }) => children);

function activate(structure: readonly Chapter[], key: unknown): void {
  for (const page of pagesOf(structure)) page.isActive = page.nodeKey === key;
}

/** The chapters as the page lists them; null entries are skipped, and of several active pages the last one counts. */
function readStructure(chapters: unknown): Chapter[] {
  const list = (value: unknown) => (Array.isArray(value) ? value.filter(Boolean) : []);
  const node = (source: unknown) => {
    const [key, name] = [field(source, "key"), String(field(source, "name") ?? "")];
    return typeof key === "string" && name ? { nodeKey: key, name } : { name };
  };
  const read = list(chapters).map((chapter) => ({
    ...node(chapter),
    children: list(field(chapter, "pages")).map(
      (page): Page => ({
        ...node(page),
        link: String(field(page, "link")),
        isActive: String(field(page, "isActive")) === "true",
        children: [],
      }),
    ),
  }));
  const active = pagesOf(read).filter((page) => page.isActive);
  for (const page of active.slice(0, -1)) page.isActive = false;
  return read;
}

/** Handlers of events and errors, which act in the portal's window. */
class Handle implements Caller {
  readonly embed: Embed;
  router: Router;
  #errorHandler: Handler | undefined;

  constructor(embed: Embed, router: Router) {
    this.embed = embed;
    this.router = router;
  }

  registerEventHandler(name: string, handler: Handler): void {
    this.router.registerEventHandler(name, handler);
  }

  removeEventHandler(name: string, handler: Handler): void {
    this.router.removeEventHandler(name, handler);
  }

  addCustomErrorHandler(handler: Handler, popUpFirst?: boolean): boolean {
    if (!this.#isFree(eventTypes.ON_ERROR)) return false;
    this.registerEventHandler(eventTypes.ON_ERROR, handler);
    this.#errorHandler = handler;
    void this.router.call("addCustomErrorHandler", { prePopup: !popUpFirst });
    return true;
  }

  removeCustomErrorHandler(): void {
    if (this.#errorHandler) this.removeEventHandler(eventTypes.ON_ERROR, this.#errorHandler);
    void this.router.call("removeCustomErrorHandler", {});
  }

  addSessionErrorHandler(handler: Handler): boolean {
    if (!this.#isFree(eventTypes.ON_SESSION_ERROR)) return false;
    this.registerEventHandler(eventTypes.ON_SESSION_ERROR, handler);
    void this.router.call("addSessionErrorHandler");
    return true;
  }

  removeSessionErrorhandler(): void {
    this.router.handlers[eventTypes.ON_SESSION_ERROR] = [];
    void this.router.call("removeSessionErrorHandler");
  }

  #isFree(event: string): boolean {
    const free = (this.router.handlers[event] ?? []).length === 0;
    if (!free) console.error("A handler of this kind is registered already; remove it first.");
    return free;
  }
}

/** What `dossier.create` resolves to. */
export class Dossier extends Handle {
  structure: Chapter[];

  constructor(embed: Embed, router: Router, chapters: unknown) {
    super(embed, router);
    this.structure = readStructure(chapters);
    router.registerEventHandler(eventTypes.ON_PAGE_SWITCHED, (value) => activate(this.structure, field(value, "key")));
    router.registerEventHandler(eventTypes.ON_DOSSIER_INSTANCE_ID_CHANGE, (value) => {
      if (!value) return;
      void router.call("getDossierStructure").then((answer) => {
        this.structure = readStructure(field(answer, "res"));
      });
    });
    for (const name of passThrough) Object.assign(this, { [name]: (param?: unknown) => callPage(this, name, param) });
    if (traits.newContexts)
      Object.assign(this, { getEmbeddingContext: () => new Context(embed, router, "dossierConsumptionPage") });
  }

  getCurrentPageVisualizationList = () => callPage(this, "getCurrPageVizList");
  filterSearchAvailableElements = (param: unknown) => callPage(this, "searchFilterAvailableElements", param);
  getTOC = () => ({ chapters: this.structure });
  getTableContent = () => this.getTOC();
  getChapterList = () => this.structure;
  getPageList = () => pagesOf(this.structure);
  getPageByNodeKey = (key: string) => pagesOf(this.structure).find(({ nodeKey }) => nodeKey === key);
  getCurrentPage = () => pagesOf(this.structure).find(({ isActive }) => isActive);
  getCurrentChapter = () => this.structure.find(({ children }) => children.some(({ isActive }) => isActive));

  navigateToPage(page: Partial<Page> | undefined): Promise<unknown> {
    if (!page?.link) return Promise.reject(new Error("The page is not valid"));
    // Moved at once, also when the page refuses.
    activate(this.structure, page.nodeKey);
    return callPage(this, "goToPage", { link: page.link });
  }

  goToNextPage = () => this.#step(1, "There is no next page");
  goToPrevPage = () => this.#step(-1, "There is no previous page");

  #step(by: number, sentence: string): Promise<unknown> {
    const pages = pagesOf(this.structure);
    const at = pages.findIndex(({ isActive }) => isActive);
    if (at < 0) return Promise.reject(new Error("There is no current page"));
    const page = pages[at + by];
    return page ? this.navigateToPage(page) : Promise.resolve(sentence);
  }

  registerFilterUpdateHandler = (handler: Handler) => this.registerEventHandler(eventTypes.ON_FILTER_UPDATED, handler);
  registerPageSwitchHandler = (handler: Handler) => this.registerEventHandler(eventTypes.ON_PAGE_SWITCHED, handler);
  registerDossierInstanceIDChangeHandler = (handler: Handler) =>
    this.registerEventHandler(eventTypes.ON_DOSSIER_INSTANCE_ID_CHANGE, handler);
  registerGraphicsSelectEventHandlerToViz = (vizKey: string, handler: Handler) =>
    this.registerEventHandler(eventTypes.ON_GRAPHICS_SELECTED, (value) => {
      if (field(value, "vizKey") === vizKey) handler(value);
    });
}

/** The contexts of January 2024 have no handlers of their own. */
const withoutHandlers = {
  registerEventHandler: undefined,
  removeEventHandler: undefined,
  addCustomErrorHandler: undefined,
  removeCustomErrorHandler: undefined,
  addSessionErrorHandler: undefined,
  removeSessionErrorhandler: undefined,
};

type Api = Record<string, (param?: unknown) => Promise<unknown>>;

/** What the contexts resolve to. Follows the page that the frame shows. */
export class Context extends Handle {
  state: string;
  #toc: Chapter[] = [];
  #giveUp: number | undefined;
  readonly libraryPage = this.#api("libraryPage", {
    enableNavigationBar: "enableLibraryNavBar",
    setSidebarVisibility: "setSideBarVisibility",
    getAllMyGroups: "getAllMyGroups",
    getAllDefaultGroups: "getAllDefaultGroups",
  });
  readonly dossierConsumption = {
    ...this.#api("dossierConsumptionPage", Object.fromEntries(passThrough.map((name) => [name, name]))),
    goToNextPage: () => this.#step(1, "There is no next page"),
    goToPrevPage: () => this.#step(-1, "There is no previous page"),
  };
  readonly botConsumption = this.#api("botConsumptionPage", {
    askQuestion: "askQuestion",
    showSuggestions: "showSuggestions",
  });
  readonly documentConsumption = this.#api("documentPage", { selectDocumentLayouts: "selectDocumentLayouts" });
  readonly reportConsumption = this.#api("reportConsumptionPage", {});

  constructor(embed: Embed, router: Router, pageType: string) {
    super(embed, router);
    this.state = pageType;
    const on = (name: string, handler: Handler) => router.registerEventHandler(name, handler);
    on("onEmbedLocationChanged", () => this.load());
    on("onEmbedPageLoaded", (value) => {
      if (value) this.state = String(field(value, "pageType"));
    });
    on("onDossierConsumptionPageLoaded", (value) => {
      this.#toc = readStructure(field(value, "toc"));
    });
    on(eventTypes.ON_DOSSIER_INSTANCE_CHANGED, (value) => {
      if (value && !field(value, "instanceId")) this.#toc = [];
    });
    on(eventTypes.ON_PAGE_SWITCHED, (value) => activate(this.#toc, field(value, "key")));
    Object.assign(this, traits.newContexts ? { goToPage: this.#goToPage } : withoutHandlers);
  }

  readonly #goToPage = (target?: unknown) => callPage(this, "navigateToPage", target);

  /** Calls wait for the page now, and reject once it has had half a minute. */
  load(): void {
    this.state = "loading";
    clearTimeout(this.#giveUp);
    this.#giveUp = window.setTimeout(() => {
      if (this.state === "loading") this.state = "unknown";
    }, 30_000);
  }

  #api(pageType: string, names: Readonly<Record<string, string>>): Api {
    const call = (func: string) => async (param?: unknown) => {
      await this.#ready(pageType);
      return callPage(this, func, param);
    };
    return Object.fromEntries(Object.entries(names).map(([name, func]) => [name, call(func)]));
  }

  async #ready(pageType: string): Promise<void> {
    while (this.state === "loading") await new Promise((resolve) => setTimeout(resolve, 50));
    if (this.state !== pageType) throw new Error(`This does not fit the page now shown: ${this.state}`);
  }

  async #step(by: number, sentence: string): Promise<unknown> {
    await this.#ready("dossierConsumptionPage");
    const pages = pagesOf(this.#toc);
    const at = pages.findIndex(({ isActive }) => isActive);
    const page = at < 0 ? undefined : pages[at + by];
    if (!page) return sentence;
    activate(this.#toc, page.nodeKey);
    return callPage(this, "goToPage", { link: page.link });
  }
}
