/**
 * Commands that the embedding page sends in.
 *
 * The order of the checks is the vendor's: receiving switched on, an object with a text `externalCommand`, the origin
 * exactly one of the comma-separated entries (nothing trimmed), the command known. A violation is told to the console
 * alone; a `null` message throws, as it does with the vendor.
 */
import { config, isOn, setting, switches } from "./config";
import { session } from "./session";
import { CallFailed, quietly } from "./transport";
import { navigate } from "./view";

type Command = (data: Readonly<Record<string, unknown>>, event: MessageEvent) => void;

/** The vendor's client tells what it refuses to the console and nowhere else. */
const complain = (...words: unknown[]) => console.error(...words);

const commands: Readonly<Record<string, Command>> = {
  async "login-with-token"({ token }) {
    if (typeof token !== "string") return;
    try {
      await session.loginWith({ resume: token });
    } catch (error) {
      complain("login-with-token: refused", (error as CallFailed).error);
    }
  },
  async logout() {
    // Some releases do nothing before the user's document is there.
    if (switches.logoutNeedsUser && !session.user) return;
    const { user } = session;
    try {
      await session.logout();
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      return;
    }
    if (user) navigate("/home");
  },
  go({ path }) {
    if (typeof path !== "string" || path.trim() === "") return complain("go: the path is missing");
    const [pathname = "", query] = path.replace(/^\/+/, "").split("?");
    const merged = new URLSearchParams(window.location.search);
    for (const [name, value] of new URLSearchParams(query ?? "")) merged.set(name, value);
    const prefix = config.base.replace(/^\//, "");
    const own = prefix && pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length + 1) : pathname;
    navigate(`/${own}${merged.size > 0 ? `?${merged}` : ""}`);
  },
  "set-user-status": ({ status }) => quietly(session.setStatus(String(status))),
  "call-custom-oauth-login"({ service }, event) {
    if (typeof service !== "string" || service.trim() === "")
      return complain("call-custom-oauth-login: the service is missing");
    const response = { error: "error-service-unknown" };
    event.source?.postMessage({ event: "custom-oauth-callback", response }, { targetOrigin: event.origin });
  },
};

/** Begins to listen. */
export function hearCommands(): void {
  window.addEventListener("message", (event: MessageEvent) => {
    if (!isOn("Iframe_Integration_receive_enable")) return;
    const data = event.data as Readonly<Record<string, unknown>>;
    if (typeof data !== "object" || typeof data.externalCommand !== "string") return;
    const allowed = setting("Iframe_Integration_receive_origin");
    if (allowed !== "*" && !allowed.split(",").includes(event.origin))
      return complain("Origin not allowed:", event.origin);
    const command = Object.hasOwn(commands, data.externalCommand) ? commands[data.externalCommand] : undefined;
    if (!command) return complain("Unknown command:", data.externalCommand);
    command(data, event);
  });
}
