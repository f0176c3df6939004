/**
 * The client: one HTML page for every path that is not the API's. Its script and style are built from `browser/`.
 */
import { assetResponse } from "../kit/assets";
import { escapeHtml, scriptJson } from "../kit/html";
import type { SettingValue } from "./settings";
import type { Switches } from "./switches";
import type { VersionName } from "./versions";
import type { Workspace } from "./workspace";

/** The switches that the client itself obeys. */
const clientSwitches = [
  "ssoStyle",
  "ssoWhenLoggedIn",
  "ssoLoop",
  "ssoFallback",
  "bootDelayMs",
  "storageBlocked",
  "logoutNeedsUser",
] as const satisfies readonly (keyof Switches)[];

/** What the client is told by its page. */
export interface ClientConfig {
  /** The path of the workspace, without a trailing slash. */
  readonly base: string;
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly switches: Pick<Switches, (typeof clientSwitches)[number]>;
  readonly version: VersionName;
  /** False where the host takes no WebSockets. */
  readonly sockets: boolean;
}

function clientConfig(workspace: Workspace): ClientConfig {
  const { switches } = workspace.control;
  return {
    base: new URL(workspace.options.origin).pathname.replace(/\/$/, ""),
    settings: Object.fromEntries(workspace.settings.publicOnes().map(({ _id, value }) => [_id, value])),
    switches: Object.fromEntries(clientSwitches.map((name) => [name, switches[name]])) as ClientConfig["switches"],
    version: workspace.version.name,
    sockets: workspace.options.sockets !== false,
  };
}

function page(config: ClientConfig): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Chat sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${escapeHtml(config.base)}/assets/client.css">
<script type="application/json" id="workspace">${scriptJson(config)}</script>
<script defer src="${escapeHtml(config.base)}/assets/client.js"></script>
</head>
<body data-view="loading"><div id="app"><p class="booting">Loading</p></div></body>
</html>
`;
}

/** Rocket.Chat's own policy names no `frame-ancestors`; the reverse proxy adds it as a second policy. */
function contentSecurityPolicy(workspace: Workspace): string {
  const own =
    "default-src 'self'; connect-src *; font-src 'self' data:; frame-src *; img-src * data: blob:; media-src * data:; script-src 'self'; style-src 'self' 'unsafe-inline'";
  const { frameAncestors } = workspace.control.switches;
  return [
    ...(workspace.settings.flag("Enable_CSP") ? [own] : []),
    ...(frameAncestors ? [`frame-ancestors ${frameAncestors}`] : []),
  ].join(", ");
}

/** The page, or one of its two files. */
export function clientResponse(workspace: Workspace, path: string): Response {
  if (path === "/assets/client.js") return assetResponse("rocketchat", "client.js");
  if (path === "/assets/client.css") return assetResponse("rocketchat", "client.css");
  if (path === "/favicon.ico") return new Response(null, { status: 204 });
  const response = new Response(page(clientConfig(workspace)), {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
  const policy = contentSecurityPolicy(workspace);
  if (policy) response.headers.set("content-security-policy", policy);
  return response;
}
