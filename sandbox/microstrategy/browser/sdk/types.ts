/** What a portal gives the SDK, and what the two windows say to each other. */

export type Handler = (value: unknown) => void;

/** Properties of `dossier.create` and of the contexts. Whatever else is given is taken along. */
export interface Props {
  readonly placeholder: HTMLElement;
  readonly url?: string;
  readonly serverURL?: string;
  readonly serverUrl?: string;
  readonly applicationID?: string;
  readonly projectId?: string;
  readonly objectID?: string;
  readonly objectId?: string;
  readonly pageKey?: string;
  readonly layoutKey?: string;
  readonly configAppId?: string;
  readonly customApplicationId?: string;
  readonly containerHeight?: string;
  readonly containerWidth?: string;
  readonly enableResponsive?: boolean;
  readonly enableCustomAuthentication?: boolean;
  readonly customAuthenticationType?: string;
  readonly disableErrorPopupWindow?: boolean;
  readonly disableCustomErrorHandlerOnCreate?: boolean;
  readonly disableNotification?: boolean;
  readonly getLoginToken?: () => Promise<string | null | undefined>;
  readonly errorHandler?: Handler;
  readonly customErrorHandler?: Handler;
  readonly sessionErrorHandler?: Handler;
  readonly onMsgRouterReadyHandler?: ((ready: { MsgRouter: object }) => void) | undefined;
  readonly onDossierCreated?: (dossier: object) => void;
  readonly permissions?: { readonly allowClipboardWrite?: boolean };
  readonly visualizationSelectedElements?: unknown;
  readonly [other: string]: unknown;
}

export interface Message {
  readonly mt: string;
  readonly mid?: string;
  readonly did?: string;
  readonly func?: string;
  readonly param?: unknown;
  readonly name?: string;
  readonly value?: unknown;
  readonly result?: unknown;
}

/** Which API made an embed. */
export interface Kind {
  readonly version: "v1" | "v2";
  readonly pageType: string;
  /** Types of page that this API takes; the first one is its own. */
  readonly pageTypes: readonly string[];
}

const context = (...pageTypes: [string, ...string[]]): Kind => ({ version: "v2", pageType: pageTypes[0], pageTypes });

export const kinds = {
  dossier: { version: "v1", pageType: "dossierConsumptionPage", pageTypes: ["dossierConsumptionPage"] },
  embedLibraryPage: context("libraryPage", "librarySubscriptions", "libraryInsights"),
  embedReportPage: context("reportConsumptionPage"),
  embedDossierConsumptionPage: context("dossierConsumptionPage"),
  embedBotConsumptionPage: context("botConsumptionPage"),
  embedDocumentConsumptionPage: context("documentPage"),
} as const satisfies Record<string, Kind>;

export const eventTypes = {
  ON_ERROR: "onError",
  ON_SESSION_ERROR: "onSessionError",
  ON_FILTER_UPDATED: "onFilterUpdated",
  ON_GRAPHICS_SELECTED: "onGraphicsSelected",
  ON_PAGE_SWITCHED: "onPageSwitched",
  ON_PAGE_LOADED: "onPageLoaded",
  ON_LAYOUT_CHANGED: "onLayoutChanged",
  ON_PROMPT_ANSWERED: "onPromptAnswered",
  ON_PROMPT_LOADED: "onPromptLoaded",
  ON_VIZ_SELECTION_CHANGED: "onVizSelectionChanged",
  ON_DOSSIER_INSTANCE_ID_CHANGE: "onDossierInstanceIDChange",
  ON_VISUALIZATION_RESIZED: "onVisualizationResized",
  ON_PANEL_SWITCHED: "onPanelSwitched",
  ON_VIZ_ELEMENT_CHANGED: "onVisualizationElementsChanged",
  ON_DOSSIER_AUTHORING_SAVED: "onDossierAuthoringSaved",
  ON_DOSSIER_AUTHORING_CLOSED: "onDossierAuthoringClosed",
  ON_PAGE_RENDER_FINISHED: "onPageRenderFinished",
  ON_LIBRARY_ITEM_SELECTED: "onLibraryItemSelected",
  ON_LIBRARY_MENU_SELECTED: "onLibraryMenuSelected",
  ON_LIBRARY_ITEM_SELECTION_CLEARED: "onLibraryItemSelectionCleared",
  ON_DOSSIER_INSTANCE_CHANGED: "onDossierInstanceChanged",
  ON_COMPONENT_SELECTION_CHANGED: "onComponentSelectionChanged",
  ON_INSTANCE_CHANGED: "onInstanceChanged",
} as const;

export const customAuthenticationTypes = {
  IDENTITY_TOKEN: "loginWithIdentityToken",
  AUTH_TOKEN: "loginWithAuthToken",
} as const;

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === "object";

/** A property of a value that came from the other window. */
export const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

/** The sentence in a refusal, `{valid: false, error: {errMsg}}`. @throws TypeError when the page gave none */
export const refusalIn = (value: unknown): string => (value as { error: { errMsg: string } }).error.errMsg;
