/** Draws a dashboard: pages with key figures, charts and tables, and a panel of filters. */
import { drawChart } from "../../../kit/browser/charts";
import { append, type Child, el, fill } from "../../../kit/browser/elements";
import type { ChartData } from "../../../kit/chart-data";
import { change, figure, isNoChange, monthNames, type Unit, whole, yearText } from "../../../kit/format";
import type { Content } from "../../pages";
import { locale } from "./locale";
import type { FilterSelection, Hooks, View } from "./view";

type Dashboard = Extract<Content, { kind: "dashboard" }>;
type Model = Dashboard["model"];

/** A sum of cells. `plan` is that of the months which have figures, `wholePlan` of all. */
interface Sum {
  value: number;
  plan: number;
  of: number;
  per: number;
  count: number;
  rated: number;
  ratedPer: number;
  wholePlan: number;
  isKnown: boolean;
}

/** What to add up; what is not named follows the filters. */
interface Pick {
  readonly year?: number;
  readonly month?: number;
  readonly region?: number;
  readonly category?: number;
  /** Only the first months of the year. */
  readonly upTo?: number;
}

interface State {
  page: string;
  year: number;
  regions: Set<number>;
  category: number | null;
  sort: "name" | "value" | "plan" | "ratio";
}

const shortMonths = monthNames(locale, "short");
const longMonths = monthNames(locale, "long");
const indexes = (list: readonly unknown[]) => list.map((_, index) => index);
const within = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));
/** Per cent, or what the unit of the ratio says. */
const over = (of: number, per: number, unit: Unit) => (per ? (of / per) * (unit === "%" ? 100 : 1) : 0);

/** The figures of a dashboard under its filters. */
class Figures {
  readonly #model: Model;
  readonly #state: State;

  constructor(model: Model, state: State) {
    this.#model = model;
    this.#state = state;
  }

  #at(year: number, month: number, region: number, category: number): number {
    const { regions, categories } = this.#model;
    return ((year * 12 + month) * regions.length + region) * categories.length + category;
  }

  #chosen(pick: Pick): { months: number[]; regions: number[]; categories: number[] } {
    const { regions, categories } = this.#model;
    const { category } = this.#state;
    const one = (wanted: number | undefined, others: number[]) => (wanted === undefined ? others : [wanted]);
    return {
      months: one(pick.month, indexes(shortMonths)),
      regions: one(
        pick.region,
        [...this.#state.regions].filter((index) => index < regions.length),
      ),
      categories: one(pick.category, category === null ? indexes(categories) : [category]),
    };
  }

  sum(pick: Pick): Sum {
    const { cells } = this.#model;
    const { year = this.#state.year, upTo = 12 } = pick;
    const chosen = this.#chosen(pick);
    const facts = ["value", "plan", "of", "per", "count", "rated", "ratedPer"] as const;
    const total: Sum = {
      value: 0,
      plan: 0,
      of: 0,
      per: 0,
      count: 0,
      rated: 0,
      ratedPer: 0,
      wholePlan: 0,
      isKnown: false,
    };
    for (const month of chosen.months)
      for (const region of chosen.regions)
        for (const category of chosen.categories) {
          const at = this.#at(year, month, region, category);
          total.wholePlan += cells.plan[at] ?? 0;
          if ((cells.value[at] ?? null) === null || month >= upTo) continue;
          total.isKnown = true;
          for (const fact of facts) total[fact] += cells[fact][at] ?? 0;
        }
    return total;
  }

  ratio(pick: Pick): number {
    const { of, per } = this.sum(pick);
    return over(of, per, this.#model.ratio.unit);
  }

  /** How many months of a year have figures. */
  monthsKnown(year: number): number {
    return year < this.#model.years.length - 1 ? 12 : this.#model.monthsClosed;
  }

  /** Figures and plan of a year by month. */
  byMonth(pick: Pick): ChartData["series"] {
    const sums = indexes(shortMonths).map((month) => this.sum({ ...pick, month }));
    return [
      { name: "Actual", values: sums.map(({ isKnown, value }) => (isKnown ? value : null)) },
      { name: "Plan", values: sums.map(({ wholePlan }) => wholePlan) },
    ];
  }
}

/** The filters as the SDK knows them: keys, element ids and names. */
class Filters {
  readonly #model: Model;
  readonly #state: State;
  readonly #all;

  constructor(model: Model, state: State) {
    this.#model = model;
    this.#state = state;
    this.#all = [
      { key: "W101", name: "Year", id: "8D679D5111D3E4981000E787EC6DE8A4", items: model.years.map(String) },
      {
        key: "W102",
        name: "Region",
        id: "8D679D4B11D3E4981000E787EC6DE8A4",
        items: model.regions.map(({ name }) => name),
      },
      { key: "W103", name: model.category, id: "8D679D3711D3E4981000E787EC6DE8A4", items: model.categories },
    ];
  }

  #selected(key: string, items: readonly string[]): number[] {
    const { year, regions, category } = this.#state;
    if (key === "W101") return [year];
    if (key === "W102") return [...regions];
    return category === null ? indexes(items) : [category];
  }

  list() {
    return this.#all.map(({ key, name, id, items }) => {
      const selected = this.#selected(key, items);
      return {
        filterKey: key,
        filterName: name,
        isExclude: false,
        filterType: "attributeSelector",
        filterDetail: {
          supportMultiple: key === "W102",
          items: items.map((item, index) => ({
            name: item,
            value: `h${index + 1};${id}`,
            selected: selected.includes(index),
          })),
        },
      };
    });
  }

  set(key: string, selections: FilterSelection["selections"] | "all"): void {
    const filter = this.#all.find((one) => one.key === key || one.name === key);
    if (!filter) throw new Error(`There is no filter ${key}`);
    const { items, id } = filter;
    const find = (wanted: { id?: string; value?: string; name?: string }) =>
      items.findIndex((item, index) => wanted.name === item || (wanted.value ?? wanted.id) === `h${index + 1};${id}`);
    const picked = selections === "all" ? indexes(items) : (selections ?? []).map(find).filter((index) => index >= 0);
    const [first] = picked;
    if (filter.key === "W101")
      this.#state.year = selections === "all" || first === undefined ? this.#model.years.length - 1 : first;
    if (filter.key === "W102") this.#state.regions = new Set(picked);
    if (filter.key === "W103") this.#state.category = picked.length === 1 && first !== undefined ? first : null;
  }

  clear(): void {
    this.#state.year = this.#model.years.length - 1;
    this.#state.regions = new Set(indexes(this.#model.regions));
    this.#state.category = null;
  }
}

function startState(model: Model, wanted: string | undefined): State {
  const keys = wanted?.split("--") ?? [];
  const page = model.pages.find(({ key }) => keys.includes(key)) ?? model.pages[0];
  return {
    page: page?.key ?? "",
    year: model.years.length - 1,
    regions: new Set(indexes(model.regions)),
    category: null,
    sort: "value",
  };
}

export function drawDashboard(main: HTMLElement, content: Dashboard, hooks: Hooks): View {
  const { model } = content;
  const state = startState(model, hooks.pageKey);
  const filters = new Filters(model, state);
  for (const { key, name, selections } of hooks.filters ?? [])
    try {
      filters.set(key ?? name ?? "", selections ?? []);
    } catch {
      // A filter that this dashboard does not have.
    }

  const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Pages" });
  const board = el("div", { class: "board", id: "board", role: "tabpanel", tabindex: "0" });
  const panel = el("aside", { class: "filters", id: "filters", "aria-label": "Filters" });
  const closed = `${longMonths[model.monthsClosed - 1]} ${yearText(model.years.at(-1) ?? 0, locale)}`;
  const meta = `${content.project}, closed to ${closed}, as ${content.user.username}`;
  const changed = () => {
    paintPanel();
    paintBoard();
    hooks.onFilters(filters.list());
  };
  const tiles = new Tiles(model, state, { changed, onGraphics: hooks.onGraphics, paint: () => paintBoard() });

  const goToPage = (key: string) => {
    if (!model.pages.some((page) => page.key === key)) return false;
    if (key === state.page) return true;
    state.page = key;
    paintTabs();
    paintBoard();
    hooks.onPage(key);
    return true;
  };

  const paintTabs = () =>
    fill(
      tabs,
      model.pages.map(({ key, name }) => {
        const isCurrent = key === state.page;
        return el(
          "button",
          {
            role: "tab",
            type: "button",
            "aria-selected": String(isCurrent),
            "aria-controls": "board",
            tabindex: isCurrent ? "0" : "-1",
            "data-page": key,
            click: () => goToPage(key),
          },
          name,
        );
      }),
    );
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = model.pages.findIndex(({ key }) => key === state.page);
    const next = model.pages[(at + step + model.pages.length) % model.pages.length];
    if (!next) return;
    goToPage(next.key);
    tabs.querySelector<HTMLElement>(`[data-page="${next.key}"]`)?.focus();
    event.preventDefault();
  });

  const openPanel = (isOpen: boolean) => {
    panel.classList.toggle("open", isOpen);
    toggle.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) panel.querySelector<HTMLElement>("button, input")?.focus();
    else toggle.focus();
  };
  const toggle = el(
    "button",
    {
      class: "icon only-narrow",
      type: "button",
      "aria-controls": "filters",
      "aria-expanded": "false",
      "aria-label": "Filters",
      click: () => openPanel(!panel.classList.contains("open")),
    },
    el(
      "svg",
      { viewBox: "0 0 16 16", width: 18, height: 18, "aria-hidden": "true" },
      el("path", {
        d: "M2 4.5h12M4.5 8h7M6.5 11.5h3",
        stroke: "currentColor",
        "stroke-width": 1.5,
        "stroke-linecap": "round",
      }),
    ),
  );
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") openPanel(false);
  });

  const paintPanel = () => {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.focus;
    fill(panel, drawPanel(model, state, { changed, reset: () => filters.clear(), close: () => openPanel(false) }));
    if (focused) panel.querySelector<HTMLElement>(`[data-focus="${focused}"]`)?.focus();
  };

  const paintBoard = () => {
    const page = model.pages.find(({ key }) => key === state.page);
    const focused = (document.activeElement as HTMLElement | null)?.dataset.focus;
    board.setAttribute("aria-label", page?.name ?? "");
    board.dataset.view = page?.view;
    fill(board, el("p", { class: "meta only-small" }, meta), el("p", { class: "headline" }, model.headline));
    if (state.regions.size > 0) {
      append(board, tiles.of(page?.view ?? "overview"));
      if (focused) board.querySelector<HTMLElement>(`[data-focus="${focused}"]`)?.focus();
      return;
    }
    const click = () => {
      filters.clear();
      changed();
    };
    const reset = el("button", { class: "link", type: "button", click }, "Reset the filters");
    append(board, el("p", { class: "empty" }, "No region is selected. ", reset));
  };

  fill(
    main,
    el("h1", { class: "sr" }, content.name),
    el(
      "header",
      { class: "top" },
      tabs,
      el("div", { class: "side" }, el("p", { class: "meta" }, meta), el("span", { class: "tag" }, "Sandbox"), toggle),
    ),
    el("div", { class: "split" }, board, panel),
  );
  paintTabs();
  paintPanel();
  paintBoard();
  return {
    pageKey: () => state.page,
    goToPage,
    filters: {
      list: () => filters.list(),
      set: (key, selections) => filters.set(key, selections),
      clear: () => filters.clear(),
      apply: changed,
    },
    visualizations: [
      { key: "K61", name: `${model.measure.label} by month` },
      { key: "K62", name: "By region" },
      { key: "K63", name: `By ${model.category.toLowerCase()}` },
    ],
  };
}

// ------------------------------------------------------------------ filter panel

interface PanelActions {
  changed(): void;
  reset(): void;
  close(): void;
}

const group = (label: string, count: Child, ...children: Child[]) =>
  el("section", {}, el("h3", {}, label, count && el("span", { class: "count" }, count)), children);

function drawPanel(model: Model, state: State, { changed, reset, close }: PanelActions): Child[] {
  const link = (label: string, attributes: Record<string, string>, click: () => void) =>
    el("button", { type: "button", ...attributes, click }, label);
  const head = el(
    "div",
    { class: "head" },
    el("h2", {}, "Filters"),
    link("Reset", { class: "link", "data-focus": "reset" }, () => {
      reset();
      changed();
    }),
    link("Done", { class: "link only-narrow" }, close),
  );
  const years = model.years.map((year, index) =>
    link(
      yearText(year, locale),
      { "aria-pressed": String(state.year === index), "data-focus": `year-${index}` },
      () => {
        state.year = index;
        changed();
      },
    ),
  );
  const regions = model.regions.map(({ name, places }, index) => {
    const change = ({ target }: { target: HTMLInputElement }) => {
      if (target.checked) state.regions.add(index);
      else state.regions.delete(index);
      changed();
    };
    const box = { type: "checkbox", checked: state.regions.has(index), "data-focus": `region-${index}`, change };
    return el(
      "label",
      { class: "check" },
      el("input", box),
      el("span", {}, name),
      el("span", { class: "count" }, whole(places, locale)),
    );
  });
  const choose = ({ target }: { target: HTMLSelectElement }) => {
    state.category = target.value === "" ? null : Number(target.value);
    changed();
  };
  const category = el(
    "select",
    { "aria-label": model.category, "data-focus": "category", change: choose },
    el("option", { value: "" }, "All"),
    model.categories.map((name, index) => el("option", { value: index, selected: state.category === index }, name)),
  );
  const places = (chosen: (index: number) => boolean) =>
    model.regions.reduce((sum, region, index) => sum + (chosen(index) ? region.places : 0), 0);
  const [shown, all] = [places((index) => state.regions.has(index)), places(() => true)];
  return [
    head,
    group("Year", null, el("div", { class: "segment", role: "group", "aria-label": "Year" }, years)),
    group("Region", `${whole(state.regions.size, locale)} of ${whole(model.regions.length, locale)}`, regions),
    group(model.category, null, category),
    el(
      "p",
      { class: "foot" },
      `Showing ${whole(shown, locale)} of ${whole(all, locale)} ${model.place.toLowerCase()}s`,
    ),
  ];
}

// ------------------------------------------------------------------ tiles

interface TileActions {
  /** After a filter was set. */
  changed(): void;
  onGraphics(value: object): void;
  /** After the order of a table was set. */
  paint(): void;
}

function tile(className: string, title: string, unit: string | null, legend: Child, body: Child) {
  const head = el(
    "div",
    { class: "tile-head" },
    el("h2", {}, title),
    unit && el("span", { class: "unit" }, unit),
    legend && el("span", { class: "legend" }, legend),
  );
  return el("section", { class: `tile ${className}` }, head, body);
}

export const legendKey = (kind: string, label: string) => el("span", { class: `key ${kind}` }, label);
const scrolling = (table: Child) =>
  el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, table);

class Tiles {
  readonly #model: Model;
  readonly #state: State;
  readonly #figures: Figures;
  readonly #actions: TileActions;

  constructor(model: Model, state: State, actions: TileActions) {
    this.#model = model;
    this.#state = state;
    this.#figures = new Figures(model, state);
    this.#actions = actions;
  }

  /** The tiles of a page. */
  of(view: string): Child[] {
    const { measure } = this.#model;
    const known = this.#figures.monthsKnown(this.#state.year);
    switch (view) {
      case "overview":
        return [
          this.#keyFigures(),
          this.#line("wide", `${measure.label} by month`, {}),
          this.#ratios("narrow"),
          this.#heat("half", Math.max(0, known - 6), Math.max(6, known)),
          this.#places("half", 7),
        ];
      case "regions":
        return this.#regionTiles();
      case "categories":
        return this.#categoryTiles();
      default:
        return [this.#keyFigures(), this.#places("full", Number.POSITIVE_INFINITY)];
    }
  }

  #regionTiles(): Child[] {
    const { regions, measure } = this.#model;
    const sums = regions.map((_, region) => this.#figures.sum({ region }));
    const small = regions.map(({ name }, region) => this.#line("", name, { region }, true));
    return [
      this.#bars("narrow", `${measure.label} by region`, [legendKey("target", "Plan")], {
        title: `${measure.label} by region`,
        labels: regions.map(({ name }) => name),
        unit: measure.unit,
        series: [{ name: measure.label, values: sums.map(({ value }) => value) }],
        targets: sums.map(({ plan }) => plan),
        targetName: "plan",
        chosen: this.#chosenRegions(),
        isWhole: true,
        onPick: this.#pickRegion,
      }),
      el("div", { class: "multiples wide" }, small),
    ];
  }

  #categoryTiles(): Child[] {
    const { categories, category, measure } = this.#model;
    const pick = (index: number) => {
      this.#state.category = this.#state.category === index ? null : index;
      this.#actions.onGraphics({ vizKey: "K63", graphics: [[{ n: category, v: categories[index] }]] });
      this.#actions.changed();
    };
    const sums = categories.map((_, index) => this.#figures.sum({ category: index }));
    return [
      this.#bars("narrow", `${measure.label} by ${category.toLowerCase()}`, [legendKey("target", "Plan")], {
        title: `${measure.label} by ${category.toLowerCase()}`,
        labels: categories,
        unit: measure.unit,
        series: [{ name: measure.label, values: sums.map(({ value }) => value) }],
        targets: sums.map(({ plan }) => plan),
        targetName: "plan",
        chosen: this.#state.category === null ? [] : [this.#state.category],
        isWhole: true,
        onPick: pick,
      }),
      this.#line("wide", `${measure.label} by month`, {}),
      this.#heat("full", 0, 12),
    ];
  }

  #keyFigures() {
    const { measure, years, ratio, count, rate } = this.#model;
    const { year } = this.#state;
    const known = this.#figures.monthsKnown(year);
    const now = this.#figures.sum({ upTo: known });
    const before = year > 0 ? this.#figures.sum({ year: year - 1, upTo: known }) : null;
    const delta = (value: number | null, kind: "%" | "pt" | "number", isLowGood = false) => {
      if (value === null || !Number.isFinite(value)) return null;
      const isGood = isLowGood ? value <= 0 : value >= 0;
      const tone = isNoChange(value, kind) ? "flat" : isGood ? "good" : "bad";
      return el("span", { class: tone }, change(value, kind, locale));
    };
    const growth = (of: (sum: Sum) => number) => (before && of(before) ? (of(now) / of(before) - 1) * 100 : null);
    const less = (of: (sum: Sum) => number) => (before ? of(now) - of(before) : null);
    const toPlan = ({ value, plan }: Sum) => (plan ? (100 * value) / plan : 0);
    const quality = ({ of, per }: Sum) => over(of, per, ratio.unit);
    const rated = (sum: Sum) => over(sum.rated, sum.ratedPer, rate.unit);
    const list: [label: string, figure: string, delta: Child][] = [
      [
        `${measure.label}, ${known < 12 ? "year to date" : yearText(years[year] ?? 0, locale)}`,
        figure(now.value, measure.unit, locale),
        delta(
          growth(({ value }) => value),
          "%",
        ),
      ],
      ["Against plan", figure(toPlan(now), "%", locale), delta(less(toPlan), "pt")],
      [
        ratio.label,
        `${figure(quality(now), ratio.unit, locale)}${ratio.unit === "days" ? " days" : ""}`,
        delta(less(quality), ratio.unit === "%" ? "pt" : "number", ratio.isLowGood),
      ],
      [
        count.label,
        figure(now.count, count.unit, locale),
        delta(
          growth(({ count: counted }) => counted),
          "%",
        ),
      ],
      [rate.label, figure(rated(now), rate.unit, locale), delta(less(rated), "pt", rate.isLowGood)],
    ];
    const figures = list.map(([label, text, more]) =>
      el("div", { class: "kpi" }, el("p", { class: "label" }, label), el("p", { class: "figure" }, text, " ", more)),
    );
    return el("section", { class: "kpis", "aria-label": "Key figures" }, figures);
  }

  #line(className: string, title: string, pick: Pick, isSmall = false) {
    const holder = el("div", { class: isSmall ? "chart small" : "chart" });
    const data: ChartData = {
      kind: "line",
      title,
      unit: this.#model.measure.unit,
      labels: shortMonths,
      names: longMonths,
      series: this.#figures.byMonth(pick),
      isPlanned: true,
    };
    const onPoint = () => {
      const year = String(this.#model.years[this.#state.year]);
      this.#actions.onGraphics({ vizKey: "K61", graphics: [[{ n: "Year", v: year }]] });
    };
    drawChart(holder, data, { locale, onPoint });
    const legend = isSmall ? null : [legendKey("actual", "Actual"), legendKey("plan", "Plan")];
    return tile(className, title, null, legend, holder);
  }

  #bars(
    className: string,
    title: string,
    legend: Child,
    { onPick, ...data }: Omit<ChartData, "kind"> & { onPick(index: number): void },
  ) {
    const holder = el("div", { class: "chart" });
    drawChart(holder, { kind: "bars", ...data }, { locale, onPick });
    for (const [index, bar] of [...holder.querySelectorAll<HTMLElement>("button.bar-row")].entries())
      bar.dataset.focus = `${title} ${index}`;
    return tile(className, title, null, legend, holder);
  }

  /** The regions that a reader has picked out; none while all are shown. */
  #chosenRegions(): number[] {
    const { regions } = this.#state;
    return regions.size < this.#model.regions.length ? [...regions] : [];
  }

  readonly #pickRegion = (index: number) => {
    const { regions } = this.#state;
    const isAlone = regions.size === 1 && regions.has(index);
    this.#state.regions = new Set(isAlone ? indexes(this.#model.regions) : [index]);
    this.#actions.onGraphics({
      vizKey: "K62",
      graphics: [[{ n: "Region", v: this.#model.regions[index]?.name }]],
    });
    this.#actions.changed();
  };

  #ratios(className: string) {
    const { ratio, regions, targets } = this.#model;
    const title = `${ratio.label} by region`;
    return this.#bars(className, title, [legendKey("target", "Target")], {
      title,
      labels: regions.map(({ name }) => name),
      unit: ratio.unit,
      series: [{ name: ratio.label, values: regions.map((_, region) => this.#figures.ratio({ region })) }],
      targets,
      chosen: this.#chosenRegions(),
      onPick: this.#pickRegion,
    });
  }

  #heat(className: string, from: number, to: number) {
    const { year, category: chosen } = this.#state;
    const shown = indexes(shortMonths).slice(from, to);
    const before = year > 0 ? year - 1 : null;
    const growthOf = (month: number, category: number) => {
      const sum = this.#figures.sum({ month, category });
      const base = before === null ? sum.plan : this.#figures.sum({ year: before, month, category }).value;
      return sum.isKnown && base ? Math.round((sum.value / base - 1) * 100) : null;
    };
    const cell = (growth: number | null) => {
      if (growth === null) return el("td", { class: "cell none" });
      const level = Math.min(1, Math.abs(growth) / 18).toFixed(2);
      return el(
        "td",
        { class: `cell ${growth < 0 ? "minus" : "plus"}`, style: `--level:${level}` },
        whole(growth, locale),
      );
    };
    const head = el(
      "tr",
      {},
      el("td", {}),
      shown.map((month) => el("th", { scope: "col" }, shortMonths[month])),
    );
    const body = this.#model.categories.map((name, category) => {
      const isDim = chosen !== null && chosen !== category;
      const cells = shown.map((month) => cell(growthOf(month, category)));
      return el("tr", { class: isDim ? "dim" : null }, el("th", { scope: "row" }, name), cells);
    });
    return tile(
      className,
      `Growth by ${this.#model.category.toLowerCase()}`,
      before === null ? "% on plan" : "% on last year",
      null,
      scrolling(el("table", { class: "heat" }, el("thead", {}, head), el("tbody", {}, body))),
    );
  }

  #places(className: string, limit: number) {
    const { places, regions, place, measure, ratio } = this.#model;
    const { sort, year } = this.#state;
    const month = this.#figures.monthsKnown(year) - 1;
    const sums = regions.map((_, region) => this.#figures.sum({ month, region }));
    const rows = places
      .filter(({ region }) => this.#state.regions.has(region))
      .map(({ name, region, value, plan, of }) => {
        const sum = sums[region] as Sum;
        return {
          name,
          region: regions[region]?.name ?? "",
          value: sum.value * value,
          plan: sum.plan ? ((sum.value * value) / (sum.plan * plan) - 1) * 100 : 0,
          ratio: over(sum.of * of, sum.per * value, ratio.unit),
        };
      })
      .sort((one, other) => (sort === "name" ? one.name.localeCompare(other.name) : other[sort] - one[sort]));
    const isWide = limit > 7;
    const most = Math.max(...rows.map((row) => row.ratio), 0.001);
    const sortable = (name: State["sort"], label: string) => {
      const click = () => {
        this.#state.sort = name;
        this.#actions.paint();
      };
      const order = name === "name" ? "ascending" : "descending";
      const attributes = {
        scope: "col",
        class: name === "name" ? null : "right",
        "aria-sort": sort === name ? order : null,
      };
      return el("th", attributes, el("button", { type: "button", "data-focus": `sort-${name}`, click }, label));
    };
    const line = (row: (typeof rows)[number]) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, row.name),
        isWide && el("td", {}, row.region),
        el("td", { class: "right" }, figure(row.value, measure.unit, locale)),
        el(
          "td",
          { class: `right ${isNoChange(row.plan, "%") ? "flat" : row.plan >= 0 ? "good" : "bad"}` },
          change(row.plan, "%", locale),
        ),
        el(
          "td",
          { class: "right" },
          el(
            "span",
            { class: "mini" },
            el("span", { style: `width:${within(4, (row.ratio / most) * 100, 100).toFixed(0)}%` }),
          ),
          el("span", { class: "mini-figure" }, figure(row.ratio, ratio.unit, locale)),
        ),
      );
    const head = el(
      "tr",
      {},
      sortable("name", place),
      isWide && el("th", { scope: "col" }, "Region"),
      sortable("value", measure.label),
      sortable("plan", "On plan"),
      sortable("ratio", ratio.label),
    );
    const shown = rows.slice(0, limit);
    return tile(
      className,
      `${place}s, ${longMonths[month]}`,
      shown.length < rows.length
        ? `${whole(shown.length, locale)} of ${whole(rows.length, locale)}`
        : whole(rows.length, locale),
      null,
      scrolling(el("table", { class: "places" }, el("thead", {}, head), el("tbody", {}, shown.map(line)))),
    );
  }
}
