/**
 * How the vendor's builds of the SDK differ. Seen with real builds in Chromium 156 in November 2026: one of September
 * 2020, one of June 2022, one of January 2024; `current` is what the newest public build does. Where they are from is in
 * lib/vendors/microstrategy/SOURCES.md.
 */
export type Generation = "2020" | "2022" | "2024" | "current";

type ContextName =
  | "embedLibraryPage"
  | "embedReportPage"
  | "embedDossierConsumptionPage"
  | "embedBotConsumptionPage"
  | "embedDocumentConsumptionPage";

export interface Traits {
  /** When it compiles its input schemas, which a page without 'unsafe-eval' forbids. */
  readonly compiles: "at load" | "at create" | "never";
  /** Whether the frame goes to its next page by its `src`, which leaves an entry in the browser's history. */
  readonly pushesHistory: boolean;
  /** Whether a failure before the first handshake is shown by `window.alert` although the portal forbids it. */
  readonly alwaysAlerts: boolean;
  /** A refused login: told to the console only, left as an unhandled rejection, or the promise's rejection. */
  readonly refusedLogin: "console" | "unhandled" | "rejects";
  /** Whether a creation that fails resolves with nothing in place of rejecting. */
  readonly resolvesFailures: boolean;
  readonly sessionErrorHandler: boolean;
  /** Whether replies are unwrapped: `res` in place of the whole, a refusal as a rejection. */
  readonly unwraps: boolean;
  /** Whether the first embed logs in again although the browser's cookies lead to a live session. */
  readonly firstLogsInAnew: boolean;
  /** Whether a dashboard's object still works after the SDK logged in again by itself. */
  readonly survivesRelogin: boolean;
  readonly contexts: readonly ContextName[];
  /** Whether contexts have `goToPage` and handlers, answer calls from the page, and merge with an earlier load. */
  readonly newContexts: boolean;
}

const old = {
  pushesHistory: false,
  alwaysAlerts: true,
  resolvesFailures: false,
  sessionErrorHandler: true,
  unwraps: false,
  firstLogsInAnew: true,
  survivesRelogin: true,
  contexts: [],
  newContexts: false,
} as const;

const traitsOf: Readonly<Record<Generation, Traits>> = {
  "2020": {
    ...old,
    compiles: "at create",
    refusedLogin: "console",
    pushesHistory: true,
    resolvesFailures: true,
    sessionErrorHandler: false,
  },
  "2022": { ...old, compiles: "at load", refusedLogin: "unhandled" },
  "2024": {
    ...old,
    compiles: "at load",
    refusedLogin: "unhandled",
    alwaysAlerts: false,
    unwraps: true,
    survivesRelogin: false,
    contexts: ["embedLibraryPage", "embedReportPage"],
  },
  current: {
    compiles: "never",
    refusedLogin: "rejects",
    pushesHistory: false,
    alwaysAlerts: false,
    resolvesFailures: false,
    sessionErrorHandler: true,
    unwraps: true,
    firstLogsInAnew: false,
    survivesRelogin: false,
    contexts: [
      "embedLibraryPage",
      "embedReportPage",
      "embedDossierConsumptionPage",
      "embedBotConsumptionPage",
      "embedDocumentConsumptionPage",
    ],
    newContexts: true,
  },
};

/** The server writes the generation it serves in this place. */
declare const __GENERATION__: Generation;

export const generation: Generation = __GENERATION__;
export const traits: Traits = traitsOf[generation];
