/**
 * Iframe authentication: the client asks the configured API URL for a token, and shows the configured page in place of
 * the login form when it gets none (vendor source: useIframe, useIframeLoginListener).
 */
import { config, isOn, setting, switches } from "./config";
import { type LoginOptions, session } from "./session";
import { CallFailed } from "./transport";

/** Whether all four settings are set; without one of them the client shows its own form. */
export const isComplete =
  isOn("Accounts_iframe_enabled") &&
  ["Accounts_iframe_url", "Accounts_Iframe_api_url", "Accounts_Iframe_api_method"].every((id) => setting(id) !== "");

/** Newest releases send no header of their own, which makes the call a simple one; older ones send a JSON content type. */
const request = () =>
  fetch(setting("Accounts_Iframe_api_url"), {
    method: setting("Accounts_Iframe_api_method"),
    credentials: "include",
    ...(switches.ssoStyle === "old" ? { headers: { "Content-Type": "application/json" } } : {}),
  });

/** One of the forms of the answer: an object with `loginToken` or `token`, or a bare string. */
function attemptsOf(body: unknown): LoginOptions[] {
  if (typeof body === "string") return [{ iframe: true, token: body }];
  if (typeof body !== "object" || body === null) return [];
  const { loginToken, token } = body as Readonly<Record<string, unknown>>;
  const attempts: LoginOptions[] = typeof loginToken === "string" ? [{ resume: loginToken }] : [];
  const newest = config.version === "next";
  if (typeof token === "string" && (newest || attempts.length === 0)) attempts.push({ iframe: true, token });
  return attempts;
}

/** Null when it worked, else the text of the failure. */
async function tryLogin(options: LoginOptions): Promise<string | null> {
  try {
    await session.loginWith(options);
    return null;
  } catch (error) {
    if (error instanceof CallFailed) return error.reason;
    throw error;
  }
}

/** What came of a call: a login, no answer that could be used, or a token that the server refused. */
type Outcome = "logged-in" | "no-token" | "refused";

/** Asks the API URL. Only status 200 counts. */
export async function askPortal(): Promise<Outcome> {
  let body: unknown;
  try {
    const response = await request();
    if (response.status !== 200) return "no-token";
    body = await response.json();
  } catch {
    return "no-token";
  }
  const failures: (string | null)[] = [];
  for (const attempt of attemptsOf(body)) failures.push(await tryLogin(attempt));
  if (failures.length === 0) return "no-token";
  return failures.includes(null) ? "logged-in" : "refused";
}

const reply = ({ source, origin }: MessageEvent, response: string) =>
  source?.postMessage({ event: "login-error", response }, { targetOrigin: origin });

/** Messages of the login page. Their origin is not checked: the vendor does not check it either. */
function hearMessages(): void {
  window.addEventListener("message", async (event: MessageEvent) => {
    const data: unknown = event.data;
    if (!isComplete || typeof data !== "object" || data === null) return;
    const { event: name } = data as { event?: unknown };
    if (name === "try-iframe-login") {
      const outcome = await askPortal();
      if (outcome !== "logged-in") reply(event, "The API URL gave no usable token");
    }
    if (name === "login-with-token")
      for (const options of attemptsOf(data)) {
        const failure = await tryLogin(options);
        if (failure !== null) reply(event, failure);
      }
  });
}

/** Begins: listens, and asks the API URL at once, also when a user is logged in. */
export function startIframeAuth(): void {
  hearMessages();
  if (!isComplete) return;
  if (switches.ssoLoop)
    setInterval(() => {
      if (!session.userId) void askPortal();
    }, 250);
  if (switches.ssoWhenLoggedIn) void askPortal();
}
