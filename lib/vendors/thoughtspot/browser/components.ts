import "client-only";
/** The SDK's component for each kind of item. */
import type { EmbedItem } from "../../vendor";
import type { View } from "../../view";
import { type Filter, filtersOf, localeOf, styleOf, tabOf } from "../protocol";
import type { Sdk } from "./sdk";

/** The part of the SDK's components that is used; they share no narrower public type. */
export interface Component {
  on(type: string, callback: (payload: unknown) => void): unknown;
  render(): Promise<unknown>;
  trigger(type: string, payload: unknown): Promise<unknown>;
  destroy(): void;
}

/** How it looks at its start. */
export interface Look {
  readonly theme: "light" | "dark";
  /** BCP 47. */
  readonly locale: string;
  /** The tab and the filters that the page's address asks for. */
  readonly view: View;
}

/** @param container empty element that the component fills */
export function construct(sdk: Sdk, container: HTMLElement, item: EmbedItem, { theme, locale, view }: Look): Component {
  const { target } = item;
  const common = {
    frameParams: { title: item.title },
    customizations: styleOf(theme),
    locale: localeOf(locale),
    runtimeFilters: filtersOf(item, view).map((filter: Filter) => ({
      columnName: filter.columnName,
      operator: sdk.RuntimeFilterOp.IN,
      values: [...filter.values],
    })),
  };
  const searched = {
    ...(target.modelId ? { dataSource: target.modelId } : {}),
    ...(target.query ? { searchOptions: { searchTokenString: target.query, executeSearch: true } } : {}),
  };
  const component = ((): unknown => {
    switch (item.kind) {
      case "answer":
        return new sdk.SearchEmbed(container, { ...common, answerId: target.answerId });
      case "search":
        return new sdk.SearchEmbed(container, { ...common, ...searched });
      case "search-bar": {
        // The only component that takes no element: give the element an address.
        container.id ||= `thoughtspot-${item.slug}`;
        return new sdk.SearchBarEmbed(`#${container.id}`, { ...common, ...searched });
      }
      case "spotter":
        return new sdk.SpotterEmbed(container, {
          ...common,
          worksheetId: target.modelId ?? "",
          ...(target.query ? { searchOptions: { searchQuery: target.query } } : {}),
        });
      case "app":
        return new sdk.AppEmbed(container, {
          ...common,
          showPrimaryNavbar: target.navigation === "shown",
          path: target.page ?? "home",
        });
      default:
        return new sdk.LiveboardEmbed(container, {
          ...common,
          liveboardId: target.liveboardId,
          ...(target.vizId ? { vizId: target.vizId } : {}),
          ...(tabOf(item, view) ? { activeTabId: tabOf(item, view) } : {}),
          ...(target.viewId ? { personalizedViewId: target.viewId } : {}),
        });
    }
  })();
  return component as Component;
}
