/** Draws what the Library shows: dashboards, reports, documents, bots, the home page, notices and the login form. */
import type { AppBoot, Content, ItemCard } from "../../pages";
import { drawDashboard } from "./dashboard";
import { append, el, fill, grouped } from "./elements";
import type { Library } from "./library";
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

function drawReport(main: HTMLElement, content: Of<"report">): View {
  const { measure, columns, rows } = content.model;
  const most = Math.max(...rows.flatMap(({ values }) => values));
  const heading = (name: string) => el("th", { scope: "col", class: "right" }, name);
  const cell = (value: number) =>
    el("td", { class: "right shade", style: `--level:${(value / most).toFixed(2)}` }, grouped(value));
  const line = ({ label, values }: (typeof rows)[number]) => {
    const total = values.reduce((sum, value) => sum + value, 0);
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, label),
      values.map(cell),
      el("td", { class: "right total" }, grouped(total)),
    );
  };
  const head = el("tr", {}, el("th", { scope: "col" }, "Week"), columns.map(heading), heading("Total"));
  const table = el("table", { class: "places" }, el("thead", {}, head), el("tbody", {}, rows.map(line)));
  fill(
    main,
    plainTop(content),
    el(
      "div",
      { class: "board single", tabindex: "0" },
      el(
        "section",
        { class: "tile full" },
        el("div", { class: "tile-head" }, el("h2", {}, measure), el("span", { class: "unit" }, "per week and region")),
        el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Table" }, table),
      ),
    ),
  );
  return {};
}

function drawDocument(main: HTMLElement, content: Of<"document">, hooks: Hooks): View {
  const { layouts } = content.model;
  let page = layouts[0]?.key ?? "";
  const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Layouts" });
  const body = el("article", { class: "paper", id: "board", tabindex: "0" });
  const paint = () => {
    fill(
      tabs,
      layouts.map(({ key, name }) => {
        const attributes = {
          role: "tab",
          type: "button",
          "aria-selected": String(key === page),
          "aria-controls": "board",
        };
        return el("button", { ...attributes, click: () => goToPage(key) }, name);
      }),
    );
    const layout = layouts.find(({ key }) => key === page);
    const paragraphs = (layout?.paragraphs ?? []).map((text) => el("p", {}, text));
    fill(body, el("h1", {}, content.name), el("h2", {}, layout?.name), paragraphs);
  };
  const goToPage = (key: string) => {
    if (!layouts.some((layout) => layout.key === key)) return false;
    page = key;
    paint();
    hooks.onPage(key);
    return true;
  };
  const side = el("div", { class: "side" }, el("p", { class: "meta" }, `as ${content.user.username}`), sandboxTag());
  fill(main, el("header", { class: "top" }, tabs, side), el("div", { class: "desk" }, body));
  paint();
  return { pageKey: () => page, goToPage };
}

function drawBot(main: HTMLElement, content: Of<"bot">): View {
  const { greeting, suggestions, fallback } = content.model;
  const log = el("div", { class: "talk", role: "log", "aria-label": "Conversation", tabindex: "0" });
  const input = el("input", {
    type: "text",
    "aria-label": "Your question",
    placeholder: "Ask a question",
    autocomplete: "off",
  }) as HTMLInputElement;
  const say = (who: "me" | "bot", text: string) => {
    append(log, el("p", { class: `bubble ${who}` }, text));
    log.scrollTop = log.scrollHeight;
  };
  const ask = (question: string | undefined) => {
    if (!question) return;
    say("me", question);
    const known = suggestions.find((one) => one.question.toLowerCase() === question.toLowerCase());
    setTimeout(() => say("bot", known?.answer ?? fallback), 350);
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
  fill(main, plainTop(content), el("div", { class: "chatbox" }, log, chips, form));
  say("bot", greeting);
  return { ask };
}

function drawHome(main: HTMLElement, content: Of<"library">, { onSelect, onOpen }: Hooks): View {
  const card = (item: ItemCard) => {
    const { id, projectId, name, description, kind, type } = item;
    const click = () => (onSelect ? onSelect([{ id, docId: id, projectId, name, type, subtype: null }]) : onOpen(item));
    return el(
      "button",
      { type: "button", class: "card", "data-object": id, click },
      el("span", { class: "kind" }, `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`),
      el("span", { class: "name" }, name),
      el("span", { class: "about" }, description),
    );
  };
  fill(main, plainTop(content), el("div", { class: "shelf" }, content.items.map(card)));
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
