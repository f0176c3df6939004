/**
 * Iframe integration: commands that the embedding page sends in, and events that go out to it.
 *
 * The order of the checks is the vendor's: receiving switched on, an object with a text `externalCommand`, the origin
 * exactly one of the comma-separated entries (nothing trimmed), the command known. A violation is told to the console
 * and to nobody else; a `null` message throws, as it does with the vendor.
 */
export const iframeIntegrationScript = /* js */ String.raw`
// Events: posted to the parent with the configured target origin, and dispatched on the window.
function fire(eventName, data) {
  window.dispatchEvent(new CustomEvent(eventName, { detail: data }));
  if (settings.Iframe_Integration_send_enable !== true) return;
  parent.postMessage({ eventName, data }, settings.Iframe_Integration_send_target_origin);
}

const commands = {
  "login-with-token": async ({ token }) => {
    if (typeof token !== "string") return;
    try {
      await session.loginWith({ resume: token });
      console.warn("login-with-token: logged in");
    } catch (error) {
      console.error("login-with-token: refused", error.error);
    }
  },
  logout: async () => {
    await session.logout();
    navigate("/home");
  },
  go: ({ path }) => {
    if (typeof path !== "string" || path.trim() === "") {
      console.error("go: the path is missing");
      return;
    }
    const [pathname, query] = path.replace(/^\/+/, "").split("?");
    const merged = new URLSearchParams(location.search);
    for (const [name, value] of new URLSearchParams(query || "")) merged.set(name, value);
    const prefix = config.base.replace(/^\//, "");
    const own = prefix && pathname.startsWith(prefix + "/") ? pathname.slice(prefix.length + 1) : pathname;
    navigate("/" + own + (merged.size > 0 ? "?" + merged : ""));
  },
  "set-user-status": ({ status }) => quietly(session.setStatus(status)),
  "call-custom-oauth-login": ({ service }, event) => {
    if (typeof service !== "string" || service.trim() === "") {
      console.error("call-custom-oauth-login: the service is missing");
      return;
    }
    const response = { error: "error-service-unknown" };
    event.source.postMessage({ event: "custom-oauth-callback", response }, event.origin);
  },
};

function hearCommands() {
  window.addEventListener("message", (event) => {
    if (settings.Iframe_Integration_receive_enable !== true) return;
    const data = event.data;
    if (typeof data !== "object" || typeof data.externalCommand !== "string") return;
    const allowed = settings.Iframe_Integration_receive_origin;
    if (allowed !== "*" && !allowed.split(",").includes(event.origin)) {
      console.error("Origin not allowed:", event.origin);
      return;
    }
    const command = Object.hasOwn(commands, data.externalCommand) ? commands[data.externalCommand] : undefined;
    if (!command) {
      console.error("Unknown command:", data.externalCommand);
      return;
    }
    command(data, event);
  });
}
`;
