/** The pages of the sandbox identity provider: the account chooser, sign-out and the messages between. */
import type { Persona } from "@/lib/config/sandbox";
import { escapeHtml } from "../kit/html";

const style = `
:root { color-scheme: light dark; --canvas: #f5f5f6; --surface: #fff; --hover: #f0f0f2; --line: #e7e7ea; --control: #8b8c94;
  --ink: #18181b; --ink-2: #4a4b51; --ink-3: #63646b; --solid: #1c1c20; --on-solid: #fff; --accent: #1b5fd0; }
@media (prefers-color-scheme: dark) { :root { --canvas: #0b0b0d; --surface: #121214; --hover: #1d1d21; --line: #232328;
  --control: #71727b; --ink: #ededf0; --ink-2: #b3b4bb; --ink-3: #94959d; --solid: #ededf0; --on-solid: #131316; --accent: #74a9fb; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem; background: var(--canvas); color: var(--ink);
  font: 0.8125rem/1.25rem system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { width: 100%; max-width: 24rem; }
h1 { margin: 0; font-size: 1.5rem; line-height: 2rem; font-weight: 600; letter-spacing: -0.02em; }
.lead { margin: 0.25rem 0 1.25rem; font-size: 0.875rem; line-height: 1.375rem; color: var(--ink-2); }
.brand { display: flex; align-items: center; gap: 0.5rem; margin: 0 0 1.5rem; font-weight: 600; color: var(--ink-2); }
.tag { padding: 0 0.375rem; border: 1px solid var(--control); border-radius: 0.25rem; font-size: 0.6875rem; line-height: 1rem; font-weight: 500; color: var(--ink-2); }
ul { list-style: none; margin: 0; padding: 0.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: 0.625rem; }
.account { display: flex; align-items: center; gap: 0.75rem; width: 100%; padding: 0.625rem 0.75rem; border: 0; border-radius: 0.375rem;
  background: none; color: inherit; font: inherit; text-align: start; cursor: pointer; }
.account:hover { background: var(--hover); }
.account .avatar { flex: none; display: grid; place-items: center; width: 2rem; height: 2rem; border-radius: 999px; background: var(--line);
  font-size: 0.6875rem; font-weight: 600; color: var(--ink-2); }
.account .title { display: block; font-size: 0.875rem; font-weight: 500; }
.account .meta { display: block; font-size: 0.75rem; line-height: 1rem; color: var(--ink-3); overflow-wrap: anywhere; }
.account .now { margin-inline-start: auto; flex: none; font-size: 0.75rem; color: var(--ink-3); }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-top: 1rem; }
.button { min-height: 2rem; padding: 0 0.75rem; border: 1px solid var(--control); border-radius: 0.375rem; background: var(--surface); color: var(--ink);
  font: inherit; font-weight: 500; line-height: 1.875rem; text-decoration: none; cursor: pointer; }
.button.solid { background: var(--solid); border-color: var(--solid); color: var(--on-solid); }
.note { margin: 1rem 0 0; color: var(--ink-3); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Identity provider</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
<p class="brand">Identity provider <span class="tag">Sandbox</span></p>
${body}
</main>
</body>
</html>`;
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
 * Who signs in. Every persona is one button; nobody has a password here.
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
