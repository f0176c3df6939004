/**
 * The wire between portal, Library and SDK: shapes, codes and messages. Safe to import in the browser. Every fact says
 * where it is from; "measured" is what the SDK was seen to do.
 */
import type { ProblemCode } from "@/lib/problem/codes";

/**
 * What the browser receives for one embed: a token for one login, and whose it is. The token is empty when MicroStrategy
 * Web gives it to the browser itself: the grant then says that the user may open the item, and whose token it must be.
 */
export interface Grant {
  readonly identityToken: string;
  /** Object ID of the Library user, from `GET /api/auth/identityToken` (OpenAPI); empty where it is not known beforehand. */
  readonly userId: string;
}

/** What the embed needs to know of the configuration. */
export interface BrowserConfig {
  readonly libraryUrl: string;
  /** Whether the pages' policy lets scripts compile code, as the SDK's builds up to January 2024 do. */
  readonly mayEvaluate: boolean;
  /** MicroStrategy Web, when the browser's own Web session gives the tokens. */
  readonly webUrl: string | null;
}

/** What the vendor calls the product. */
export const productName = "MicroStrategy";

/** Headers (OpenAPI). Their names are case-insensitive. */
export const authTokenHeader = "x-mstr-authtoken";
export const identityTokenHeader = "x-mstr-identitytoken";

/** Login modes (SOURCES.md: login modes). */
export const loginModes = { standard: 1, guest: 8, ldap: 16, apiToken: 4096, oidc: 4194304 } as const;

/** 35 is the Library's web client; sessions of any other type cannot be embedded (SOURCES.md: properties). */
export const applicationType = 35;

/** Error body of the REST API (OpenAPI: `error`); a 5xx may come without one (SOURCES.md: REST errors). */
export interface ErrorBody {
  readonly code?: string | undefined;
  readonly iServerCode?: number | undefined;
  readonly ticketId?: string | undefined;
}

/** An object ID, in either case. */
export const objectIdPattern = /^[0-9A-F]{32}$/i;

/** `ERR0017` and `ERR017` are the same code: real bodies show both (SOURCES.md: REST errors). */
export const sameCode = (code: string | undefined, wanted: string) =>
  code?.replace(/^ERR0+/, "ERR") === wanted.replace(/^ERR0+/, "ERR");

/** What Intelligence Server codes mean for a person (vendor's WebAPIErrorCodes). */
const meanings: Readonly<Record<number, ProblemCode>> = {
  [-2147216959]: "credential_rejected", // AUTHEN_E_LOGIN_FAIL
  [-2147216964]: "credential_rejected", // AUTHEN_E_LOGIN_FAIL_INVALID_PWD
  [-2147202288]: "credential_rejected", // AUTHEN_E_LOGIN_EMPTY_USERNAME
  [-2147216963]: "credential_expired", // AUTHEN_E_LOGIN_FAIL_EXPIRED_PWD
  [-2147216960]: "credential_expired", // AUTHEN_E_LOGIN_FAILED_NEW_PASSWORD_REQD
  [-2147216965]: "account_disabled", // AUTHEN_E_LOGIN_FAIL_ACCOUNT_DISABLED
  [-2147202287]: "account_locked", // AUTHEN_E_USER_LOCKED_EXCEED_FAIL_ATTEPTS
  [-2147072513]: "account_locked", // MSI_E_EXCEED_MAX_FAILED_LOGIN
  [-2147202285]: "account_unknown", // AUTHEN_E_LOGIN_CANNOT_FIND_USER
  [-2147212488]: "account_unknown", // AUTHEN_NOT_ALLOW_LOGIN_FOR_NOT_LINKED
  [-2147216961]: "account_forbidden", // AUTHEN_E_LOGIN_USER_NO_PRIV
  [-2147213792]: "vendor_misconfigured", // AUTHEN_E_LOGIN_FAIL_NO_STANDARD_AUTH
  [-2147207867]: "vendor_misconfigured", // E_UNKNOWN_AUTHENTICATION_MODE
  [-2147212489]: "vendor_misconfigured", // AUTHEN_NOT_TRUSTED_WEB_SERVER
  [-2147213789]: "vendor_misconfigured", // AUTHEN_E_LOGIN_BAD_TOKEN_STRING
  [-2147025430]: "vendor_misconfigured", // MSI_E_OIDC_TOKEN_DECODE_FAILURE
  [-2147025428]: "vendor_misconfigured", // MSI_E_OIDC_INVALID_JWT
  [-2147025427]: "vendor_misconfigured", // MSI_E_OIDC_VERIFY_TOKEN_FAILURE
  [-2147025423]: "vendor_misconfigured", // MSI_E_JWT_TOKEN_DECODE_FAILURE
  [-2147025421]: "vendor_misconfigured", // MSI_E_JWT_INVALID_JWT
  [-2147025420]: "vendor_misconfigured", // MSI_E_JWT_VERIFY_TOKEN_FAILURE
  [-2147072559]: "vendor_misconfigured", // E_ISERVER_LICENCE_EXPIRED
  [-2147072486]: "session_cap", // E_MSI_MAX_PROJ_LOGIN_PERUSER_EXCEEDED
  [-2147209052]: "session_cap", // E_MSI_MAX_PROJ_LOGIN_EXCEEDED
  [-2147073423]: "session_cap", // MSI_E_MAX_SESSION_EXCEEDED
  [-2147209151]: "item_missing", // E_MSI_PROJECT_NOT_FOUND
  [-2147209192]: "vendor_failed", // MSI_PROJECTIDLE_ERROR
  [-2147209177]: "vendor_failed", // MSI_PROJECTOFFLINE_ERROR
};

/** The problem an Intelligence Server code stands for, or undefined for a code the portal has no sentence for. */
export const meaningOf = (iServerCode: number | undefined): ProblemCode | undefined =>
  iServerCode === undefined ? undefined : meanings[iServerCode];

const goneSessions: ReadonlySet<number> = new Set([
  -2147206924, // MSI_INVALID_SESSION_ID
  -2147025402, // MSI_REQUEST_INVALID_SESSION_ID
  -2147214682, // CLNTCONN_E_SESSION_CLOSED
]);

/** Whether an Intelligence Server code says that the session is gone, whatever status it travels with. */
export const saysSessionGone = (iServerCode: number | undefined) =>
  iServerCode !== undefined && goneSessions.has(iServerCode);

/** The form of a call to MicroStrategy Web's task servlet (SOURCES.md: task servlet). */
export const taskForm = (taskId: string, parameters: Readonly<Record<string, string>> = {}) =>
  new URLSearchParams({ taskId, taskContentType: "json", taskEnv: "xhr", ...parameters });

// ------------------------------------------------------------------ the SDK

/** Error object of the SDK (SOURCES.md: error handling). It is handed on as the page sent it, unchecked (measured). */
export interface SdkError {
  readonly title?: string;
  readonly message?: string;
  readonly desc?: string;
  readonly errorCode?: string;
  readonly iServerErrorCode?: number;
  readonly statusCode?: number;
  readonly ticketId?: string;
}

/** The object `onMsgRouterReadyHandler` gets: handlers registered here also hear what happens during load (measured). */
export interface MsgRouter {
  registerEventHandler(name: string, handler: (value: unknown) => void): void;
}

/** One filter as the property `filters` takes it (SOURCES.md: properties). */
export interface FilterSelection {
  readonly key: string;
  readonly selections: readonly { readonly id?: string; readonly name?: string }[];
}

/** Properties that `dossier.create` and the contexts share (SOURCES.md: properties; read in the SDK). */
export interface CommonProps {
  readonly placeholder: HTMLElement;
  readonly enableCustomAuthentication: boolean;
  readonly customAuthenticationType?: string;
  /** Called for every login, also for several at once; must return a promise at once (measured). */
  readonly getLoginToken: () => Promise<string>;
  /** Heard only until the page has loaded; then the SDK removes it (measured). */
  readonly errorHandler?: (error: SdkError) => void;
  readonly sessionErrorHandler?: (error: SdkError) => void;
  readonly disableErrorPopupWindow?: boolean;
  readonly onMsgRouterReadyHandler?: (ready: { MsgRouter: MsgRouter }) => void;
  readonly filters?: readonly FilterSelection[];
  readonly pageKey?: string;
  readonly navigationBar?: { readonly enabled: boolean };
}

/** Properties of `microstrategy.dossier.create` (SOURCES.md: properties). */
export interface DossierProps extends CommonProps {
  readonly serverURL: string;
  /** The project, whatever the name says. */
  readonly applicationID: string;
  readonly objectID: string;
}

/** Properties of the embedding contexts (SOURCES.md: embedding context). */
export interface ContextProps extends CommonProps {
  readonly serverUrl: string;
  readonly projectId?: string;
  readonly objectId?: string;
}

/**
 * Where a context can go in its frame. `goToPage` exists in newer builds only; it resolves with the page's reply, not
 * with the end of loading (measured).
 */
export interface EmbeddingContext {
  goToPage?(target: { projectId: string; objectId: string; pageKey?: string }): Promise<unknown>;
}

/**
 * What `dossier.create` resolves to: its table of contents, and its context where the build has one (SOURCES.md:
 * navigation, embedding context).
 */
export interface Dossier {
  getChapterList?(): unknown;
  /** A promise of the filters with their elements (SOURCES.md: filters). */
  getFilterList?(): unknown;
  getEmbeddingContext?(): EmbeddingContext;
}

/** What the page says it shows, in the event `onEmbedPageLoaded` (read in the SDK). */
export const pageTypes: Readonly<Record<string, string>> = {
  dashboard: "dossierConsumptionPage",
  report: "reportConsumptionPage",
  bot: "botConsumptionPage",
  document: "documentPage",
};

type EmbedContext = (props: ContextProps) => Promise<EmbeddingContext>;

/**
 * The part of `window.microstrategy` the portal uses. Which functions exist depends on the build, so each must be
 * tested for (measured). There is no npm package and no official types: the Library serves the script.
 */
export interface EmbeddingSdk {
  readonly dossier: {
    /** The build of 2020 resolves with nothing when it fails (measured). */
    create(props: DossierProps): Promise<Dossier | undefined>;
    destroy(target: { placeholder: HTMLElement }): void;
    readonly CustomAuthenticationType?: { readonly IDENTITY_TOKEN: string };
  };
  readonly embeddingContexts?: {
    embedLibraryPage?: EmbedContext;
    embedReportPage?: EmbedContext;
    embedBotConsumptionPage?: EmbedContext;
    embedDocumentConsumptionPage?: EmbedContext;
    destroyEmbedPage?(target: { placeholder: HTMLElement }): void;
  };
}

declare global {
  interface Window {
    microstrategy?: Partial<EmbeddingSdk>;
  }
}

/** Builds that the portal tells apart by what they offer, since none of them says its version (measured). */
export type Build = "2022 or earlier" | "2024" | "current";

/** @param contexts the names of what `microstrategy.embeddingContexts` has; null where there is no such object */
export function buildWith(contexts: readonly string[] | null): Build {
  if (contexts === null) return "2022 or earlier";
  return contexts.includes("embedBotConsumptionPage") ? "current" : "2024";
}

/** What a build opens, in a sentence. */
export const buildShows: Readonly<Record<Build, string>> = {
  "2022 or earlier": "dashboards only",
  "2024": "dashboards, reports and the library",
  current: "all kinds of items",
};

/** Where a Library serves its SDK (SOURCES.md: standard authentication). */
export const sdkAddress = (libraryUrl: string) => `${libraryUrl}/javascript/embeddinglib.js`;

/** The address of an item in the Library itself (SOURCES.md: properties). */
export function itemAddress(libraryUrl: string, target: Readonly<Record<string, string>>): string {
  const { projectId, objectId, pageKey } = target;
  if (!projectId || !objectId) return `${libraryUrl}/app`;
  return [`${libraryUrl}/app`, projectId, objectId, ...(pageKey ? [pageKey] : [])].join("/");
}
