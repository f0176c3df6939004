/**
 * What the app shows for a route, as HTML that its script puts in place: Liveboards, visualizations, search, saved
 * answers, Spotter and the pages of the full application. Every answer is for one principal: permissions and row
 * security are applied here, not in the browser.
 */

import type { ChartData } from "../../kit/chart-data";
import { change, isNoChange, safeLocale, shortDate, figure as text, whole } from "../../kit/format";
import { escapeHtml as h } from "../../kit/html";
import { calendarAt } from "../../kit/world/calendar";
import { storyAt } from "../../kit/world/story";
import { type Cluster, type Principal, rowFilters } from "../cluster";
import { NoValuesAssigned } from "../row-security";
import {
  type Answer,
  answer,
  type Column,
  type Filter,
  findTable,
  monthLabels,
  type Query,
  rowsOf,
  type Table,
  tables,
  valuesOf,
} from "./data";
import { type Liveboard, liveboards, savedAnswers, type Tab, type Tile } from "./liveboards";
import { sentence, understand } from "./search";

/** What the script asks for. */
export interface ContentRequest {
  /** The hash route without `#`, e.g. `/embed/viz/<liveboard>/tab/<tab>`. */
  readonly route: string;
  readonly filters: readonly Filter[];
  readonly lastMonths?: number | undefined;
  readonly narrow: boolean;
  readonly locale?: string | undefined;
  /** A search to run: words or tokens. */
  readonly search?: string | undefined;
  readonly source?: string | undefined;
  readonly hideTabs: readonly string[];
  readonly visibleVizs?: readonly string[] | undefined;
  readonly navigation: boolean;
}

export interface Content {
  readonly kind: "liveboard" | "search" | "answer" | "search-bar" | "spotter" | "app";
  readonly title: string;
  readonly html: string;
  /** The object that is open, for `data-sandbox-item`. */
  readonly item?: string;
  readonly tab?: string;
  readonly tabs?: readonly { readonly id: string; readonly name: string }[];
  readonly vizs?: readonly string[];
}

/** The object is not there for this user. The app shows a page, and the session lives on. */
export class NotShown extends Error {
  constructor(
    readonly code: "FORBIDDEN" | "NOT_FOUND",
    message: string,
  ) {
    super(message);
    this.name = "NotShown";
  }
}

interface View {
  readonly who: Principal;
  readonly cluster: Cluster;
  readonly request: ContentRequest;
  readonly locale: string;
  readonly now: number;
  readonly months: readonly string[];
  readonly longMonths: readonly string[];
}

/** A figure in the column's unit and the reader's locale. */
const shown = (view: View, value: number, column: Column | undefined): string =>
  text(value, column?.unit ?? "count", view.locale);

/** A query as the view's user: with that user's row security. @throws NoValuesAssigned */
function run(view: View, query: Query, filters: readonly Filter[]): Answer | undefined {
  const table = findTable(query.table);
  if (!table) return undefined;
  const lastMonths = Math.min(view.request.lastMonths ?? 12, query.lastMonths ?? 12);
  return answer(
    {
      ...query,
      lastMonths,
      filters: [...(query.filters ?? []), ...filters, ...rowFilters(view.cluster, view.who, table)],
    },
    view.now,
  );
}

/** What a query's place shows when row security has no values for the user: the vendor's words. */
const notLoaded = (error: NoValuesAssigned) =>
  `<p class="empty" role="alert"><strong>Error in loading data</strong><br>${h(error.message)}</p>`;

/** Draws a query, or says that row security refused it. */
function drawn(draw: () => string): string {
  try {
    return draw();
  } catch (error) {
    if (error instanceof NoValuesAssigned) return notLoaded(error);
    throw error;
  }
}

/**
 * The values of a column in a filter menu. ThoughtSpot's index of values knows no token's attributes, so a column that a
 * rule names is not indexed: its values are read as the user.
 */
function choicesOf(view: View, table: Table, column: string): string[] {
  if (!table.rules?.some((rule) => rule.column === column)) return valuesOf(table, column, view.now);
  const [measure] = table.columns.filter(({ kind }) => kind === "measure");
  try {
    const found = run(view, { table: table.name, measures: measure ? [measure.name] : [], by: column }, []);
    return (found?.groups ?? []).map(({ label }) => label).sort();
  } catch (error) {
    if (error instanceof NoValuesAssigned) return [];
    throw error;
  }
}

const labelIn = (view: View, result: Answer) => (label: string) =>
  result.by?.kind === "month" ? (view.months[Number(label)] ?? label) : label;

type Kind = Exclude<Tile["chart"], "figure" | "table">;

/** The place of a chart, which the browser's part draws into. */
const chartPlace = (data: ChartData, className = "") =>
  `<div class="chart${className && ` ${className}`}" data-chart="${h(JSON.stringify(data))}"></div>`;

/** What a chart of a query shows. The second measure of bars is their target. */
function chartOf(view: View, kind: Kind, result: Answer, title: string): ChartData {
  const isMonthly = result.by?.kind === "month";
  const [first, second] = result.measures;
  const label = labelIn(view, result);
  const values = (at: number) => result.groups.map((group) => group.values[at] ?? 0);
  const isBars = kind === "bars";
  return {
    kind,
    title,
    unit: first?.unit ?? "count",
    labels: result.groups.map((group) => label(group.label)),
    ...(isMonthly ? { names: result.groups.map((group) => view.longMonths[Number(group.label)] ?? group.label) } : {}),
    series: (isBars ? result.measures.slice(0, 1) : result.measures).map(({ name }, at) => ({
      name,
      values: values(at),
    })),
    ...(isBars && second ? { targets: values(1), targetName: second.name.toLowerCase() } : {}),
    ...(kind === "line" && second?.name === "Plan" ? { isPlanned: true } : {}),
    ...(isBars && first?.aggregate === "sum" ? { isWhole: true } : {}),
  };
}

/** The query for each value of a column, as parts of one stack. */
function splitBy(
  view: View,
  query: Query,
  column: string,
  filters: readonly Filter[],
  title: string,
): ChartData | null {
  const table = findTable(query.table);
  const whole = run(view, query, filters);
  if (!table || !whole || whole.rows === 0) return null;
  const parts = choicesOf(view, table, column).map((value) => ({
    name: value,
    result: run(view, query, [...filters, { column, operator: "EQ", values: [value.toLowerCase()] }]),
  }));
  const series = parts.map(({ name, result }) => ({
    name,
    values: (result?.groups ?? []).map(({ values }) => values[0] ?? 0),
  }));
  const sized = series.filter(({ values }) => values.some((value) => value !== 0));
  return { ...chartOf(view, "stack", whole, title), series: sized };
}

const noRows = `<p class="empty">No rows match these filters.</p>`;

function picture(view: View, kind: Tile["chart"], result: Answer, title: string, className = ""): string {
  if (result.rows === 0 || result.groups.length === 0) return noRows;
  if (kind === "table" || kind === "figure") return dataTable(view, result);
  const data = chartOf(view, kind, result, title);
  return legend(data) + chartPlace(data, className);
}

function legend({ kind, series, isPlanned }: ChartData): string {
  if (series.length < 2) return "";
  const mark = (at: number) =>
    isPlanned && at === 1 ? "key-mark plan" : `key-mark ${kind === "line" ? "dash " : ""}k${at + 1}`;
  return `<ul class="legend">${series.map(({ name }, at) => `<li><i class="${mark(at)}"></i>${h(name)}</li>`).join("")}</ul>`;
}

function dataTable(view: View, result: Answer): string {
  const label = labelIn(view, result);
  const detail = (value: string | number, { kind }: Column) =>
    kind === "date" ? shortDate(Number(value), view.locale) : String(value);
  const heads = [
    `<th scope="col">${h(result.by?.name ?? "")}</th>`,
    ...result.details.map(({ name }) => `<th scope="col">${h(name)}</th>`),
    ...result.measures.map(({ name }) => `<th scope="col" class="num">${h(name)}</th>`),
  ];
  const rows = result.groups.map(({ label: name, values, details }) => {
    const cells = [
      `<th scope="row">${h(label(name))}</th>`,
      ...result.details.map((column, at) => `<td>${h(detail(details[at] ?? "", column))}</td>`),
      ...values.map((value, at) => `<td class="num">${h(shown(view, value, result.measures[at]))}</td>`),
    ];
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/** A change and its colour; what rounds to nothing has none. */
function delta(view: View, value: number, kind: "%" | "pt" | "number", lessIsBetter = false, more = ""): string {
  const isGood = lessIsBetter ? value <= 0 : value >= 0;
  const tone = isNoChange(value, kind) ? "flat" : isGood ? "up" : "down";
  return `<span class="${tone}">${h(change(value, kind, view.locale) + more)}</span>`;
}

/** One figure with its change against the month before and its curve; or the sum of the year, and how it is on plan. */
function figure(view: View, tile: Tile, result: Answer, filters: readonly Filter[]): string {
  const [measure] = result.measures;
  const values = result.groups.map((group) => group.values[0] ?? 0);
  const curve = chartPlace({ ...chartOf(view, "line", result, tile.title), kind: "spark" }, "spark");
  if (tile.yearAgainst) {
    const { monthsClosed } = calendarAt(view.now);
    const measures = [...tile.query.measures, tile.yearAgainst];
    const year = run(view, { table: tile.query.table, measures, lastMonths: monthsClosed }, filters);
    const [sum = 0, plan = 0] = year?.groups[0]?.values ?? [];
    const onPlan = plan ? delta(view, (sum / plan - 1) * 100, "%", false, " on plan") : "";
    return `<div class="figure"><strong>${h(shown(view, sum, measure))}</strong>${onPlan}${curve}</div>`;
  }
  const [last = 0, before = last] = [values.at(-1), values.at(-2)];
  const kind = measure?.unit === "%" ? "pt" : measure?.unit === "k€" || measure?.unit === "€" ? "%" : "number";
  const by = kind === "%" ? (before ? (last / before - 1) * 100 : 0) : last - before;
  return `<div class="figure"><strong>${h(shown(view, last, measure))}</strong>${delta(view, by, kind, tile.lessIsBetter)}${curve}</div>`;
}

/** @param isAlone whether it has the page to itself */
function tileHtml(view: View, tile: Tile, filters: readonly Filter[], isAlone = false): string {
  const inner = drawn(() => {
    if (tile.split) {
      const data = splitBy(view, tile.query, tile.split, filters, tile.title);
      return data ? legend(data) + chartPlace(data, isAlone ? "tall" : "") : noRows;
    }
    const result = run(view, tile.query, filters);
    if (!result) return "";
    if (tile.chart !== "figure") return picture(view, tile.chart, result, tile.title, isAlone ? "tall" : "");
    return result.rows === 0 ? noRows : figure(view, tile, result, filters);
  });
  return `<article class="tile span${isAlone ? 12 : tile.span}" data-viz="${tile.id}" aria-label="${h(tile.title)}"><header><h2>${h(tile.title)}</h2><p>${h(tile.subtitle)}</p></header>${inner}</article>`;
}

/** Figures in a row of their own, which they fill however many there are; the charts below fill the rest of the page. */
function tilesHtml(view: View, tiles: readonly Tile[], filters: readonly Filter[]): string {
  const figures = tiles.filter(({ chart }) => chart === "figure");
  const others = tiles.filter(({ chart }) => chart !== "figure");
  const draw = (list: readonly Tile[]) => list.map((tile) => tileHtml(view, tile, filters)).join("");
  return `${figures.length ? `<div class="figures">${draw(figures)}</div>` : ""}${others.length ? `<div class="grid">${draw(others)}</div>` : ""}`;
}

/**
 * What a reader should notice first. Where rows are secured, it is read from the reader's rows alone.
 */
function headlineOf(view: View, board: Liveboard, table: Table): string {
  const words =
    board.headline?.(storyAt(view.now), view.locale) ?? extremesOf(view, board) ?? weakestRegion(view, table);
  return words ? `<p class="headline">${h(words)}</p>` : "";
}

function extremesOf(view: View, { extremes }: Liveboard): string | undefined {
  const groups = extremes && run(view, extremes.query, [])?.groups;
  const [first, last] = [groups?.[0], groups?.at(-1)];
  return first && last && first !== last ? extremes?.words(first.label, last.label) : undefined;
}

function weakestRegion(view: View, table: Table): string {
  if (!table.rules) return "";
  try {
    const result = run(view, { table: table.name, measures: ["Against plan"], by: "Region", lastMonths: 1 }, []);
    const weakest = result?.groups.at(-1);
    const value = (weakest?.values[0] ?? 100) - 100;
    if (!weakest || value >= 0) return "";
    return `${weakest.label} is ${text(-value, "%", view.locale)} under plan in ${view.longMonths.at(-1)}.`;
  } catch (error) {
    if (error instanceof NoValuesAssigned) return "";
    throw error;
  }
}

const dataOf = (view: View) => `Liveboard, data to the end of ${view.longMonths.at(-1)}`;

function filterBar(view: View, table: Table, names: readonly string[]): string {
  const chips = names.map((name) => {
    const chosen = view.request.filters.find((filter) => filter.column === name)?.values ?? [];
    const options = choicesOf(view, table, name)
      .map(
        (value) =>
          `<label><input type="checkbox" data-filter="${h(name)}" value="${h(value)}"${chosen.includes(value) ? " checked" : ""}> ${h(value)}</label>`,
      )
      .join("");
    return `<details class="chip" data-chip="${h(name)}"><summary><span>${h(name)}</span> <b>${chosen.length ? h(chosen.join(", ")) : "all"}</b></summary><div class="menu" role="group" aria-label="${h(name)}">${options}</div></details>`;
  });
  const periods = [12, 6, 3];
  const period = view.request.lastMonths ?? 12;
  chips.push(
    `<details class="chip" data-chip="Period"><summary><span>Period</span> <b>last ${whole(period, view.locale)} months</b></summary><div class="menu" role="group" aria-label="Period">${periods
      .map(
        (months) =>
          `<label><input type="radio" name="period" data-period value="${months}"${months === period ? " checked" : ""}> last ${whole(months, view.locale)} months</label>`,
      )
      .join("")}</div></details>`,
  );
  const reset =
    view.request.filters.length > 0 || period !== 12
      ? `<button type="button" class="ghost" data-reset>Clear</button>`
      : "";
  return `<div class="filters" role="toolbar" aria-label="Filters">${chips.join("")}${reset}</div>`;
}

function tabBar(board: Liveboard, tabs: readonly Tab[], current: Tab | undefined, prefix: string): string {
  if (tabs.length < 2) return "";
  return `<nav class="tabs" aria-label="Tabs">${tabs
    .map(
      (tab) =>
        `<a href="#${prefix}/${board.id}/tab/${tab.id}"${tab === current ? ' aria-current="page"' : ""}>${h(tab.name)}</a>`,
    )
    .join("")}</nav>`;
}

const allowed = (view: View, id: string, groups: readonly string[], name: string): void => {
  const { who, cluster } = view;
  if (who.access === "REPORT_BOOK_VIEW" && who.object !== id)
    throw new NotShown("FORBIDDEN", "This token opens another object.");
  if (!cluster.maySee(who.user, groups)) throw new NotShown("FORBIDDEN", `${name} is not shared with you.`);
};

function liveboardPage(
  view: View,
  id: string,
  options: { tabId?: string | undefined; vizId?: string | undefined; viewId?: string | undefined; prefix: string },
): Content {
  const board = liveboards.find((entry) => entry.id === id);
  const table = board ? findTable(board.table) : undefined;
  if (!board || !table) {
    if (view.who.access === "REPORT_BOOK_VIEW" && view.who.object !== id)
      throw new NotShown("FORBIDDEN", "This token opens another object.");
    throw new NotShown("NOT_FOUND", "There is no such Liveboard.");
  }
  allowed(view, board.id, board.groups, board.name);

  const saved = options.viewId ? board.views.find((entry) => entry.id === options.viewId) : undefined;
  const fromView: Filter[] = Object.entries(saved?.filters ?? {})
    .filter(([column]) => !view.request.filters.some((filter) => filter.column === column))
    .map(([column, value]) => ({ column, operator: "IN", values: [value] }));
  const filters = [...view.request.filters, ...fromView];
  const seen: View = { ...view, request: { ...view.request, filters } };

  if (options.vizId) {
    const tile = board.tabs.flatMap((tab) => tab.tiles).find((entry) => entry.id === options.vizId);
    if (!tile) throw new NotShown("NOT_FOUND", "There is no such visualization.");
    return {
      kind: "liveboard",
      title: tile.title,
      item: board.id,
      vizs: [tile.id],
      html: `<div class="top"><div class="bar">${filterBar(seen, table, board.filters)}</div></div><div class="grid">${tileHtml(seen, tile, filters, true)}</div>`,
    };
  }
  const tabs = board.tabs.filter((tab) => !view.request.hideTabs.includes(tab.id));
  const current = tabs.find((tab) => tab.id === options.tabId) ?? tabs[0];
  const tiles = (current?.tiles ?? []).filter(
    (tile) => !view.request.visibleVizs?.length || view.request.visibleVizs.includes(tile.id),
  );
  const views = board.views
    .map(
      (entry) =>
        `<a class="ghost" href="#${options.prefix}/${board.id}${entry === saved ? "" : `?view=${entry.id}`}"${entry === saved ? ' aria-current="true"' : ""}>${h(entry.name)}</a>`,
    )
    .join("");
  return {
    kind: "liveboard",
    title: board.name,
    item: board.id,
    ...(current ? { tab: current.id } : {}),
    tabs: tabs.map(({ id: tabId, name }) => ({ id: tabId, name })),
    vizs: tiles.map((tile) => tile.id),
    html: `<div class="top"><header class="board"><div><h1>${h(board.name)}</h1><p>${h(dataOf(view))}</p></div>${tabBar(board, tabs, current, options.prefix)}</header><div class="bar">${filterBar(seen, table, board.filters)}${views}</div></div>${headlineOf(seen, board, table)}${tilesHtml(seen, tiles, filters)}`,
  };
}

function searchBar(view: View, table: Table | undefined, words: string): string {
  const options = tables
    .map((entry) => `<option value="${entry.id}"${entry === table ? " selected" : ""}>${h(entry.name)}</option>`)
    .join("");
  return `<form class="search" data-search role="search"><label class="sr" for="source">Data source</label><select id="source" name="source">${options}</select><label class="sr" for="words">Search your data</label><input id="words" name="words" value="${h(words)}" placeholder="Search your data, e.g. renewal value by industry" autocomplete="off" spellcheck="false"><button type="submit" class="solid">Go</button></form>${view.request.narrow ? "" : columnHints(table)}`;
}

const columnHints = (table: Table | undefined) =>
  table
    ? `<p class="hints">${table.columns
        .filter(({ kind, isHidden }) => (kind === "attribute" || kind === "measure") && !isHidden)
        .slice(0, 12)
        .map((column) => `<button type="button" class="ghost" data-word="${h(column.name)}">${h(column.name)}</button>`)
        .join("")}</p>`
    : "";

/** Questions to begin with, each with its answer drawn below it. */
function sampleTiles(view: View, table: Table | undefined): string {
  const tiles = (samples[table?.name ?? "Customer 360"] ?? []).map((sample) => {
    const inner = drawn(() => {
      const understood = understand(sample, table?.id, view.now);
      const result = understood && run(view, understood.query, view.request.filters);
      return result ? picture(view, result.by?.kind === "month" ? "line" : "bars", result, sample) : "";
    });
    return `<article class="tile span6" aria-label="${h(sample)}"><header><button type="button" class="ghost" data-ask="${h(sample)}">${h(sample)}</button></header>${inner}</article>`;
  });
  return `<div class="grid">${tiles.join("")}</div>`;
}

const samples: Record<string, readonly string[]> = {
  "Customer 360": ["Renewal value by industry", "Weekly use by month", "At risk by region", "Due in 90 days by owner"],
  Pipeline: ["Open value by stage", "Deals by owner", "Won value by month", "Open value by region"],
  Territories: ["Revenue by region", "Orders by category", "Revenue by month", "Against plan by region"],
  Growth: ["Lost accounts by reason", "New business by channel", "Churn rate by plan", "Lost accounts by month"],
};

const resultOf = (view: View, words: string, source: string | undefined): string =>
  drawn(() => resultHtml(view, words, source));

function resultHtml(view: View, words: string, source: string | undefined): string {
  const understood = understand(words, source, view.now);
  if (!understood)
    return `<p class="empty" role="status">No column of this data matches “${h(words)}”. Try ${(samples[findTable(source ?? "")?.name ?? "Customer 360"] ?? []).map((sample) => `“${h(sample)}”`).join(", ")}.</p>`;
  const result = run(view, understood.query, view.request.filters);
  if (!result) return "";
  const title = `${result.measures.map((measure) => measure.name).join(" and ")}${result.by ? ` by ${result.by.name}` : ""}`;
  const chart: Tile["chart"] = !result.by ? "table" : result.by.kind === "month" ? "line" : "bars";
  const total = !result.by
    ? `<div class="figure"><strong>${h(shown(view, result.groups[0]?.values[0] ?? 0, result.measures[0]))}</strong></div>`
    : `<div class="found"><div class="drawn">${picture(view, chart, result, title)}</div>${dataTable(view, result)}</div>`;
  const tokens = understood.tokens.map((token) => `<span class="token ${token.kind}">${h(token.text)}</span>`).join("");
  return `<p class="tokens">${tokens}</p><article class="tile span12" aria-label="${h(title)}"><header><h2>${h(title)}</h2><p>${whole(result.rows, view.locale)} rows of ${h(result.table.name)}</p></header>${total}</article>`;
}

function searchPage(view: View, kind: "search" | "search-bar"): Content {
  const table = findTable(view.request.source ?? "") ?? tables[0];
  const words = view.request.search ?? "";
  const outcome = words
    ? resultOf(view, words, table?.id)
    : `<p class="headline">Type columns and values of ${h(table?.name ?? "")}, or start with one of these.</p>${sampleTiles(view, table)}`;
  return {
    kind,
    title: "Search",
    ...(table ? { item: table.id } : {}),
    html: `<h1 class="sr">Search</h1><div class="top">${searchBar(view, table, words)}</div><div class="answer">${outcome}</div>`,
  };
}

function savedAnswerPage(view: View, id: string): Content {
  const saved = savedAnswers.find((entry) => entry.id === id);
  if (!saved) throw new NotShown("NOT_FOUND", "There is no such answer.");
  allowed(view, saved.id, saved.groups, saved.name);
  const table = findTable(saved.table);
  const outcome = resultOf(view, view.request.search ?? saved.tokens, table?.id);
  return {
    kind: "answer",
    title: saved.name,
    item: saved.id,
    html: `<div class="top"><header class="board"><div><h1>${h(saved.name)}</h1><p>Saved answer on ${h(saved.table)}, last twelve months to ${h(view.longMonths.at(-1) ?? "")}</p></div></header></div><div class="answer">${outcome}</div>`,
  };
}

function spotterPage(view: View, question: string): Content {
  const table = findTable(view.request.source ?? "");
  const { html: reply } = question ? turnOf(view, question) : { html: "" };
  const asked = question ? `<div class="turn mine">${h(question)}</div><div class="turn theirs">${reply}</div>` : "";
  const offered = sampleTiles(view, table);
  return {
    kind: "spotter",
    title: "Spotter",
    ...(table ? { item: table.id } : {}),
    html: `<div class="top"><header class="board"><div><h1>Spotter</h1><p>${table ? `Answers from ${h(table.name)}` : "Answers from all data"}</p></div></header></div><section class="chat"><div class="turns" role="log" aria-label="Conversation"><div class="turn theirs wide"><p>What would you like to know${table ? ` about ${h(table.name)}` : ""}?</p>${offered}</div>${asked}</div><form class="ask" data-spotter><label class="sr" for="question">Your question</label><input id="question" name="question" placeholder="Ask about your data" autocomplete="off"><button type="submit" class="solid">Ask</button></form></section>`,
  };
}

/** One answer of Spotter: a sentence and its chart. */
export function spotterTurn(cluster: Cluster, who: Principal, request: ContentRequest): { html: string; text: string } {
  return turnOf(viewOf(cluster, who, request), request.search ?? "");
}

function turnOf(view: View, question: string): { html: string; text: string } {
  try {
    return answerTo(view, question);
  } catch (error) {
    if (error instanceof NoValuesAssigned) return { text: error.message, html: notLoaded(error) };
    throw error;
  }
}

function answerTo(view: View, question: string): { html: string; text: string } {
  const { request } = view;
  const understood = understand(question, request.source, view.now);
  const result = understood ? run(view, understood.query, request.filters) : undefined;
  if (!understood || !result) {
    const said =
      "I do not find a measure for that in the data. Ask for example about renewal value, open value or lost accounts.";
    return { text: said, html: `<p>${h(said)}</p>` };
  }
  const [measure] = result.measures;
  // The whole that the user may see: a share of all rows would tell what the other rows hold.
  const all = measure && run(view, { table: result.table.name, measures: [measure.name] }, []);
  const said = sentence(result, all?.groups[0]?.values[0] ?? 0, view.locale, (label) =>
    result.by?.kind === "month" ? (view.longMonths[Number(label)] ?? label) : label,
  );
  const title = `${result.measures.map(({ name }) => name).join(" and ")}${result.by ? ` by ${result.by.name}` : ""}`;
  const chart = result.by ? picture(view, result.by.kind === "month" ? "line" : "bars", result, title) : "";
  return {
    text: said,
    html: `<p>${h(said)}</p>${chart ? `<article class="tile" aria-label="${h(title)}"><header><h2>${h(title)}</h2></header>${chart}</article>` : ""}`,
  };
}

const pages: readonly (readonly [route: string, name: string])[] = [
  ["home", "Home"],
  ["pinboards", "Liveboards"],
  ["answers", "Answers"],
  ["answer", "Search"],
  ["insights/conv-assist", "Spotter"],
  ["data/tables", "Data"],
];

/** Other routes of the full application and the page that they show. */
const sameAs: Record<string, string> = {
  "home/liveboards": "pinboards",
  "home/answers": "answers",
  "home/spotiq-analysis": "insights/results",
  "home/monitor-alerts": "insights/monitor-alerts",
};

/** Draws a query on a card, which stays empty where row security has no values for the reader. */
function glimpse(draw: () => string): string {
  try {
    return draw();
  } catch (error) {
    if (error instanceof NoValuesAssigned) return "";
    throw error;
  }
}

/** A Liveboard's first figures, as far as the reader's rows have them. */
function previewOf(view: View, board: Liveboard): string {
  const tiles = board.tabs.flatMap(({ tiles: list }) => list).filter(({ chart }) => chart === "figure");
  const shownFigures = tiles.slice(0, 2).map(({ title, query, yearAgainst }) =>
    glimpse(() => {
      const { by: _, ...sum } = query;
      const lastMonths = yearAgainst ? calendarAt(view.now).monthsClosed : 1;
      const result = run(view, { ...sum, lastMonths }, []);
      const value = result?.groups[0]?.values[0];
      return value === undefined ? "" : `<span><b>${h(shown(view, value, result?.measures[0]))}</b> ${h(title)}</span>`;
    }),
  );
  return shownFigures.some(Boolean) ? `<div class="facts">${shownFigures.join("")}</div>` : "";
}

/** The largest group of a saved answer. */
function answerPreview(view: View, { tokens, table }: (typeof savedAnswers)[number]): string {
  return glimpse(() => {
    const understood = understand(tokens, findTable(table)?.id, view.now);
    const result = understood && run(view, understood.query, []);
    const first = result?.groups[0];
    if (!first) return "";
    return `<div class="facts"><span><b>${h(shown(view, first.values[0] ?? 0, result?.measures[0]))}</b> ${h(first.label)}</span></div>`;
  });
}

function appPage(view: View, route: string): Content {
  const page = sameAs[route] ?? (route || "home");
  if (view.who.access === "REPORT_BOOK_VIEW")
    throw new NotShown("FORBIDDEN", "This token opens one object, not the application.");
  const mayOpen = (entry: { groups: readonly string[] }) => view.cluster.maySee(view.who.user, entry.groups);
  const card = (href: string, title: string, words: string, preview = "") =>
    `<a class="card" href="#/${href}"><h2>${h(title)}</h2><p>${h(words)}</p>${preview}</a>`;
  const boards = liveboards
    .filter(mayOpen)
    .map((board) => card(`pinboard/${board.id}`, board.name, board.description, previewOf(view, board)));
  const answers = savedAnswers
    .filter(mayOpen)
    .map((entry) => card(`saved-answer/${entry.id}`, entry.name, entry.description, answerPreview(view, entry)));
  const models = tables.map((table) => {
    const columns = table.columns.filter(({ isHidden }) => !isHidden).length;
    const size = `${whole(columns, view.locale)} columns, ${whole(rowsOf(table, view.now).length, view.locale)} rows`;
    return card(`answer?source=${table.id}`, table.name, size);
  });
  const sections: Record<string, [string, string[]]> = {
    pinboards: ["Liveboards", boards],
    answers: ["Answers", answers],
    "data/tables": ["Data", models],
    "insights/results": ["SpotIQ analysis", []],
    "insights/monitor-alerts": ["Alerts", []],
    collections: ["Collections", boards],
    "home/liveboard-schedules": ["Schedules", []],
  };
  const group = (heading: string, list: readonly string[]) =>
    list.length ? `<h2>${heading}</h2><div class="cards">${list.join("")}</div>` : "";
  if (page === "home")
    return {
      kind: "app",
      title: "Home",
      html: `<section class="page"><h1>Good day, ${h(view.who.user.displayName)}</h1>${group("Liveboards", boards)}${group("Answers", answers)}${group("Data", models)}</section>`,
    };
  const section = sections[page];
  if (!section) throw new NotShown("NOT_FOUND", "There is no such page.");
  const [title, cards] = section;
  return {
    kind: "app",
    title,
    html: `<section class="page"><h1>${h(title)}</h1>${cards.length ? `<div class="cards">${cards.join("")}</div>` : `<p class="empty">Nothing here yet.</p>`}</section>`,
  };
}

function viewOf(cluster: Cluster, who: Principal, request: ContentRequest): View {
  const locale = safeLocale(request.locale);
  const now = cluster.clock.now();
  const longMonths = monthLabels(now, locale, "long");
  return { cluster, who, request, locale, now, months: monthLabels(now, locale), longMonths };
}

/**
 * The page of a route.
 *
 * @throws NotShown when it does not exist or is not for this token
 */
export function render(cluster: Cluster, who: Principal, request: ContentRequest): Content {
  const view = viewOf(cluster, who, request);
  const [path = "", query = ""] = request.route.replace(/^\/+/, "").split("?");
  const parameters = new URLSearchParams(query);
  const parts = path.split("/").filter(Boolean);
  const content = route(view, parts, parameters);
  if (!request.navigation) return content;
  const nav = pages
    .map(
      ([href, name]) =>
        `<a href="#/${href}"${(sameAs[path] ?? (path || "home")) === href ? ' aria-current="page"' : ""}>${h(name)}</a>`,
    )
    .join("");
  return { ...content, html: `<nav class="primary" aria-label="ThoughtSpot">${nav}</nav>${content.html}` };
}

/** A list in JSON, as the SDK writes data sources; nothing when it is none. */
function listIn(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === "string") : [];
  } catch {
    return [];
  }
}

function route(view: View, parts: readonly string[], parameters: URLSearchParams): Content {
  const viewId = parameters.get("view") ?? undefined;
  const [root, second, third, ...rest] = parts;
  if (root === "embed" && second === "viz" && third) {
    // …/viz/<liveboard>[/tab/<tab>][/<viz>]
    const tabId = rest[0] === "tab" ? rest[1] : undefined;
    const vizId = rest[0] === "tab" ? rest[2] : rest[0];
    return liveboardPage(view, third, { tabId, vizId, viewId, prefix: "/embed/viz" });
  }
  if ((root === "pinboard" || root === "liveboard") && second) {
    const tabId = third === "tab" ? rest[0] : undefined;
    const vizId = third === "tab" ? rest[1] : third;
    return liveboardPage(view, second, { tabId, vizId, viewId, prefix: "/pinboard" });
  }
  if (root === "embed" && second === "saved-answer" && third) return savedAnswerPage(view, third);
  if (root === "saved-answer" && second) return savedAnswerPage(view, second);

  const whole = parts.join("/");
  const isSearch = whole === "embed/answer" || whole === "answer";
  const isSearchBar = whole === "embed/search-bar-embed";
  const isSpotter =
    whole.startsWith("embed/insights/conv-assist") ||
    whole === "insights/conv-assist" ||
    whole === "embed/conv-assist-answer";
  if (isSearch || isSearchBar || isSpotter) {
    if (view.who.access === "REPORT_BOOK_VIEW")
      throw new NotShown("FORBIDDEN", "This token opens one object, not search.");
    const sources = parameters.get("dataSources");
    const listed = sources ? listIn(sources) : [];
    const source = parameters.get("source") ?? parameters.get("worksheet") ?? listed[0] ?? view.request.source;
    const asked: View = { ...view, request: { ...view.request, source } };
    return isSpotter
      ? spotterPage(asked, parameters.get("query") ?? "")
      : searchPage(asked, isSearchBar ? "search-bar" : "search");
  }
  return appPage(view, whole.replace(/^embed\//, ""));
}
