/** What the application knows while it runs. */
import { flag, flags, listIn, readFilters } from "./flags";

/** What the server answered for the route (`content/pages.ts`, with who is signed in). */
export interface Content {
  readonly kind?: string;
  readonly title?: string;
  readonly html?: string;
  readonly item?: string;
  readonly tab?: string;
  readonly tabs?: readonly { readonly id: string; readonly name: string }[];
  readonly vizs?: readonly string[];
  readonly user?: string;
  readonly org?: number;
  readonly access?: string;
  readonly variables?: Readonly<Record<string, readonly string[]>>;
  /** Set when it could not be shown. */
  readonly code?: string;
  readonly message?: string;
  /** The part of the frame that the host says is on the screen. */
  readonly seen?: unknown;
}

export const state = {
  token: "",
  filters: readFilters(flags.toString()),
  lastMonths: undefined as number | undefined,
  search: flag("executeSearch") ? (flags.get("searchTokenString") ?? "") : "",
  source: listIn(flags.get("dataSources"))[0] as string | undefined,
  hideTabs: listIn(flags.get("hideTabs")),
  visibleVizs: listIn(flags.get("pinboardVisibleVizs")),
  locale: flags.get("locale") ?? navigator.language,
  autoLogin: flag("autoLogin"),
  expiryInToken: true,
  ended: false,
  shown: {} as Content,
};
