/** Draws what the Library shows: dashboards, reports, documents, bots, the home page, notices and the login form. */

import { drawChart, drawSpark } from "../../../kit/browser/charts";
import { append, el, fill } from "../../../kit/browser/elements";
import type { ChartData } from "../../../kit/chart-data";
import { figure, shortDate, whole } from "../../../kit/format";
import type { AppBoot, Content, ItemCard } from "../../pages";
import { drawDashboard, legendKey } from "./dashboard";
import type { Library } from "./library";
import { locale } from "./locale";
import type { Hooks, View } from "./view";

/** Draws content and returns what the SDK may do with it. */
export function draw(main: HTMLElement, content: Content, hooks: Hooks): View {
  switch (content.kind) {
    case "dashboard":
      return drawDashboard(main, content, hooks);
    case "report":
      return drawReport(main, content);
    case "document":
      return drawDocument(main, content, hooks);
    case "bot":
      return drawBot(main, content);
    case "library":
      return drawHome(main, content, hooks);
  }
}

type Of<Kind> = Extract<Content, { kind: Kind }>;

const sandboxTag = () => el("span", { class: "tag" }, "Sandbox");

const plainTop = ({ name, user }: Content) =>
  el(
    "header",
    { class: "top plain" },
    el("h1", {}, name),
    el("div", { class: "side" }, el("p", { class: "meta" }, `as ${user.username}`), sandboxTag()),
  );

/**
 * A week's orders in a region, coloured by how its part of all orders compares with its usual part: a season, which all
 * regions have, is no news.
 */
function weekCell(value: number, part: number, usual: number) {
  const off = usual ? part / usual - 1 : 0;
  const level = Math.min(1, Math.abs(off) / 0.12).toFixed(2);
  return el(
    "td",
    { class: `right cell-${off < 0 ? "minus" : "plus"}`, style: `--level:${level}` },
    whole(value, locale),
  );
}

function drawReport(main: HTMLElement, content: Of<"report">): View {
  const { regions, weeks } = content.model;
  const heading = (name: string) => el("th", { scope: "col", class: "right" }, name);
  const totalOf = ({ orders }: (typeof weeks)[number]) => orders.reduce((sum, value) => sum + value, 0);
  const all = weeks.reduce((sum, week) => sum + totalOf(week), 0);
  const usual = regions.map((_, region) => weeks.reduce((sum, { orders }) => sum + (orders[region] ?? 0), 0) / all);
  const row = ({ start, number, orders, revenue, returned }: (typeof weeks)[number]) => {
    const total = orders.reduce((sum, value) => sum + value, 0);
    return el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        `Week ${whole(number, locale)}`,
        el("span", { class: "unit" }, ` ${shortDate(start, locale)}`),
      ),
      orders.map((value, region) => weekCell(value, value / total, usual[region] ?? 0)),
      el("td", { class: "right total" }, whole(total, locale)),
      el("td", { class: "right" }, figure(revenue, "k€", locale)),
      el("td", { class: "right" }, whole(returned, locale)),
      el("td", { class: "right" }, figure(total ? (100 * returned) / total : 0, "%", locale)),
    );
  };
  const head = el(
    "tr",
    {},
    el("th", { scope: "col" }, "Week from"),
    regions.map(heading),
    heading("All orders"),
    heading("Value"),
    heading("Returns"),
    heading("Returned"),
  );
  const table = el("table", { class: "places report" }, el("thead", {}, head), el("tbody", {}, weeks.map(row)));
  fill(
    main,
    plainTop(content),
    el(
      "div",
      { class: "board single", tabindex: "0" },
      el(
        "section",
        { class: "tile full" },
        el(
          "div",
          { class: "tile-head" },
          el("h2", {}, "Orders, value and returns"),
          el("span", { class: "legend" }, [
            el("span", { class: "swatch plus" }, "more of all orders than usual"),
            el("span", { class: "swatch minus" }, "less"),
          ]),
        ),
        el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, table),
      ),
    ),
  );
  return {};
}

const plainTable = ({
  head,
  rows,
}: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}) =>
  el(
    "table",
    { class: "places" },
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        head.map((name, index) => el("th", { scope: "col", class: index ? "right" : null }, name)),
      ),
    ),
    el(
      "tbody",
      {},
      rows.map((row) =>
        el(
          "tr",
          {},
          row.map((text, index) => (index ? el("td", { class: "right" }, text) : el("th", { scope: "row" }, text))),
        ),
      ),
    ),
  );

const keysOf = (chart: ChartData) =>
  chart.kind === "line" ? [legendKey("actual", "Actual"), legendKey("plan", "Plan")] : legendKey("target", "Target");

/** The letter's pages lie side by side where there is room; the tabs say which one is current. */
function drawDocument(main: HTMLElement, content: Of<"document">, hooks: Hooks): View {
  const { layouts } = content.model;
  let page = layouts[0]?.key ?? "";
  const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Layouts" });
  const sheets = layouts.map(({ key, name, title, figures, paragraphs, chart, table }) => {
    const holder = el("div", { class: "chart" });
    const sheet = el(
      "article",
      { class: "paper", id: `layout-${key}`, "aria-label": name, tabindex: "0" },
      el("h1", {}, content.name),
      el("h2", {}, title),
      figures.length > 0 &&
        el(
          "div",
          { class: "facts" },
          figures.map(({ label, value, change }) =>
            el("p", {}, el("span", {}, label), el("b", {}, value), " ", change && el("i", {}, change)),
          ),
        ),
      paragraphs.map((text) => el("p", {}, text)),
      chart && [el("h3", {}, chart.title, el("span", { class: "legend" }, keysOf(chart))), holder],
      table && plainTable(table),
    );
    if (chart) drawChart(holder, chart, { locale });
    return { key, sheet };
  });
  const paint = () => {
    fill(
      tabs,
      layouts.map(({ key, name }) => {
        const attributes = {
          role: "tab",
          type: "button",
          "aria-selected": String(key === page),
          "aria-controls": `layout-${key}`,
        };
        return el("button", { ...attributes, click: () => goToPage(key) }, name);
      }),
    );
    for (const { key, sheet } of sheets) sheet.classList.toggle("current", key === page);
  };
  const goToPage = (key: string) => {
    const found = sheets.find((one) => one.key === key);
    if (!found) return false;
    page = key;
    paint();
    found.sheet.scrollIntoView({ block: "nearest", inline: "nearest" });
    hooks.onPage(key);
    return true;
  };
  const side = el("div", { class: "side" }, el("p", { class: "meta" }, `as ${content.user.username}`), sandboxTag());
  fill(
    main,
    el("header", { class: "top" }, tabs, side),
    el(
      "div",
      { class: "desk" },
      sheets.map(({ sheet }) => sheet),
    ),
  );
  paint();
  return { pageKey: () => page, goToPage };
}

function drawBot(main: HTMLElement, content: Of<"bot">): View {
  const { greeting, suggestions, fallback, latest } = content.model;
  const log = el("div", { class: "talk", role: "log", "aria-label": "Conversation", tabindex: "0" });
  const input = el("input", {
    type: "text",
    "aria-label": "Your question",
    placeholder: "Ask a question",
    autocomplete: "off",
  }) as HTMLInputElement;
  const say = (who: "me" | "bot", text: string, chart: (typeof suggestions)[number]["chart"] = null) => {
    const holder = el("div", { class: "chart" });
    append(
      log,
      el(
        "div",
        { class: `bubble ${who}` },
        el("p", {}, text),
        chart && el("p", { class: "chart-title" }, chart.title),
        chart && holder,
      ),
    );
    if (chart) drawChart(holder, chart, { locale });
    log.scrollTop = log.scrollHeight;
  };
  const ask = (question: string | undefined) => {
    if (!question) return;
    say("me", question);
    const known = suggestions.find((one) => one.question.toLowerCase() === question.toLowerCase());
    setTimeout(() => say("bot", known?.answer ?? fallback, known?.chart ?? null), 350);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    ask(input.value.trim());
    input.value = "";
  };
  const chip = ({ question }: { question: string }) =>
    el("button", { type: "button", class: "chip", click: () => ask(question) }, question);
  const form = el("form", { class: "ask", submit }, input, el("button", { class: "primary", type: "submit" }, "Ask"));
  const chips = el("div", { class: "chips" }, suggestions.map(chip));
  const side = el(
    "aside",
    { class: "known", "aria-label": latest.title },
    el("h2", {}, latest.title),
    plainTable(latest),
    el("h2", {}, "Questions I know"),
    chips,
  );
  fill(main, plainTop(content), el("div", { class: "chatbox" }, el("div", { class: "talking" }, log, form), side));
  say("bot", greeting);
  const [first] = suggestions;
  if (first) say("bot", first.answer, first.chart);
  return { ask };
}

function drawHome(main: HTMLElement, content: Of<"library">, { onSelect, onOpen }: Hooks): View {
  const card = (item: ItemCard) => {
    const { id, projectId, name, description, kind, type, preview } = item;
    const click = () => (onSelect ? onSelect([{ id, docId: id, projectId, name, type, subtype: null }]) : onOpen(item));
    const holder = el("span", { class: "chart spark" });
    const drawn = preview
      ? [el("span", { class: "about" }, preview.label), el("span", { class: "value" }, preview.value), holder]
      : [
          el("span", { class: "about" }, "Ask, for example"),
          el("span", { class: "quote" }, "Which region has the best margin?"),
        ];
    const node = el(
      "button",
      { type: "button", class: "card", "data-object": id, click },
      el("span", { class: "preview" }, drawn),
      el("span", { class: "kind" }, `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`),
      el("span", { class: "name" }, name),
      el("span", { class: "about" }, description),
    );
    if (preview) drawSpark(holder, preview);
    return node;
  };
  fill(main, plainTop(content), el("div", { class: "shelf", tabindex: "0" }, content.items.map(card)));
  return {};
}

// ------------------------------------------------------------------ notices and the login form

export function drawNotice(
  main: HTMLElement,
  title: string,
  text: string,
  actions: readonly (readonly [label: string, act: () => void])[],
): void {
  const buttons = actions.map(([label, click]) => el("button", { class: "primary", type: "button", click }, label));
  fill(
    main,
    el("div", { class: "notice", role: "alert" }, sandboxTag(), el("h1", {}, title), el("p", {}, text), buttons),
  );
}

export function drawPopUp(body: HTMLElement, text: string): void {
  const dialog = el("dialog", { class: "popup", "aria-label": "Server error" }) as HTMLDialogElement;
  const click = () => {
    dialog.close();
    dialog.remove();
  };
  append(dialog, [el("p", {}, text), el("button", { class: "primary", type: "button", click }, "OK")]);
  append(body, dialog);
  dialog.showModal();
}

/** The Library's own login form. It stays silent towards the SDK and goes to the page afterwards. */
export function drawLogin(main: HTMLElement, boot: AppBoot, library: Library): void {
  const field = (attributes: Record<string, string | boolean>) => el("input", attributes) as HTMLInputElement;
  const name = field({ id: "username", name: "username", autocomplete: "username", required: true });
  const password = field({
    id: "password",
    name: "password",
    type: "password",
    autocomplete: "current-password",
  });
  const problem = el("p", { class: "problem", role: "alert" });
  const submit = async (event: Event) => {
    event.preventDefault();
    problem.textContent = "";
    library.token = null;
    const login = { username: name.value, password: password.value, loginMode: 1, applicationType: 35 };
    try {
      const { status } = await library.call("POST", "/api/auth/login", login);
      if (status === 204) location.replace(boot.next ?? location.href);
      else problem.textContent = "The name or the password is wrong, or the account may not log in.";
    } catch {
      problem.textContent = "The Library cannot be reached.";
    }
  };
  fill(
    main,
    el(
      "form",
      { class: "notice", submit },
      sandboxTag(),
      el("h1", {}, "Log in to the Library"),
      el("label", { for: "username" }, "User name"),
      name,
      el("label", { for: "password" }, "Password"),
      password,
      problem,
      el("button", { class: "primary", type: "submit" }, "Log in"),
    ),
  );
}
