/** The border between a drawing and the page around it. */
import type { ItemCard } from "../../pages";

/** A filter as the SDK sends it. */
export interface FilterSelection {
  readonly key?: string;
  readonly name?: string;
  readonly selections?: readonly { readonly id?: string; readonly value?: string; readonly name?: string }[];
}

/** What the page around a drawing hears. */
export interface Hooks {
  readonly pageKey: string | undefined;
  readonly filters: readonly FilterSelection[] | null;
  onPage(key: string): void;
  onFilters(filterInfo: readonly object[]): void;
  onGraphics(value: object): void;
  onOpen(item: ItemCard): void;
  readonly onSelect: ((items: readonly object[]) => void) | undefined;
}

/** What the SDK may do with what is drawn. */
export interface View {
  pageKey?(): string;
  /** @returns whether there is such a page */
  goToPage?(key: string): boolean;
  readonly filters?: {
    list(): readonly object[];
    set(key: string, selections: FilterSelection["selections"] | "all"): void;
    clear(): void;
    apply(): void;
  };
  readonly visualizations?: readonly { readonly key: string; readonly name: string }[];
  ask?(question: string | undefined): void;
}
