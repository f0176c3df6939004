import "client-only";
/** The tab and the filters of a Liveboard, from the application to the page's address. */
import type { ViewHost } from "../../embed-host";
import type { View, ViewFilter } from "../../view";
import { type Filter, tabIn } from "../protocol";
import type { Component } from "./components";

interface Tab {
  readonly id: string;
  readonly name: string;
}

/** What `getTabs` answers (SDK 1.52.0: `orderedTabIds`, `numberOfTabs`, `Tabs`). */
function tabsOf(answer: unknown): readonly Tab[] {
  const { Tabs } = (answer ?? {}) as { Tabs?: unknown };
  return Array.isArray(Tabs) ? Tabs.filter((tab): tab is Tab => typeof tab?.id === "string") : [];
}

/** The filters as the address has them. */
export const viewFilters = (filters: readonly Filter[]): readonly ViewFilter[] =>
  filters.map(({ columnName, values }) => ({ name: columnName, values }));

/** Follows one embed. */
export class ShownTabs {
  readonly #component: Component;
  readonly #host: ViewHost;
  #view: View;
  #isChecked = false;

  /** @param asked the view that it was opened with */
  constructor(component: Component, host: ViewHost, asked: View) {
    this.#component = component;
    this.#host = host;
    this.#view = asked;
  }

  /** The board is there: does it have the tab that was asked for? The application shows its first one if not. */
  async rendered(): Promise<void> {
    if (this.#isChecked) return;
    this.#isChecked = true;
    const { page } = this.#view;
    if (page === undefined) return;
    const tabs = await this.#tabs();
    if (this.#view.page !== page || tabs.length === 0) return;
    if (tabs.some(({ id }) => id === page)) return void this.#show(tabs);
    this.#view = { filters: this.#view.filters };
    this.#host.lost();
  }

  async went(route: string | undefined): Promise<void> {
    if (route === undefined) return;
    const page = tabIn(route);
    if (page === this.#view.page) return;
    this.#view = page === undefined ? { filters: this.#view.filters } : { ...this.#view, page };
    this.#show([]);
    if (page !== undefined) this.#show(await this.#tabs());
  }

  filtered(filters: readonly Filter[] | undefined): void {
    if (!filters) return;
    this.#view = { ...this.#view, filters: viewFilters(filters) };
    this.#show([]);
  }

  #show(tabs: readonly Tab[]): void {
    const { page, filters } = this.#view;
    const pageLabel = tabs.find(({ id }) => id === page)?.name;
    const filterLabels = Object.fromEntries(filters.map(({ name, values }) => [name, `${name} ${values.join(", ")}`]));
    this.#host.shown({ ...this.#view, ...(pageLabel ? { pageLabel } : {}), filterLabels });
  }

  async #tabs(): Promise<readonly Tab[]> {
    try {
      return tabsOf(await this.#component.trigger("getTabs", {}));
    } catch {
      return [];
    }
  }
}
