/** Draws a dashboard: pages with key figures, charts and tables, and a panel of filters. */
import type { Content } from "../../pages";
import { append, type Child, el, fill, fixed, grouped, longMonths, months, onWidth, short, signed } from "./elements";
import type { FilterSelection, Hooks, View } from "./view";

type Dashboard = Extract<Content, { kind: "dashboard" }>;
type Model = Dashboard["model"];

interface Sum {
  readonly value: number;
  readonly plan: number;
  readonly share: number;
  readonly wholePlan: number;
  readonly isKnown: boolean;
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

interface Bar {
  readonly index: number;
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly target?: number;
  readonly pressed?: boolean;
}

interface Series {
  readonly actual: readonly (number | null)[];
  readonly plan: readonly number[];
}

const indexes = (list: readonly unknown[]) => list.map((_, index) => index);
const digitsFor = (value: number) => (Math.abs(value) >= 1000 ? 0 : 1);
const percent = (part: number) => `${part.toFixed(1)}%`;
const within = (low: number, value: number, high: number) => Math.max(low, Math.min(high, value));
const ratioOf = ({ value, share }: Sum) => (value ? (100 * share) / value : 0);

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
    return ((year * this.#model.months + month) * regions.length + region) * categories.length + category;
  }

  #chosen(pick: Pick): { months: number[]; regions: number[]; categories: number[] } {
    const { regions, categories } = this.#model;
    const { category } = this.#state;
    const one = (wanted: number | undefined, others: number[]) => (wanted === undefined ? others : [wanted]);
    return {
      months: one(pick.month, indexes(months)),
      regions: one(
        pick.region,
        [...this.#state.regions].filter((index) => index < regions.length),
      ),
      categories: one(pick.category, category === null ? indexes(categories) : [category]),
    };
  }

  sum(pick: Pick): Sum {
    const { actual, plan, share } = this.#model.cells;
    const { year = this.#state.year, upTo = 12 } = pick;
    const chosen = this.#chosen(pick);
    const total = { value: 0, plan: 0, share: 0, wholePlan: 0, isKnown: false };
    for (const month of chosen.months)
      for (const region of chosen.regions)
        for (const category of chosen.categories) {
          const at = this.#at(year, month, region, category);
          const value = actual[at] ?? null;
          total.wholePlan += plan[at] ?? 0;
          if (value === null || month >= upTo) continue;
          total.isKnown = true;
          total.value += value;
          total.plan += plan[at] ?? 0;
          total.share += share[at] ?? 0;
        }
    return total;
  }

  /** How many months of a year have figures. */
  monthsKnown(year: number): number {
    const { actual } = this.#model.cells;
    return indexes(months).filter((month) => (actual[this.#at(year, month, 0, 0)] ?? null) !== null).length;
  }

  series(pick: Pick): Series {
    const sums = indexes(months).map((month) => this.sum({ ...pick, month }));
    return {
      actual: sums.map(({ isKnown, value }) => (isKnown ? value : null)),
      plan: sums.map(({ wholePlan }) => wholePlan),
    };
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
  const meta = `${content.project}, data of 06:00, as ${content.user.username}`;
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
    board.setAttribute("aria-label", page?.name ?? "");
    fill(board, el("p", { class: "meta only-small" }, meta));
    if (state.regions.size > 0) return append(board, tiles.of(page?.view ?? "overview"));
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
      { key: "K61", name: `${model.measure} by month` },
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
    link(String(year), { "aria-pressed": String(state.year === index), "data-focus": `year-${index}` }, () => {
      state.year = index;
      changed();
    }),
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
      el("span", { class: "count" }, places),
    );
  });
  const change = ({ target }: { target: HTMLSelectElement }) => {
    state.category = target.value === "" ? null : Number(target.value);
    changed();
  };
  const category = el(
    "select",
    { "aria-label": model.category, "data-focus": "category", change },
    el("option", { value: "" }, "All"),
    model.categories.map((name, index) => el("option", { value: index, selected: state.category === index }, name)),
  );
  const places = (chosen: (index: number) => boolean) =>
    model.regions.reduce((sum, region, index) => sum + (chosen(index) ? region.places : 0), 0);
  const [shown, all] = [places((index) => state.regions.has(index)), places(() => true)];
  return [
    head,
    group("Year", null, el("div", { class: "segment", role: "group", "aria-label": "Year" }, years)),
    group("Region", `${state.regions.size} of ${model.regions.length}`, regions),
    group(model.category, null, category),
    el("p", { class: "foot" }, `Showing ${shown} of ${all} ${model.place.toLowerCase()}s`),
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

const legendKey = (kind: string, label: string) => el("span", { class: `key ${kind}` }, label);
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
    const { measure, ratio } = this.#model;
    const known = this.#figures.monthsKnown(this.#state.year);
    switch (view) {
      case "overview":
        return [
          this.#keyFigures(),
          this.#line("wide", `${measure} by month`, {}),
          this.#bars(
            "narrow",
            `${ratio} by region`,
            this.#ratios(),
            "%",
            [legendKey("target", "Target")],
            36,
            this.#pickRegion,
          ),
          this.#heat("half", Math.max(0, known - 6), known),
          this.#places("half", 7),
        ];
      case "regions":
        return this.#regionTiles();
      case "categories":
        return this.#categoryTiles();
      default:
        return [this.#keyFigures(), this.#places("full", 24)];
    }
  }

  #regionTiles(): Child[] {
    const { regions, measure, unit } = this.#model;
    const bars = regions.map(({ name }, index): Bar => {
      const { value } = this.#figures.sum({ region: index });
      return { index, name, value, text: fixed(value, digitsFor(value)), pressed: this.#isOnlyRegion(index) };
    });
    const most = Math.max(...bars.map(({ value }) => value));
    const small = regions.map(({ name }, region) => this.#line("", name, { region }, true));
    return [
      this.#bars("narrow", `${measure} by region`, bars, unit, null, most, this.#pickRegion),
      el("div", { class: "multiples wide" }, small),
    ];
  }

  #categoryTiles(): Child[] {
    const { categories, category, measure, unit } = this.#model;
    const bars = categories.map((name, index): Bar => {
      const { value } = this.#figures.sum({ category: index });
      return { index, name, value, text: fixed(value, digitsFor(value)), pressed: this.#state.category === index };
    });
    const most = Math.max(...bars.map(({ value }) => value));
    const pick = ({ index, name }: Bar) => {
      this.#state.category = this.#state.category === index ? null : index;
      this.#actions.onGraphics({ vizKey: "K63", graphics: [[{ n: category, v: name }]] });
      this.#actions.changed();
    };
    return [
      this.#bars("narrow", `${measure} by ${category.toLowerCase()}`, bars, unit, null, most, pick),
      this.#line("wide", `${measure} by month`, {}),
      this.#heat("full", 0, 12),
    ];
  }

  #keyFigures() {
    const { measure, years, prefix, suffix, ratio, count, rate } = this.#model;
    const { year } = this.#state;
    const known = this.#figures.monthsKnown(year);
    const current = this.#figures.sum({ upTo: known });
    const before = year > 0 ? this.#figures.sum({ year: year - 1, upTo: known }) : null;
    const growth = before?.value ? (current.value / before.value - 1) * 100 : null;
    const against = current.plan ? (100 * current.value) / current.plan : 0;
    const againstBefore = before?.plan ? (100 * before.value) / before.plan : null;
    const quality = ratioOf(current);
    const qualityBefore = before?.value ? ratioOf(before) : null;
    const rateNow = Math.max(0.4, rate.base + (28 - quality) * 0.09 - year * 0.15);
    const delta = (value: number | null, unit: string, lowIsGood = false) => {
      if (value === null) return null;
      const isGood = lowIsGood ? value <= 0 : value >= 0;
      return el("span", { class: isGood ? "good" : "bad" }, signed(value, 1) + unit);
    };
    const less = (one: number, other: number | null) => (other === null ? null : one - other);
    const list: [label: string, figure: string, delta: Child][] = [
      [
        `${measure}, ${known < 12 ? "year to date" : years[year]}`,
        prefix + short(current.value, suffix, digitsFor(current.value)),
        delta(growth, "%"),
      ],
      ["Against plan", `${fixed(against, 1)}%`, delta(less(against, againstBefore), " pt")],
      [ratio, `${fixed(quality, 1)}%`, delta(less(quality, qualityBefore), " pt")],
      [
        count.label,
        short(current.value * count.perUnit, count.suffix, 0),
        delta(growth === null ? null : growth + 1.2, "%"),
      ],
      [rate.label, `${fixed(rateNow, 1)}%`, delta(year ? -0.2 - year * 0.2 : null, " pt", true)],
    ];
    const figures = list.map(([label, figure, change]) =>
      el(
        "div",
        { class: "kpi" },
        el("p", { class: "label" }, label),
        el("p", { class: "figure" }, figure, " ", change),
      ),
    );
    return el("section", { class: "kpis", "aria-label": "Key figures" }, figures);
  }

  #line(className: string, title: string, pick: Pick, isCompact = false) {
    const series = this.#figures.series(pick);
    const holder = el("div", { class: "chart" });
    const click = () => {
      const year = String(this.#model.years[this.#state.year]);
      this.#actions.onGraphics({ vizKey: "K61", graphics: [[{ n: "Year", v: year }]] });
    };
    onWidth(holder, (width) => {
      const height = isCompact ? 120 : Math.max(240, holder.clientHeight || 300);
      drawLines(holder, series, { width, height, isCompact, click });
    });
    const legend = isCompact ? null : [legendKey("actual", "Actual"), legendKey("plan", "Plan")];
    return tile(className, title, isCompact ? null : this.#model.unit, legend, holder);
  }

  #bars(
    className: string,
    title: string,
    rows: readonly Bar[],
    unit: string,
    legend: Child,
    most: number,
    onPick: (row: Bar) => void,
  ) {
    const bars = rows.map((row) => {
      const target =
        row.target === undefined
          ? null
          : el("span", { class: "target", style: `left:${percent(Math.min(100, (100 * row.target) / most))}` });
      const filled = el("span", { class: "fill", style: `width:${percent(within(0, (100 * row.value) / most, 100))}` });
      const label = { "aria-label": `${row.name} ${row.text}`, "aria-pressed": String(row.pressed ?? false) };
      return el(
        "button",
        { type: "button", class: "bar", ...label, click: () => onPick(row) },
        el("span", { class: "name" }, row.name),
        el("span", { class: "track" }, filled, target),
        el("span", { class: "num" }, row.text),
      );
    });
    return tile(className, title, unit, legend, el("div", { class: "bars" }, bars));
  }

  #isOnlyRegion(index: number): boolean {
    const { regions } = this.#state;
    return regions.size < this.#model.regions.length && regions.has(index);
  }

  readonly #pickRegion = ({ index, name }: Bar) => {
    const { regions } = this.#state;
    const isAlone = regions.size === 1 && regions.has(index);
    this.#state.regions = new Set(isAlone ? indexes(this.#model.regions) : [index]);
    this.#actions.onGraphics({ vizKey: "K62", graphics: [[{ n: "Region", v: name }]] });
    this.#actions.changed();
  };

  #ratios(): Bar[] {
    return this.#model.regions.map(({ name }, index) => {
      const value = ratioOf(this.#figures.sum({ region: index }));
      const target = this.#model.targets[index];
      const bar = { index, name, value, text: fixed(value, 1), pressed: this.#isOnlyRegion(index) };
      return target === undefined ? bar : { ...bar, target };
    });
  }

  #heat(className: string, from: number, to: number) {
    const { year, category: chosen } = this.#state;
    const shown = indexes(months).slice(from, to);
    const before = year > 0 ? year - 1 : null;
    const growthOf = (month: number, category: number) => {
      const sum = this.#figures.sum({ month, category });
      const base = before === null ? sum.plan : this.#figures.sum({ year: before, month, category }).value;
      return sum.isKnown && base ? Math.round((sum.value / base - 1) * 100) : null;
    };
    const cell = (growth: number | null) => {
      if (growth === null) return el("td", { class: "cell none" });
      const level = Math.min(1, Math.abs(growth) / 18).toFixed(2);
      return el("td", { class: `cell ${growth < 0 ? "minus" : "plus"}`, style: `--level:${level}` }, fixed(growth, 0));
    };
    const head = el(
      "tr",
      {},
      el("td", {}),
      shown.map((month) => el("th", { scope: "col" }, months[month])),
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
    const { places, regions, place, measure, prefix, ratio } = this.#model;
    const { sort, year } = this.#state;
    const month = this.#figures.monthsKnown(year) - 1;
    const rows = places
      .filter(({ region }) => this.#state.regions.has(region))
      .map(({ name, region, weight, againstPlan, ratio: more }) => {
        const total = this.#figures.sum({ month, region });
        return {
          name,
          region: regions[region]?.name ?? "",
          value: total.value * weight * 1000,
          plan: againstPlan + 2 * year - 3,
          ratio: ratioOf(total) + more,
        };
      })
      .sort((one, other) => (sort === "name" ? one.name.localeCompare(other.name) : other[sort] - one[sort]));
    const isWide = limit > 7;
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
      return el("th", attributes, el("button", { type: "button", click }, label));
    };
    const line = (row: (typeof rows)[number]) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, row.name),
        isWide && el("td", {}, row.region),
        el("td", { class: "right" }, grouped(row.value)),
        el("td", { class: `right ${row.plan >= 0 ? "good" : "bad"}` }, `${signed(row.plan, 1)}%`),
        el(
          "td",
          { class: "right" },
          el("span", { class: "mini" }, el("span", { style: `width:${within(4, row.ratio * 2.6, 100).toFixed(0)}%` })),
          `${fixed(row.ratio, 1)}%`,
        ),
      );
    const head = el(
      "tr",
      {},
      sortable("name", place),
      isWide && el("th", { scope: "col" }, "Region"),
      sortable("value", prefix ? `${measure}, ${prefix} k` : measure),
      sortable("plan", "Against plan"),
      sortable("ratio", ratio),
    );
    const shown = rows.slice(0, limit);
    return tile(
      className,
      `${place}s, ${longMonths[month]}`,
      `${shown.length} of ${rows.length} listed`,
      null,
      scrolling(el("table", { class: "places" }, el("thead", {}, head), el("tbody", {}, shown.map(line)))),
    );
  }
}

// ------------------------------------------------------------------ lines

interface LineOptions {
  readonly width: number;
  readonly height: number;
  readonly isCompact: boolean;
  click(): void;
}

/** A step of 1, 2, 2.5 or 5 times a power of ten, at least as large as asked. */
function niceStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= raw) ?? raw;
}

const spokenFigures = ({ actual }: Series) =>
  actual
    .flatMap((value, month) => (value === null ? [] : `${months[month]} ${fixed(value, digitsFor(value))}`))
    .join(", ");

/** Where figures are in a chart of lines. */
function scaleOf({ actual, plan }: Series, { width, height, isCompact }: LineOptions) {
  const box = { left: isCompact ? 14 : 36, right: 14, top: 12, bottom: isCompact ? 18 : 26 };
  const values = [...actual, ...plan].filter((value) => value !== null);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = niceStep((most - least) / 3 || 1);
  const low = Math.max(0, Math.floor((least - step * 0.2) / step) * step);
  const high = Math.ceil((most + step * 0.1) / step) * step;
  const inner = { width: width - box.left - box.right, height: height - box.top - box.bottom };
  const last = months.length - 1;
  return {
    box,
    step,
    low,
    ticks: Array.from({ length: Math.round((high - low) / step) + 1 }, (_, index) => low + index * step),
    x: (month: number) => box.left + (month * inner.width) / last,
    y: (value: number) => height - box.bottom - ((value - low) / (high - low || 1)) * inner.height,
    monthAt: (x: number) => within(0, Math.round(((x - box.left) / inner.width) * last), last),
  };
}

function drawLines(holder: HTMLElement, series: Series, options: LineOptions): void {
  const { actual, plan } = series;
  const { width, height, isCompact, click } = options;
  const { box, step, low, ticks, x, y, monthAt } = scaleOf(series, options);
  const svg = el("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": spokenFigures(series),
  });
  for (const tick of ticks) {
    append(svg, el("line", { class: "grid", x1: box.left, x2: width - box.right, y1: y(tick), y2: y(tick) }));
    const at = { class: "axis", x: box.left - 8, y: y(tick) + 4, "text-anchor": "end" };
    if (!isCompact) append(svg, el("text", at, fixed(tick, step < 1 ? 1 : 0)));
  }
  const every = width < 420 || isCompact ? 2 : 1;
  for (const [month, name] of months.entries())
    if (month % every === 0)
      append(svg, el("text", { class: "axis", x: x(month), y: height - 6, "text-anchor": "middle" }, name));

  const path = (list: Series["actual"]) =>
    list
      .map((value, index) => {
        if (value === null) return "";
        const isJoined = index > 0 && list[index - 1] !== null;
        return `${isJoined ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
      })
      .join("");
  append(svg, areas(series, x, y));
  append(svg, [el("path", { class: "plan", d: path(plan) }), el("path", { class: "actual", d: path(actual) })]);
  const last = actual.findLastIndex((value) => value !== null);
  if (last >= 0) append(svg, el("circle", { class: "dot", cx: x(last), cy: y(actual[last] ?? 0), r: 3 }));

  const cross = el("line", { class: "cross", y1: box.top, y2: height - box.bottom, visibility: "hidden" });
  const spot = el("circle", { class: "spot", r: 4, visibility: "hidden" });
  const tip = el("div", { class: "tip", hidden: true });
  append(svg, [cross, spot]);
  const point = (month: number) => {
    const value = actual[month] ?? null;
    const planned = plan[month] ?? 0;
    for (const end of ["x1", "x2"]) cross.setAttribute(end, String(x(month)));
    cross.setAttribute("visibility", "visible");
    spot.setAttribute("visibility", value === null ? "hidden" : "visible");
    spot.setAttribute("cx", String(x(month)));
    spot.setAttribute("cy", String(y(value ?? low)));
    const more = value === null ? "" : `, ${signed((value / planned - 1) * 100, 1)}%`;
    fill(
      tip,
      el("b", {}, `${longMonths[month]} ${value === null ? "" : fixed(value, digitsFor(value))}`),
      el("span", {}, `plan ${fixed(planned, digitsFor(planned))}${more}`),
    );
    tip.hidden = false;
    tip.style.left = `${within(0, x(month) + 10, width - 130)}px`;
    tip.style.top = `${Math.min(height - 60, y(value ?? planned) + 12)}px`;
  };
  svg.addEventListener("pointermove", ({ clientX }) => point(monthAt(clientX - svg.getBoundingClientRect().left)));
  svg.addEventListener("pointerleave", () => {
    tip.hidden = true;
    for (const one of [cross, spot]) one.setAttribute("visibility", "hidden");
  });
  svg.addEventListener("click", click);
  fill(holder, svg, tip);
}

/** The areas between the two lines, month by month, as far as there are figures. */
function areas({ actual, plan }: Series, x: (month: number) => number, y: (value: number) => number): Child[] {
  return indexes(months)
    .slice(0, -1)
    .flatMap((month) => {
      const [from, to] = [actual[month] ?? null, actual[month + 1] ?? null];
      if (from === null || to === null) return [];
      const [planFrom, planTo] = [plan[month] ?? 0, plan[month + 1] ?? 0];
      const corners = [
        [month, from],
        [month + 1, to],
        [month + 1, planTo],
        [month, planFrom],
      ] as const;
      const d = `M${corners.map(([at, value]) => `${x(at)} ${y(value)}`).join("L")}Z`;
      return el("path", { class: from + to >= planFrom + planTo ? "over" : "under", d });
    });
}
