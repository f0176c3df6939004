/** Addresses of the pages, and the input that `create` and the contexts take. */
import { traits } from "./generations";
import { type Kind, kinds, type Props } from "./types";

const trimSlashes = (url: string) => url.replace(/\/+$/, "");
const isDossier = (kind: Kind) => kind === kinds.dossier;

function baseAddress(kind: Kind, props: Props): string {
  const suffix = (part: string | undefined) => (part ? `/${part}` : "");
  if (isDossier(kind)) {
    if (props.url) return props.url.trimEnd();
    const config = props.configAppId ? `/config/${props.configAppId}` : "";
    const item = `/${props.applicationID}/${props.objectID}${suffix(props.pageKey)}`;
    return `${trimSlashes(props.serverURL ?? "")}/app${config}${item}`;
  }
  const config = props.customApplicationId ? `/config/${props.customApplicationId}` : "";
  const library = `${trimSlashes(props.serverUrl ?? "")}/app${config}`;
  if (kind === kinds.embedLibraryPage) return library;
  return `${library}/${props.projectId}/${props.objectId}${suffix(props.pageKey ?? props.layoutKey)}`;
}

/** The page's address with the query that the SDK adds. A fragment stays at the end. */
export function pageAddress(kind: Kind, props: Props): string {
  const [base = "", fragment] = baseAddress(kind, props).split("#");
  const text = (value: unknown) =>
    typeof value === "object" ? encodeURIComponent(JSON.stringify(value)) : String(value);
  const query = queryOf(kind, props)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${text(value)}`)
    .join("&");
  return `${base}${base.includes("?") ? "&" : "?"}${query}${fragment === undefined ? "" : `#${fragment}`}`;
}

type Pairs = [name: string, value: unknown][];

/** `{enabled, title}` as `prefix=…` and `prefix.title=…`. */
const spread = (prefix: string, value: unknown): Pairs =>
  Object.entries((value as object | undefined) ?? {}).map(([key, one]) => [
    key === "enabled" ? prefix : `${prefix}.${key}`,
    one,
  ]);

const enabled = (feature: unknown) => (feature as { enabled?: boolean } | undefined)?.enabled;

function queryOf(kind: Kind, props: Props): Pairs {
  const start: Pairs = [["app.embedded", true]];
  if (traits.compiles !== "at create" && kind !== kinds.embedReportPage)
    start.push(["app.embedded.disableCustomErrorHandlerOnCreate", props.disableCustomErrorHandlerOnCreate === true]);
  return [...start, ...(isDossier(kind) ? dossierQuery(props) : contextQuery(kind, props))];
}

function contextQuery(kind: Kind, props: Props): Pairs {
  if (kind === kinds.embedBotConsumptionPage)
    return [
      ["ui.navigation", false],
      ["ui.botConsumption.snapshot.enabled", true],
      ["ui.addToLibraryBanner.enabled", false],
    ];
  const own: Pairs = [];
  if (kind === kinds.embedLibraryPage)
    own.push(
      ["app.embedded.pageType", "library"],
      ["app.embedded.configId", props.customApplicationId],
      ["app.libraryItemSelectMode", props.libraryItemSelectMode],
      ["library.sidebar.targetPage", props.currentPage],
    );
  if (kind === kinds.embedDocumentConsumptionPage) own.push(["ui.toc.open", false], ["ui.toc.docked", false]);
  return [
    ["ui.navigation", true],
    ["ui.navigation.edit", false],
    ...own,
    ["dossier.filters", props.filters],
    ["dossier.instance", props.instance],
  ];
}

function dossierQuery(props: Props): Pairs {
  const quiet =
    props.disableNotification === true || (props.disableNotification === undefined && props.uiMessage === undefined);
  const pairs: Pairs = [["auth.freeLogin", props.enableCustomAuthentication === true]];
  if (traits.compiles !== "at create") pairs.unshift(["app.embedded.authoring", props.authoring ?? {}]);
  if (quiet) pairs.push(["ui.message", false]);
  if (traits.contexts.length > 0)
    pairs.push(["feature.reportInLibrary.enabled", enabled(props.reportInLibraryFeature) ?? false]);
  return [
    ...pairs,
    ["dossier.filters", props.filters],
    ["ui.toc", props.dockedTOC],
    ["ui.comment", props.dockedComment],
    ["ui.filter", props.dockedFilter],
    ["ui.vizAppearances", props.visualizationAppearances],
    ["app.enableCollaboration", props.enableCollaboration],
    ["persistViewState", props.persistViewState],
    ["feature.smartBanner", props.smartBanner],
    ["feature.toc", enabled(props.tocFeature)],
    ["feature.dossier.readonly", (props.dossierFeature as { readonly?: boolean } | undefined)?.readonly],
    ["dossier.instance", props.instance],
    ["app.embedded.dossierRenderingMode", props.dossierRenderingMode],
    ...spread("feature.filter", props.filterFeature),
    ...spread("ui.navigation", props.navigationBar),
    ...spread("feature.share", props.shareFeature),
    ...spread("feature.options", props.optionsFeature),
  ];
}

/** Everything before the last `/app/` of a path. */
function contextPathOf({ pathname }: URL): string {
  const at = `${pathname}/`.lastIndexOf("/app/");
  return pathname.slice(0, at < 0 ? pathname.length : at);
}

export const loginAddress = (page: URL) => `${page.origin}${contextPathOf(page)}/auth/ui/embeddedLogin.jsp`;

/** Embeds with the same key share their login. Contexts take it as it was written, dashboards as the browser normalises it. */
export const loginKey = (kind: Kind, props: Props, page: URL) =>
  isDossier(kind) ? `${page.origin}${contextPathOf(page)}/app` : `${trimSlashes(props.serverUrl ?? "")}/app`;

const booleans = [
  "enableCustomAuthentication",
  "enableResponsive",
  "disableNotification",
  "disableErrorPopupWindow",
  "disableCustomErrorHandlerOnCreate",
  "enableCollaboration",
  "persistViewState",
  "smartBanner",
];
const functions = [
  "getLoginToken",
  "errorHandler",
  "sessionErrorHandler",
  "onMsgRouterReadyHandler",
  "onDossierCreated",
];
const strings = [
  "url",
  "serverURL",
  "serverUrl",
  "applicationID",
  "projectId",
  "objectID",
  "objectId",
  "pageKey",
  "containerHeight",
  "containerWidth",
  "customApplicationId",
  "configAppId",
  "instance",
  "layoutKey",
];

/** The first thing that is wrong with the input, as a sentence; undefined when nothing is. */
export function wrongInput(kind: Kind, props: Props): string | undefined {
  const wrong = (names: readonly string[], type: string) => {
    const name = names.find((one) => props[one] !== undefined && props[one] !== null && typeof props[one] !== type);
    return name && `props.${name} must be a ${type}`;
  };
  if (!(props.placeholder instanceof Element)) return "props.placeholder must be a DOM element";
  const typed = wrong(booleans, "boolean") ?? wrong(functions, "function") ?? wrong(strings, "string");
  if (typed) return typed;
  if (isDossier(kind)) {
    const named = props.url || (props.serverURL && props.applicationID && props.objectID);
    return named ? undefined : "props must have url, or serverURL, applicationID and objectID";
  }
  if (!props.serverUrl) return "props.serverUrl is required";
  if (kind !== kinds.embedLibraryPage && !(props.projectId && props.objectId))
    return "props must have projectId and objectId";
  if (props.enableCustomAuthentication && !props.getLoginToken) return "props.getLoginToken is required";
  return undefined;
}
