/** The application's sign-in: calls with it, its renewal, its end, and the idle clock. */
import { flag, isCookieless, ownUrl, settings, usesSdk } from "./flags";
import { ask, post } from "./host";
import { showPage, showSignIn } from "./pages";
import { state } from "./state";

/** The sign-in is lost, and the host could not bring it back. */
export class SignedOut extends Error {}

/** The longest that a timer may wait, milliseconds. */
const longestTimerMs = 2 ** 31 - 1;
/** The first pause before the host is asked again when it had no better token; it doubles from there. */
const firstPauseMs = 1_000;

const pause = (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms));

/** One call as the user: with the bearer, or with the session cookie. */
export function call(path: string, init?: RequestInit): Promise<Response> {
  const headers = new Headers(init?.headers);
  if (state.token) headers.set("authorization", `Bearer ${state.token}`);
  return fetch(ownUrl(path), { ...init, headers, credentials: state.token ? "omit" : "include", cache: "no-store" });
}

/** @throws SignedOut when the sign-in is lost for good */
export async function postJson(path: string, body: unknown): Promise<Response> {
  const once = () =>
    call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const response = await once();
  if (response.status !== 401) return response;
  await reauthenticate();
  const again = await once();
  if (again.status === 401) throw new SignedOut();
  return again;
}

let reauthenticating: Promise<void> | undefined;

/** Gets a good sign-in again, once for all who wait for it. */
export function reauthenticate(): Promise<void> {
  reauthenticating ??= renewSignIn().finally(() => {
    reauthenticating = undefined;
  });
  return reauthenticating;
}

async function renewSignIn(): Promise<void> {
  const deadline = Date.now() + settings.giveUpSeconds * 1000;
  if (!usesSdk) {
    // No one answers: the host may load the frame again.
    post("ThoughtspotAuthExpired");
    throw new SignedOut();
  }
  if (isCookieless) return renewBearer(deadline);
  // No one answers here: the host signs in again over REST, and the session is probed until it is there.
  void ask("ThoughtspotAuthExpired", {}, deadline - Date.now());
  for (let wait = 200; Date.now() < deadline; wait *= 2) {
    await pause(wait);
    if ((await call("/callosum/v1/session/isactive")).ok) return;
  }
  throw new SignedOut();
}

/** Asks the host for a token until a good one comes, with a pause that doubles. */
async function renewBearer(deadline: number): Promise<void> {
  for (let wait = firstPauseMs; Date.now() < deadline; wait *= 2) {
    const answer = await ask("ThoughtspotAuthExpired", {}, deadline - Date.now());
    if (!answer?.authToken) break;
    state.token = answer.authToken;
    if ((await call("/callosum/v1/session/info")).ok) return learnExpiry();
    await pause(Math.min(wait, Math.max(0, deadline - Date.now())));
  }
  throw new SignedOut();
}

let refreshTimer: ReturnType<typeof setTimeout> | undefined;
let refreshPauseMs = firstPauseMs;

/** When the token ends, from `token/validate`; then asks for a new one shortly before. */
export async function learnExpiry(): Promise<void> {
  if (!state.token) return;
  const response = await call("/api/rest/2.0/auth/token/validate", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: state.token }),
  });
  if (!response.ok) return;
  const { expiration_time_in_millis: end, creation_time_in_millis: start } = (await response.json()) as {
    expiration_time_in_millis: number;
    creation_time_in_millis: number;
  };
  const left = end - Number(response.headers.get("x-sandbox-now") ?? Date.now());
  const lead = Math.min(settings.refreshLeadSeconds * 1000, (end - start) / 2);
  refreshPauseMs = firstPauseMs;
  planRefresh(Math.max(0, left - lead));
}

function planRefresh(inMs: number): void {
  clearTimeout(refreshTimer);
  if (!usesSdk || !isCookieless || !state.expiryInToken || !settings.refreshesTokens || state.ended) return;
  refreshTimer = setTimeout(refresh, Math.min(inMs, longestTimerMs));
}

/** Asks the host for a token in good time. While the same one comes back, it asks ever less often. */
export async function refresh(): Promise<void> {
  const answer = await ask("RefreshAuthToken", {}, settings.giveUpSeconds * 1000);
  if (!answer?.authToken) return;
  if (answer.authToken === state.token) {
    planRefresh(refreshPauseMs);
    refreshPauseMs *= 2;
    return;
  }
  state.token = answer.authToken;
  await learnExpiry();
}

/** The sign-in is lost for good: tell the host, which puts its own message in place of the frame. */
export function giveUp(): void {
  end();
  if (!flag("disableLoginRedirect") && !usesSdk) {
    showSignIn();
    return;
  }
  post("ThoughtspotAuthFailure");
  showPage("Signed out", "Your session ended.");
}

/** Nothing is asked or shown any more. */
export function end(): void {
  state.ended = true;
  clearTimeout(refreshTimer);
  clearTimeout(idleTimer);
}

let idleTimer: ReturnType<typeof setTimeout> | undefined;

export function resetIdle(): void {
  clearTimeout(idleTimer);
  if (!state.ended) idleTimer = setTimeout(goIdle, Math.min(settings.idleSeconds * 1000, longestTimerMs));
}

export async function goIdle(): Promise<void> {
  if (!usesSdk || !state.autoLogin) return giveUp();
  const answer = await ask("IdleSessionTimeout", {}, settings.giveUpSeconds * 1000);
  if (!answer) return giveUp();
  if (answer.authToken && isCookieless) {
    state.token = answer.authToken;
    await learnExpiry();
  }
  resetIdle();
}
