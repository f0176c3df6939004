/** The administrator's page: Develop, Customizations, Security settings. */
import { escapeHtml as h } from "../kit/html";
import { htmlPage } from "../kit/page";
import type { Cluster } from "./cluster";

const page = (basePath: string, body: string) =>
  htmlPage({
    title: "Security settings, ThoughtSpot sandbox",
    styles: [{ href: `${basePath}/static/app.css` }],
    body: `<main class="page admin">${body}</main>`,
    scripts: [{ href: `${basePath}/static/admin.js` }],
  });

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
  const { enabled, key: secret } = cluster.trusted();
  const lists = cluster.lists;
  const action = (name: string) => `method="post" action="${h(basePath)}/admin/${name}"`;
  // As ThoughtSpot's document of 2021 has it: turning it on makes a key, which counts from "Save Changes" on; turning it
  // off asks for a confirmation, which does it.
  const key = (text: string, more = "") =>
    `<p class="key"${more}><code id="secret-key">${h(text)}</code><button type="button" class="ghost" data-copy="secret-key">Copy to clipboard</button></p>`;
  const toggle = `<button type="button" class="switch" role="switch" aria-checked="${enabled}" aria-label="Trusted authentication"><i aria-hidden="true"></i><span>${enabled ? "On" : "Off"}</span></button>`;
  const trusted = enabled
    ? `${toggle}<p>Trusted authentication is <b>on</b>. A server that holds this key can ask for a token for any user.</p>${key(secret ?? "")}<dialog id="confirm-disable" aria-labelledby="confirm-title"><form ${action("trusted-authentication")}><h2 id="confirm-title">Disable trusted authentication?</h2><p>The key stops being valid at once. Turning it on again makes a different key.</p><input type="hidden" name="enabled" value="off"><div class="row"><button type="button" class="ghost" data-close>Cancel</button><button class="danger">Disable</button></div></form></dialog>`
    : `<form class="stack" ${action("trusted-authentication")}><input type="hidden" name="enabled" value="on">${toggle}<p>Trusted authentication is <b>off</b>. No server can ask for tokens.</p><div data-unsaved hidden><p role="status">This is the new key. It is valid when you save.</p>${key(cluster.keyToCome())}<button class="solid">Save Changes</button></div></form>`;
  return page(
    basePath,
    `<header class="board"><div><h1>Security settings</h1><p>Develop, Customizations (formerly SpotDev, Customizations, Settings)</p></div><form ${action("sign-out")}><button class="ghost">Sign out</button></form></header>
<section class="tile"><h2>Trusted authentication</h2>${trusted}</section>
<section class="tile"><h2>Allowed sites</h2>${refused ? `<p class="down" role="alert">Nothing was saved. ${h(refused)}.</p>` : ""}<form class="stack" ${action("lists")}>${area("frame", "CSP visual embed hosts", "May show ThoughtSpot in a frame.", lists.frame)}${area("cors", "CORS whitelisted domains", "May call ThoughtSpot from a browser.", lists.cors)}${area("redirect", "Redirect domains", "May be the target of a login redirect.", lists.redirect)}<label class="row"><input type="checkbox" name="partitioned"${lists.partitionedCookies ? " checked" : ""}> Partitioned cookies</label><button class="solid">Save changes</button></form></section>`,
  );
}
