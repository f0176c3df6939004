/**
 * The application inside the frame. It speaks the message protocol of the Visual Embed SDK 1.52.0: asks `appInit`, keeps
 * the token in memory only, shows what the hash names, renews its sign-in, answers host events.
 */
import { flag, hasRoute, isCookieless, isInFrame, route, settings, usesSdk } from "./app/flags";
import { type Answer, ask, post } from "./app/host";
import { listenToHost } from "./app/host-events";
import { listenToUser } from "./app/input";
import { drawMenu } from "./app/menu";
import { main, showPage, showSignIn } from "./app/pages";
import { applyInit, type EmbedParameters, show } from "./app/show";
import { call, giveUp, learnExpiry, reauthenticate, resetIdle } from "./app/sign-in";
import { state } from "./app/state";

/** Whether this browser keeps a cookie for this site here. */
function cookiesKept(): boolean {
  const test = "ts_cookie_test";
  const site = settings.isSameSite ? "samesite=lax" : "secure; samesite=none";
  const attributes = `path=/; ${site}${settings.partitionedCookies ? "; partitioned" : ""}`;
  // biome-ignore lint/suspicious/noDocumentCookie: writing one is the test
  document.cookie = `${test}=1; ${attributes}`;
  return document.cookie.includes(`${test}=1`);
}

/** Who is signed in; undefined when no one is and that was told. */
async function signIn(): Promise<string | undefined> {
  if (usesSdk) {
    const data = (await ask("appInit", { path: route() })) as (Answer & EmbedParameters) | undefined;
    applyInit(data ?? {});
    if (isCookieless) state.token = data?.authToken ?? "";
  }
  let info = await call("/callosum/v1/session/info");
  if (info.status === 401 && isCookieless && usesSdk) {
    await reauthenticate().catch(() => undefined);
    info = await call("/callosum/v1/session/info");
  }
  if (info.ok) return ((await info.json()) as { userGUID: string }).userGUID;
  if (isInFrame && !isCookieless && !cookiesKept()) {
    post("noCookieAccess");
    showPage("Cookies are blocked", "This browser does not keep ThoughtSpot's cookies inside another site.");
  }
  // The host forbids the login form when it can sign in again by itself.
  else if (usesSdk && (isCookieless || flag("disableLoginRedirect"))) giveUp();
  else showSignIn();
  return undefined;
}

async function start(): Promise<void> {
  if (settings.blockFullApp && !isInFrame)
    return showPage("Only inside another application", "An administrator has closed ThoughtSpot's own pages.");
  if (settings.neverAppInit && usesSdk) return;
  if (settings.appInitDelayMs) await new Promise((resume) => setTimeout(resume, settings.appInitDelayMs));
  const userGUID = await signIn();
  if (userGUID === undefined) return;
  await learnExpiry();
  resetIdle();
  post("authInit", { userGUID });
  post("EmbedListenerReady");
  // A pre-rendered app has no route yet: it waits for Navigate.
  if (usesSdk && !hasRoute()) return main.setAttribute("aria-busy", "false");
  await show();
}

listenToHost();
listenToUser();
drawMenu();
start().catch(() => showPage("No answer", "ThoughtSpot does not answer. Try again in a moment."));
