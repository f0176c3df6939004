/**
 * Iframe authentication: the client asks the configured API URL for a token, and shows the configured page in place of
 * the login form when it gets none.
 */
export const iframeAuthScript = /* js */ `
const iframeAuth = (() => {
  const complete =
    settings.Accounts_iframe_enabled === true &&
    Boolean(settings.Accounts_iframe_url && settings.Accounts_Iframe_api_url && settings.Accounts_Iframe_api_method);

  // Newest releases send no header of their own, which makes the call a simple one; older ones send a JSON content type.
  const request = () =>
    fetch(settings.Accounts_Iframe_api_url, {
      method: settings.Accounts_Iframe_api_method,
      credentials: "include",
      ...(switches.ssoStyle === "old" ? { headers: { "Content-Type": "application/json" } } : {}),
    });

  // One of the forms of the answer: an object with loginToken or token, or a bare string.
  function attemptsOf(body) {
    if (typeof body === "string") return [{ iframe: true, token: body }];
    if (typeof body !== "object" || body === null) return [];
    const attempts = [];
    if (typeof body.loginToken === "string") attempts.push({ resume: body.loginToken });
    const newest = config.version === "next";
    if (typeof body.token === "string" && (newest || attempts.length === 0))
      attempts.push({ iframe: true, token: body.token });
    return attempts;
  }

  // Resolves with true when somebody is logged in by it. Only status 200 counts.
  async function call() {
    let body;
    try {
      const response = await request();
      if (response.status !== 200) return false;
      body = await response.json();
    } catch {
      return false;
    }
    let loggedIn = false;
    for (const attempt of attemptsOf(body)) loggedIn = (await tryLogin(attempt)) === null || loggedIn;
    return loggedIn;
  }

  // Null when it worked, else the text of the failure.
  const tryLogin = (options) =>
    session.loginWith(options).then(
      () => null,
      (error) => String(error.reason || error.error),
    );

  // Messages of the login page. Their origin is not checked: the vendor does not check it either.
  function hearMessages() {
    window.addEventListener("message", async (event) => {
      const data = event.data;
      if (!complete || typeof data !== "object" || data === null || typeof data.event !== "string") return;
      if (data.event === "try-iframe-login") {
        const loggedIn = await call();
        if (!loggedIn) reply(event, "The API URL gave no usable token");
      }
      if (data.event === "login-with-token") {
        for (const options of attemptsOf(data)) {
          const failure = await tryLogin(options);
          if (failure !== null) reply(event, failure);
        }
      }
    });
  }

  function reply(event, response) {
    if (event.source) event.source.postMessage({ event: "login-error", response }, event.origin);
  }

  // A fault that some releases had: the API URL is called over and over.
  function loop() {
    setInterval(() => {
      if (!session.user()) call();
    }, 250);
  }

  return {
    complete,
    call,
    start() {
      hearMessages();
      if (!complete) return;
      if (switches.ssoLoop) loop();
      if (switches.ssoWhenLoggedIn) call();
    },
  };
})();
`;
