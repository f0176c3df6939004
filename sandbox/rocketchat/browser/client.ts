/**
 * Starts the client: listeners first, then `startup`, then the login.
 */
import { chat } from "./client/chat";
import { hearCommands } from "./client/commands";
import { config, switches } from "./client/config";
import { fire } from "./client/events";
import { askPortal, isComplete, startIframeAuth } from "./client/iframe-auth";
import { type ClientUser, session } from "./client/session";
import { CallFailed, quietly, transport } from "./client/transport";
import {
  draw,
  drawSignedOut,
  drawUser,
  setOnline,
  showLoginForm,
  showLoginIframe,
  showPasswordChange,
} from "./client/view";

/** The app shell is there: from now on events are told and views are drawn. */
let started = false;

/** The token of a deep link works on any path, and also when another user is logged in; it is taken out of the address. */
async function takeResumeToken(): Promise<void> {
  const query = new URLSearchParams(window.location.search);
  const resumeToken = query.get("resumeToken");
  // The newest client leaves a link that is meant for the desktop application alone.
  if (!resumeToken || (config.version === "next" && query.has("loginClient"))) return;
  try {
    await session.loginWith({ resume: resumeToken });
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
  }
  const rest = new URLSearchParams(window.location.search);
  rest.delete("resumeToken");
  rest.delete("userId");
  const { pathname } = window.location;
  const path = pathname === `${config.base}/` ? `${config.base}/home` : pathname;
  history.replaceState(null, "", path + (rest.size > 0 ? `?${rest}` : ""));
  if (session.user) quietly(chat.openRoute());
}

/** No user is logged in: the portal is asked, and its page or the own form is shown when it gives no token. */
async function loggedOut(): Promise<void> {
  if (!isComplete) return showLoginForm();
  const outcome = await askPortal();
  if (outcome === "logged-in") return;
  // During a login, the vendor shows its loading page and not the login (vendor source: AuthenticationCheck).
  await session.settled();
  if (session.userId) return;
  // Releases before autumn 2025 fell back to their own form when the token was refused (vendor issue 36919).
  if (outcome === "refused" && switches.ssoFallback === "own-form") showLoginForm();
  else showLoginIframe();
}

/** At every change of the user, whether a script is configured or not (vendor source: useCustomScript). */
function tellUserId(userId: string | null): void {
  fire(userId ? "Custom_Script_Logged_In" : "Custom_Script_Logged_Out");
}

session.onUserId = (userId, before) => {
  if (!started) return;
  // Whatever was on the screen was the one before's.
  if (before) {
    chat.stop();
    drawSignedOut();
  }
  tellUserId(userId);
  if (userId) return;
  fire("Custom_Script_On_Logout");
  // A login that follows at once (another user's token) comes before this.
  queueMicrotask(() => {
    if (!session.userId) quietly(loggedOut());
  });
};

let shownUser: ClientUser | null = null;

session.onUser = (user) => {
  const known = shownUser?._id === user._id && chat.isOpenFor(user._id);
  if (known && shownUser?.status !== user.status) fire("status-changed", user.status);
  shownUser = user;
  drawUser(user);
  if (user.requirePasswordChange) return showPasswordChange();
  draw();
  if (!known) quietly(chat.start(user));
};

/** The first try comes at once, as Meteor's does: a logout ends the connection too. */
const firstRetryMs = 50;
let retryMs = firstRetryMs;

/** A lost socket: come back, and log in again with what is stored. */
async function reconnect(): Promise<void> {
  setOnline(false);
  for (;;) {
    await new Promise((resume) => setTimeout(resume, retryMs));
    if (await transport.connect()) break;
    retryMs = Math.min(retryMs * 2, 4_000);
  }
  retryMs = firstRetryMs;
  setOnline(true);
  const before = session.userId;
  await session.loginAgain();
  if (session.user && session.userId === before) quietly(chat.restart(session.user));
  draw();
}

async function boot(): Promise<void> {
  session.start();
  chat.onChange = draw;
  transport.onLost = () => void reconnect();
  await transport.connect();
  if (switches.bootDelayMs > 0) await new Promise((resume) => setTimeout(resume, switches.bootDelayMs));
  started = true;
  hearCommands();
  fire("startup", true);
  tellUserId(session.userId);
  if (session.user) session.onUser(session.user);
  startIframeAuth();
  await takeResumeToken();
  // A stored login that does not hold is told by its change of the user.
  if (!session.userId) await loggedOut();
}

window.addEventListener("popstate", () => quietly(chat.openRoute()));
window.addEventListener("focus", () => quietly(chat.markRead()));
boot().catch((error: unknown) => {
  document.body.dataset.view = "broken";
  document.getElementById("app")?.replaceChildren();
  throw error;
});
