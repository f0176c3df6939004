/** The pages of the sandbox identity provider: the account chooser, sign-out and the messages between. */
import type { Persona } from "@/lib/config/sandbox";
import { asset } from "../kit/assets";
import { escapeHtml } from "../kit/html";
import { htmlPage } from "../kit/page";

function page(title: string, body: string): string {
  return htmlPage({
    title: `${title} · Identity provider`,
    styles: [{ text: asset("idp", "pages.css") }],
    body: `<main>
<p class="brand">Identity provider <span class="tag">Sandbox</span></p>
${body}
</main>`,
  });
}

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

function account(persona: Persona, current: boolean): string {
  const label = capitalized(persona.persona);
  return `<li><button class="account" name="account" value="${escapeHtml(persona.subject)}">
<span class="avatar" aria-hidden="true">${escapeHtml(label.slice(0, 2))}</span>
<span><span class="title">${escapeHtml(label)}</span>
<span class="meta">${escapeHtml(persona.name)}, ${escapeHtml(persona.email)}</span></span>
${current ? `<span class="now">Signed in</span>` : ""}</button></li>`;
}

/**
 * Who signs in. Every persona is one button; no one has a password here.
 *
 * @param current the subject signed in at this identity provider already
 */
export function chooserPage(uid: string, personas: readonly Persona[], current: string | undefined): string {
  return page(
    "Choose an account",
    `<h1>Choose an account</h1>
<p class="lead">to continue to Portico</p>
<form method="post" action="/interaction/${escapeHtml(uid)}">
<ul aria-label="Accounts">
${personas.map((persona) => account(persona, persona.subject === current)).join("\n")}
</ul>
<p class="note">These people are made up and need no password.</p>
<p class="actions"><button class="button" name="cancel" value="yes">Cancel</button></p>
</form>`,
  );
}

/** A message with one way on. */
export function messagePage(title: string, message: string, link: { href: string; text: string }): string {
  return page(
    title,
    `<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(message)}</p>
<p class="actions"><a class="button solid" href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a></p>`,
  );
}

/**
 * Asks before it signs out (OpenID Connect RP-Initiated Logout 1.0, section 2).
 *
 * @param form the hidden form that oidc-provider prepared; its id is `op.logoutForm`
 */
export function signOutPage(form: string): string {
  return page(
    "Sign out",
    `<h1>Sign out</h1>
<p class="lead">Also end the session at the identity provider?</p>
${form}
<p class="actions"><button class="button solid" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button class="button" form="op.logoutForm">Stay signed in here</button></p>`,
  );
}
