/**
 * Starts the client: listeners first, then `startup`, then whoever is to be logged in.
 */
export const bootScript = /* js */ `
// The token of a deep link works on any path, and also when somebody else is logged in; it is taken out of the address.
async function useResumeToken() {
  const query = new URLSearchParams(location.search);
  const resumeToken = query.get("resumeToken");
  // The newest client leaves a link that is meant for the desktop application alone.
  if (!resumeToken || (config.version === "next" && query.has("loginClient"))) return false;
  let worked = true;
  try {
    await session.loginWith({ resume: resumeToken });
  } catch {
    worked = false;
  }
  const rest = new URLSearchParams(location.search);
  rest.delete("resumeToken");
  rest.delete("userId");
  const path = location.pathname === config.base + "/" ? config.base + "/home" : location.pathname;
  history.replaceState(null, "", path + (rest.size > 0 ? "?" + rest : ""));
  if (worked) await quietly(chat.openRoute());
  return worked;
}

async function loggedOut() {
  if (iframeAuth.complete) {
    if (await iframeAuth.call()) return;
    // While somebody is being logged in, the vendor shows its loading page and not the login (vendor source: AuthenticationCheck).
    await session.settled();
    if (!session.user()) showLoginIframe();
  } else showLoginForm();
}

async function userChanged(user, before) {
  if (!user) {
    chat.stop();
    drawSignedOut();
    // A login that follows at once (another user's token) comes before this.
    queueMicrotask(() => {
      if (!session.user() && started) loggedOut();
    });
    return;
  }
  drawUser(user);
  if (user.requirePasswordChange) return showPasswordChange();
  if (!before || before._id !== user._id) await chat.start(user);
  draw();
}

session.onChange((user, before) => quietly(userChanged(user, before)));

let started = false;

// The first try comes at once, as Meteor's does: a logout ends the connection too.
const firstRetryMs = 50;
let retryMs = firstRetryMs;

// A lost socket: come back, and log in again with what is stored.
async function reconnect() {
  setOnline(false);
  for (;;) {
    await new Promise((resume) => setTimeout(resume, retryMs));
    if (await transport.connect()) break;
    retryMs = Math.min(retryMs * 2, 4000);
  }
  retryMs = firstRetryMs;
  setOnline(true);
  const before = session.user();
  const user = await session.resume();
  if (user && before && user._id === before._id) await quietly(chat.restart(user));
  draw();
}

async function boot() {
  session.start();
  chat.onChange(draw);
  await transport.connect();
  transport.onLost(reconnect);
  if (switches.bootDelayMs > 0) await new Promise((resume) => setTimeout(resume, switches.bootDelayMs));
  hearCommands();
  fire("startup", true);
  const byLink = await useResumeToken();
  if (!byLink && !session.user()) await session.resume();
  iframeAuth.start();
  started = true;
  if (!session.user()) await loggedOut();
}

window.addEventListener("popstate", () => quietly(chat.openRoute()));
window.addEventListener("focus", () => quietly(chat.markRead()));
boot().catch((error) => {
  document.body.dataset.view = "broken";
  document.getElementById("app").replaceChildren();
  throw error;
});
`;
