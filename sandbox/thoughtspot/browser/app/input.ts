/** What the user does in the application. */
import { drawCharts } from "./charts";
import { route } from "./flags";
import { post } from "./host";
import { main } from "./pages";
import { contentRequest, filtersChanged, search, show } from "./show";
import { giveUp, postJson, resetIdle, SignedOut } from "./sign-in";
import { state } from "./state";

function readChosenFilters(): void {
  const chosen = new Map<string, string[]>();
  for (const input of main.querySelectorAll<HTMLInputElement>("input[data-filter]")) {
    const column = input.dataset.filter ?? "";
    const values = chosen.get(column) ?? [];
    if (input.checked) values.push(input.value);
    chosen.set(column, values);
  }
  state.filters = [
    ...state.filters.filter((filter) => !chosen.has(filter.column)),
    ...[...chosen]
      .filter(([, values]) => values.length > 0)
      .map(([column, values]) => ({ column, operator: "IN", values })),
  ];
}

function onChange({ target }: Event): void {
  if (target instanceof HTMLSelectElement && target.id === "source") {
    state.source = target.value;
    state.search = "";
    void show();
  } else if (target instanceof HTMLInputElement && target.dataset.filter !== undefined) {
    readChosenFilters();
    void filtersChanged();
  } else if (target instanceof HTMLInputElement && target.dataset.period !== undefined) {
    state.lastMonths = Number(target.value);
    void filtersChanged();
  }
}

function onClick({ target }: Event): void {
  if (!(target instanceof Element)) return;
  const button = target.closest("button");
  if (button?.dataset.reset !== undefined) {
    state.filters = [];
    state.lastMonths = undefined;
    void filtersChanged();
  } else if (button?.dataset.word !== undefined) {
    const words = main.querySelector<HTMLInputElement>("#words");
    if (words) {
      words.value = `${words.value} ${button.dataset.word.toLowerCase()}`.trim();
      words.focus();
    }
  } else if (button?.dataset.ask !== undefined) {
    if (main.querySelector("[data-spotter]")) void askSpotter(button.dataset.ask);
    else void search(button.dataset.ask);
  }
  const tile = target.closest("[data-viz]");
  if (tile && target.closest(".chart")) post("vizPointClick", { vizId: tile.getAttribute("data-viz") });
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  if (form.dataset.search !== undefined) {
    event.preventDefault();
    void search(String(new FormData(form).get("words") ?? ""));
  } else if (form.dataset.spotter !== undefined) {
    event.preventDefault();
    const question = String(new FormData(form).get("question") ?? "").trim();
    form.reset();
    if (question) void askSpotter(question);
  }
}

async function askSpotter(question: string): Promise<void> {
  const turns = main.querySelector(".turns");
  if (!turns) return;
  const turn = (kind: string) => {
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
    const response = await postJson("/app/spotter", { ...contentRequest(), search: question });
    const { html, text } = (await response.json()) as { html: string; text: string };
    answer.innerHTML = html;
    drawCharts(answer);
    answer.scrollIntoView({ block: "end" });
    post("SpotterData", { question, answer: text });
  } catch (error) {
    if (error instanceof SignedOut) return giveUp();
    answer.textContent = "ThoughtSpot does not answer. Try again in a moment.";
  }
}

/** Menus close by a click elsewhere and by Escape. */
function closeMenus(except?: Element | null): void {
  for (const open of document.querySelectorAll("details[open]")) if (open !== except) open.removeAttribute("open");
}

/** Listens from now on. */
export function listenToUser(): void {
  main.addEventListener("change", onChange);
  main.addEventListener("click", onClick);
  main.addEventListener("submit", onSubmit);
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element) closeMenus(target.closest("details"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details[open]");
    open?.removeAttribute("open");
    open?.querySelector("summary")?.focus();
  });
  for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, resetIdle, { passive: true });

  let wasNarrow = window.innerWidth < 640;
  window.addEventListener("resize", () => {
    const isNarrow = window.innerWidth < 640;
    if (isNarrow === wasNarrow) return;
    wasNarrow = isNarrow;
    if (state.shown.kind && state.shown.kind !== "spotter") void show();
  });
  window.addEventListener("hashchange", () => {
    post("ROUTE_CHANGE", { currentPath: route() });
    state.search = "";
    void show();
  });
}
