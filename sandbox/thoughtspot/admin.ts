/** The administrator's page: Develop, Customizations, Security settings. */
import { escapeHtml as h } from "../kit/html";
import type { Cluster } from "./cluster";

const page = (basePath: string, body: string) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Security settings, ThoughtSpot sandbox</title><link rel="stylesheet" href="${h(basePath)}/static/app.css"></head><body class="admin"><main class="page">${body}</main><script type="module" src="${h(basePath)}/static/admin.js"></script></body></html>`;

export function signInPage(basePath: string, failed: boolean): string {
  return page(
    basePath,
    `<h1>Sign in to the sandbox</h1><p>Administrators only: <code>tsadmin</code> with the password <code>admin</code>.</p>${failed ? `<p class="down" role="alert">The name or the password is wrong, or the account is locked.</p>` : ""}<form class="stack" method="post" action="${h(basePath)}/admin/sign-in"><label>Name <input name="username" autocomplete="username" required></label><label>Password <input name="password" type="password" autocomplete="current-password" required></label><button class="solid">Sign in</button></form>`,
  );
}

const area = (name: string, label: string, hint: string, values: readonly string[]) =>
  `<label>${h(label)} <textarea name="${name}" rows="2" spellcheck="false">${h(values.join("\n"))}</textarea><small>${h(hint)}</small></label>`;

/** @param refused why the lists just sent were not taken */
export function adminPage(cluster: Cluster, basePath: string, refused?: string): string {
  const { enabled, key } = cluster.trusted();
  const lists = cluster.lists;
  const action = (name: string) => `method="post" action="${h(basePath)}/admin/${name}"`;
  const toggle = (more: string) =>
    `<button class="switch" role="switch" aria-checked="${enabled}" aria-label="Trusted authentication" ${more}><i aria-hidden="true"></i>${enabled ? "On" : "Off"}</button>`;
  const trusted = enabled
    ? `${toggle(`type="button" data-open="confirm-disable"`)}<p>Trusted authentication is <b>on</b>. A server that holds this key can ask for a token for any user.</p><p class="key"><code id="secret-key">${h(key ?? "")}</code><button type="button" class="ghost" data-copy="secret-key">Copy to clipboard</button></p><dialog id="confirm-disable" aria-labelledby="confirm-title"><form ${action("trusted-authentication")}><h2 id="confirm-title">Disable trusted authentication?</h2><p>The key stops being valid at once. Turning it on again makes a different key.</p><input type="hidden" name="enabled" value="off"><div class="row"><button type="button" class="ghost" data-close="confirm-disable">Cancel</button><button class="danger">Disable</button></div></form></dialog>`
    : `<form ${action("trusted-authentication")}><input type="hidden" name="enabled" value="on">${toggle("")}</form><p>Trusted authentication is <b>off</b>. No server can ask for tokens. Turning it on makes a new key.</p>`;
  return page(
    basePath,
    `<header class="board"><div><h1>Security settings</h1><p>Develop, Customizations (formerly SpotDev, Customizations, Settings)</p></div><form ${action("sign-out")}><button class="ghost">Sign out</button></form></header>
<section class="tile"><h2>Trusted authentication</h2>${trusted}</section>
<section class="tile"><h2>Allowed sites</h2>${refused ? `<p class="down" role="alert">Nothing was saved. ${h(refused)}.</p>` : ""}<form class="stack" ${action("lists")}>${area("frame", "CSP visual embed hosts", "May show ThoughtSpot in a frame.", lists.frame)}${area("cors", "CORS whitelisted domains", "May call ThoughtSpot from a browser.", lists.cors)}${area("redirect", "Redirect domains", "May be the target of a login redirect.", lists.redirect)}<label class="row"><input type="checkbox" name="partitioned"${lists.partitionedCookies ? " checked" : ""}> Partitioned cookies</label><button class="solid">Save changes</button></form></section>`,
  );
}
