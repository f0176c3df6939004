/**
 * The services of the sandbox: the one list of them. CommonJS, because scripts, Playwright and the portal all read it.
 * The position in the list is the port, counted from SANDBOX_PORT. `host` is the name before `.localhost`; `claim` the one
 * in which the sandbox identity provider tells a persona's account, and `account` what that account looks like.
 */
module.exports = /** @type {const} */ ([
  { id: "idp", name: "Identity provider", host: "idp" },
  { id: "microstrategy", name: "MicroStrategy", host: "mstr", claim: "microstrategy_login", account: "login" },
  { id: "rocketchat", name: "Rocket.Chat", host: "chat", claim: "rocketchat_username", account: "login" },
  { id: "thoughtspot", name: "ThoughtSpot", host: "thoughtspot", claim: "thoughtspot_username", account: "e-mail" },
]);
