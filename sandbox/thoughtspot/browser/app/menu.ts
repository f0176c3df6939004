/** The sandbox's own menu: it makes the application do what otherwise takes hours or an administrator. */
import { isCookieless, ownUrl, settings } from "./flags";
import { ask, post } from "./host";
import { goIdle, refresh } from "./sign-in";
import { state } from "./state";

/** What an expired token or session looks like from here: the next call is refused. */
function forgetSignIn(): void {
  if (isCookieless) state.token = `${state.token}x`;
  else void fetch(ownUrl("/callosum/v1/session/logout"), { method: "POST", credentials: "include" });
}

const actions: readonly (readonly [label: string, action: () => unknown])[] = [
  ["Ask for a new token", refresh],
  ["Report an expired token", () => ask("ThoughtspotAuthExpired", {}, settings.giveUpSeconds * 1000)],
  ["Forget the sign-in", forgetSignIn],
  ["Become idle", goIdle],
  ["Report a failed sign-in", () => post("ThoughtspotAuthFailure")],
  ["Report blocked cookies", () => post("noCookieAccess")],
  ["Sign out", () => post("ThoughtspotAuthLogout")],
];

export function drawMenu(): void {
  const menu = document.querySelector("#sandbox .menu");
  for (const [label, action] of actions) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ghost";
    button.textContent = label;
    button.addEventListener("click", () => {
      document.getElementById("sandbox")?.removeAttribute("open");
      action();
    });
    menu?.append(button);
  }
}
