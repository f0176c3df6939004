/**
 * What the app shows for a route, as HTML that its script puts in place: Liveboards, visualizations, search, saved
 * answers, Spotter and the pages of the full application. Every answer is for one principal: permissions and row
 * security are applied here, not in the browser.
 */
import { escapeHtml as h } from "../../kit/html";
import { type Cluster, type Principal, rowFilters } from "../cluster";
import { NoValuesAssigned } from "../row-security";
import { lines, lyingBars, type Series, spark, stackedBars } from "./charts";
import {
  type Answer,
  answer,
  type Filter,
  findTable,
  monthLabels,
  type Query,
  type Table,
  tables,
  valuesOf,
} from "./data";
import { number, safeLocale, unitOf } from "./format";
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
  readonly months: readonly string[];
}

/** A query as the view's user: with that user's row security. @throws NoValuesAssigned */
function run(view: View, query: Query, filters: readonly Filter[]): Answer | undefined {
  const table = findTable(query.table);
  if (!table) return undefined;
  return answer({
    ...query,
    lastMonths: view.request.lastMonths ?? query.lastMonths ?? 12,
    filters: [...(query.filters ?? []), ...filters, ...rowFilters(view.cluster, view.who, table)],
  });
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
  if (!table.rules?.some((rule) => rule.column === column)) return valuesOf(table, column);
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

function picture(
  view: View,
  chart: Tile["chart"],
  result: Answer,
  title: string,
  span: number,
  height?: number,
): string {
  const width = view.request.narrow ? 340 : span * 104;
  const [first] = result.measures;
  const label = labelIn(view, result);
  const labels = result.groups.map((group) => label(group.label));
  const series: Series[] = result.measures.map((measure, index) => ({
    name: measure.name,
    values: result.groups.map((group) => group.values[index] ?? 0),
  }));
  if (result.rows === 0) return `<p class="empty">No rows match these filters.</p>`;
  const frame = {
    labels,
    series,
    unit: first?.unit,
    locale: view.locale,
    width,
    height,
    summary: `${title}: ${result.measures.map((measure) => measure.name).join(", ")}${result.by ? ` by ${result.by.name}` : ""}`,
  };
  if (chart === "stack") return legend(series) + stackedBars(frame);
  if (chart === "line") return legend(series, true) + lines(frame);
  if (chart === "bars") return lyingBars(frame);
  return dataTable(view, result);
}

const legend = (series: readonly Series[], line = false) =>
  series.length < 2
    ? ""
    : `<ul class="legend">${series.map((entry, index) => `<li><i class="${line ? "dash " : ""}k${index + 1}"></i>${h(entry.name)}</li>`).join("")}</ul>`;

function dataTable(view: View, result: Answer): string {
  const label = labelIn(view, result);
  const head = `<th scope="col">${h(result.by?.name ?? "")}</th>${result.measures.map((measure) => `<th scope="col" class="num">${h(measure.name)}</th>`).join("")}`;
  const rows = result.groups
    .map(
      (group) =>
        `<tr><th scope="row">${h(label(group.label))}</th>${group.values.map((value, index) => `<td class="num">${h(number(value, result.measures[index]?.unit, view.locale))}</td>`).join("")}</tr>`,
    )
    .join("");
  return `<div class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** One figure with its change against the month before and its curve. */
function figure(view: View, tile: Tile, result: Answer): string {
  const [measure] = result.measures;
  const series = result.groups.map((group) => group.values[0] ?? 0);
  const last = series.at(-1) ?? 0;
  const before = series.at(-2) ?? last;
  const change = last - before;
  const isGood = tile.lessIsBetter ? change <= 0 : change >= 0;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  return `<div class="figure"><strong>${h(number(last, measure?.unit, view.locale))}</strong><span class="${isGood ? "up" : "down"}">${sign}${h(number(Math.abs(change), measure?.unit, view.locale))}</span>${spark(series, `${tile.title}, by month`)}</div>`;
}

/** A tile that stands alone has the page to itself. */
const aloneHeight = 440;

function tileHtml(view: View, tile: Tile, filters: readonly Filter[], span: number, height?: number): string {
  const inner = drawn(() => {
    const result = run(view, tile.query, filters);
    if (!result) return "";
    if (tile.chart !== "figure") return picture(view, tile.chart, result, tile.title, span, height);
    return result.rows === 0 ? `<p class="empty">No rows match.</p>` : figure(view, tile, result);
  });
  return `<article class="tile span${span}" data-viz="${tile.id}" aria-label="${h(tile.title)}"><header><h2>${h(tile.title)}</h2><p>${h(tile.subtitle)}</p></header>${inner}</article>`;
}

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
    `<details class="chip" data-chip="Period"><summary><span>Period</span> <b>last ${period} months</b></summary><div class="menu" role="group" aria-label="Period">${periods
      .map(
        (months) =>
          `<label><input type="radio" name="period" data-period value="${months}"${months === period ? " checked" : ""}> last ${months} months</label>`,
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
      html: `<section class="single">${filterBar(seen, table, board.filters)}<div class="grid">${tileHtml(seen, tile, filters, 12, aloneHeight)}</div></section>`,
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
    html: `<header class="board"><div><h1>${h(board.name)}</h1><p>Liveboard, data of ten minutes ago</p></div>${tabBar(board, tabs, current, options.prefix)}</header><div class="bar">${filterBar(seen, table, board.filters)}${views}</div><div class="grid">${tiles.map((tile) => tileHtml(seen, tile, filters, tile.span)).join("")}</div>`,
  };
}

function searchBar(view: View, table: Table | undefined, text: string): string {
  const options = tables
    .map((entry) => `<option value="${entry.id}"${entry === table ? " selected" : ""}>${h(entry.name)}</option>`)
    .join("");
  return `<form class="search" data-search role="search"><label class="sr" for="source">Data source</label><select id="source" name="source">${options}</select><label class="sr" for="words">Search your data</label><input id="words" name="words" value="${h(text)}" placeholder="Search your data, e.g. renewal value by industry" autocomplete="off" spellcheck="false"><button type="submit" class="solid">Go</button></form>${view.request.narrow ? "" : columnHints(table)}`;
}

const columnHints = (table: Table | undefined) =>
  table
    ? `<p class="hints">${table.columns
        .filter((column) => column.kind !== "month")
        .slice(0, 9)
        .map((column) => `<button type="button" class="ghost" data-word="${h(column.name)}">${h(column.name)}</button>`)
        .join("")}</p>`
    : "";

const samples: Record<string, readonly string[]> = {
  "Customer 360": ["Renewal value by industry", "Weekly use by month", "At risk by region top 3"],
  Pipeline: ["Open value by stage", "Deals by owner", "Won value by month"],
  Territories: ["Revenue by region", "Orders by industry", "Revenue by month"],
  Growth: ["Lost accounts by reason", "New business by channel", "Churn rate by plan"],
};

const resultOf = (view: View, text: string, source: string | undefined): string =>
  drawn(() => resultHtml(view, text, source));

function resultHtml(view: View, text: string, source: string | undefined): string {
  const understood = understand(text, source);
  if (!understood)
    return `<p class="empty" role="status">No column of this data matches “${h(text)}”. Try ${(samples[findTable(source ?? "")?.name ?? "Customer 360"] ?? []).map((sample) => `“${h(sample)}”`).join(", ")}.</p>`;
  const result = run(view, understood.query, view.request.filters);
  if (!result) return "";
  const title = `${result.measures.map((measure) => measure.name).join(" and ")}${result.by ? ` by ${result.by.name}` : ""}`;
  const chart: Tile["chart"] = !result.by ? "table" : result.by.kind === "month" ? "line" : "bars";
  const total = !result.by
    ? `<div class="figure"><strong>${h(number(result.groups[0]?.values[0] ?? 0, result.measures[0]?.unit, view.locale))}</strong><span>${h(unitOf(result.measures[0]))}</span></div>`
    : `${picture(view, chart, result, title, 9)}${dataTable(view, result)}`;
  const tokens = understood.tokens.map((token) => `<span class="token ${token.kind}">${h(token.text)}</span>`).join("");
  return `<p class="tokens">${tokens}</p><article class="tile span12" aria-label="${h(title)}"><header><h2>${h(title)}</h2><p>${result.rows.toLocaleString(view.locale)} rows of ${h(result.table.name)}</p></header>${total}</article>`;
}

function searchPage(view: View, kind: "search" | "search-bar"): Content {
  const table = findTable(view.request.source ?? "") ?? tables[0];
  const text = view.request.search ?? "";
  const outcome = text
    ? resultOf(view, text, table?.id)
    : `<div class="hello"><h2>Ask ${h(table?.name ?? "")}</h2><p>Type columns and values, or start with one of these.</p><p class="hints">${(samples[table?.name ?? ""] ?? []).map((sample) => `<button type="button" class="ghost" data-ask="${h(sample)}">${h(sample)}</button>`).join("")}</p></div>`;
  return {
    kind,
    title: "Search",
    ...(table ? { item: table.id } : {}),
    html: `<section class="page">${searchBar(view, table, text)}<div class="answer">${outcome}</div></section>`,
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
    html: `<section class="page"><header class="board"><div><h1>${h(saved.name)}</h1><p>Saved answer on ${h(saved.table)}</p></div></header><div class="answer">${outcome}</div></section>`,
  };
}

function spotterPage(view: View, question: string): Content {
  const table = findTable(view.request.source ?? "");
  const { html: reply } = question ? turnOf(view, question) : { html: "" };
  const asked = question ? `<div class="turn mine">${h(question)}</div><div class="turn theirs">${reply}</div>` : "";
  const offered = (samples[table?.name ?? "Customer 360"] ?? [])
    .map((sample) => `<button type="button" class="ghost" data-ask="${h(sample)}">${h(sample)}</button>`)
    .join("");
  return {
    kind: "spotter",
    title: "Spotter",
    ...(table ? { item: table.id } : {}),
    html: `<section class="chat"><div class="turns" role="log" aria-label="Conversation"><div class="turn theirs"><p>What would you like to know${table ? ` about ${h(table.name)}` : ""}?</p><p class="hints">${offered}</p></div>${asked}</div><form class="ask" data-spotter><label class="sr" for="question">Your question</label><input id="question" name="question" placeholder="Ask about your data" autocomplete="off"><button type="submit" class="solid">Ask</button></form></section>`,
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
  const understood = understand(question, request.source);
  const result = understood ? run(view, understood.query, request.filters) : undefined;
  if (!understood || !result) {
    const text =
      "I do not find a measure for that in the data. Ask for example about renewal value, open value or lost accounts.";
    return { text, html: `<p>${h(text)}</p>` };
  }
  const [measure] = result.measures;
  // The whole that the user may see: a share of all rows would tell what the other rows hold.
  const whole = measure && run(view, { table: result.table.name, measures: [measure.name] }, []);
  const text = sentence(result, whole?.groups[0]?.values[0] ?? 0, view.locale, labelIn(view, result));
  const title = `${result.measures.map((measure) => measure.name).join(" and ")}${result.by ? ` by ${result.by.name}` : ""}`;
  const chart = result.by ? picture(view, result.by.kind === "month" ? "line" : "bars", result, title, 5) : "";
  return {
    text,
    html: `<p>${h(text)}</p>${chart ? `<article class="tile" aria-label="${h(title)}"><header><h2>${h(title)}</h2></header>${chart}</article>` : ""}`,
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

function appPage(view: View, route: string): Content {
  const page = sameAs[route] ?? (route || "home");
  if (view.who.access === "REPORT_BOOK_VIEW")
    throw new NotShown("FORBIDDEN", "This token opens one object, not the application.");
  const mayOpen = (entry: { groups: readonly string[] }) => view.cluster.maySee(view.who.user, entry.groups);
  const card = (href: string, title: string, text: string) =>
    `<a class="card" href="#/${href}"><h2>${h(title)}</h2><p>${h(text)}</p></a>`;
  const boards = liveboards.filter(mayOpen).map((board) => card(`pinboard/${board.id}`, board.name, board.description));
  const answers = savedAnswers
    .filter(mayOpen)
    .map((entry) => card(`saved-answer/${entry.id}`, entry.name, entry.description));
  const models = tables.map((table) =>
    card(
      `answer?source=${table.id}`,
      table.name,
      `${table.columns.length} columns, ${table.rows.length.toLocaleString(view.locale)} rows`,
    ),
  );
  const sections: Record<string, [string, string[]]> = {
    home: [`Good day, ${view.who.user.displayName}`, [...boards, ...answers]],
    pinboards: ["Liveboards", boards],
    answers: ["Answers", answers],
    "data/tables": ["Data", models],
    "insights/results": ["SpotIQ analysis", []],
    "insights/monitor-alerts": ["Alerts", []],
    collections: ["Collections", boards],
    "home/liveboard-schedules": ["Schedules", []],
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
  return { cluster, who, request, locale, months: monthLabels(cluster.clock.now(), locale) };
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
