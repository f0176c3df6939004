/**
 * The client: one HTML page for every path that is not the API's, its script and its style.
 */
import { escapeHtml, scriptJson } from "../../kit/html";
import type { Workspace } from "../workspace";
import { bootScript } from "./boot";
import { chatScript } from "./chat";
import { iframeAuthScript } from "./iframe-auth";
import { iframeIntegrationScript } from "./iframe-integration";
import { sessionScript } from "./session";
import { style } from "./style";
import { transportScript } from "./transport";
import { viewScript } from "./view";

/** The parts share one scope, in this order; `boot` starts them. */
export const clientScript = [
  '"use strict";(() => {',
  transportScript,
  iframeIntegrationScript,
  sessionScript,
  iframeAuthScript,
  chatScript,
  viewScript,
  bootScript,
  "})();",
].join("\n");

/** What the client is told by its page: public settings and the switches that concern it. */
function clientConfig(workspace: Workspace): object {
  const { ssoStyle, ssoWhenLoggedIn, ssoLoop, bootDelayMs, storageBlocked } = workspace.control.switches;
  return {
    base: new URL(workspace.options.origin).pathname.replace(/\/$/, ""),
    settings: Object.fromEntries(workspace.settings.publicOnes().map(({ _id, value }) => [_id, value])),
    switches: { ssoStyle, ssoWhenLoggedIn, ssoLoop, bootDelayMs, storageBlocked },
    version: workspace.version.name,
    sockets: workspace.options.sockets !== false,
  };
}

function page(workspace: Workspace): string {
  const config = clientConfig(workspace) as { base: string };
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
  const text = (body: string, type: string) =>
    new Response(body, { headers: { "content-type": type, "cache-control": "no-store" } });
  if (path === "/assets/client.js") return text(clientScript, "text/javascript; charset=utf-8");
  if (path === "/assets/client.css") return text(style, "text/css; charset=utf-8");
  if (path === "/favicon.ico") return new Response(null, { status: 204 });
  const response = text(page(workspace), "text/html; charset=utf-8");
  const policy = contentSecurityPolicy(workspace);
  if (policy) response.headers.set("content-security-policy", policy);
  return response;
}
