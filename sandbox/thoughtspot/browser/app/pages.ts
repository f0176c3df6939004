/** The pages that the application draws by itself. */
import { ownUrl } from "./flags";
import { state } from "./state";

const found = document.getElementById("content");
if (!found) throw new Error("The page has no place for content.");
export const main: HTMLElement = found;

export function showPage(title: string, text: string): void {
  const page = document.createElement("section");
  page.className = "page message";
  const heading = document.createElement("h1");
  heading.textContent = title;
  const words = document.createElement("p");
  words.textContent = text;
  page.append(heading, words);
  main.replaceChildren(page);
  main.setAttribute("aria-busy", "false");
}

/** The login form that ThoughtSpot shows when nothing forbids it. */
export function showSignIn(): void {
  state.ended = true;
  main.innerHTML = `<section class="page message"><h1>Sign in to ThoughtSpot</h1><form class="stack" id="sign-in"><label>Name <input name="username" autocomplete="username" required></label><label>Password <input name="password" type="password" autocomplete="current-password" required></label><p class="down" role="alert" hidden>The name or the password is wrong, or the account is locked.</p><button class="solid">Sign in</button></form></section>`;
  main.setAttribute("aria-busy", "false");
  const form = main.querySelector("form");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) fields.set(name, String(value));
    const response = await fetch(ownUrl("/callosum/v1/session/login"), { method: "POST", body: fields });
    if (response.ok) location.reload();
    else form.querySelector("[role=alert]")?.removeAttribute("hidden");
  });
}
