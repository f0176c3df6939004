/** What can be broken at the workspace with one press, and what the portal should then do. */
import { kind, type NamedFault } from "../kit/faults";
import type { Socket } from "./socket";
import type { Workspace } from "./workspace";

const again = "Try again by itself after 30 s, and at once when asked";
const blocked = "Say that Rocket.Chat may not be shown here, and offer a new tab";

export function faultsOf(workspace: Workspace, socket: Socket): readonly NamedFault[] {
  const own = (id: string, title: string, switches: object, code: string | null, ...expects: string[]): NamedFault => ({
    id,
    title,
    switches: switches as NamedFault["switches"],
    code,
    expects,
  });
  const json = { "content-type": "application/json" };
  return [
    kind("slow", {
      rules: [
        { match: "/api/*", delayMs: 7_000 },
        { match: "ddp:*", delayMs: 7_000 },
      ],
      code: "vendor_timeout",
      expects: ["Say within 10 s that Rocket.Chat is too slow", again],
    }),
    kind("down", {
      switches: { down: true },
      run: () => {
        socket.cutAll();
        return () => {};
      },
      code: "vendor_unreachable",
      expects: ["Say that Rocket.Chat does not answer", "Keep an open room, which connects again by itself", again],
    }),
    kind("error", {
      rules: [{ match: "/api/*", status: 500, headers: json, body: '{"success":false}' }],
      code: "vendor_failed",
      expects: ["Say that Rocket.Chat had an error", again],
    }),
    kind("session-ended", {
      run: () => {
        for (const user of workspace.accounts.all()) workspace.accounts.removeTokens(user, (token) => !token.type);
        return undefined;
      },
      code: null,
      expects: ["Log the room in again without a word"],
    }),
    kind("token-refused", {
      rules: [
        {
          match: "ddp:login",
          status: 403,
          body: JSON.stringify({
            error: 403,
            reason: "You've been logged out by the server. Please log in again.",
            errorType: "Meteor.Error",
          }),
        },
      ],
      code: "embed_refused",
      expects: ["Try one new token, then say that Rocket.Chat refused the sign-in"],
    }),
    kind("cookies", {
      switches: { storageBlocked: true },
      code: "embed_blocked",
      expects: [blocked],
    }),
    kind("framing", {
      switches: { frameAncestors: "'self'" },
      code: "embed_blocked",
      expects: [blocked],
    }),
    kind("clock", {
      advanceMs: 300_000,
      code: null,
      expects: ["Open rooms as before", "Say on the health page that the clocks differ"],
    }),
    kind("key", {
      switches: { createTokens: "other-secret" },
      code: "create_token_disabled",
      expects: ["Say that Rocket.Chat makes no login tokens for the portal, and whom to tell"],
    }),
    own(
      "tokens-off",
      "Login tokens off",
      { createTokens: "off" },
      "create_token_disabled",
      "Say that Rocket.Chat makes no login tokens",
    ),
    own(
      "service-account",
      "Service account revoked",
      { serviceAccount: "revoked" },
      "vendor_misconfigured",
      "Say that Rocket.Chat refuses the portal",
    ),
    own(
      "second-factor",
      "Second factor for the portal",
      { totpOnAdminCalls: true },
      "second_factor_required",
      "Say that its token must bypass it",
    ),
    own(
      "rate-limit",
      "Rate limit",
      { rateLimited: "users.info" },
      "vendor_busy",
      "Say that Rocket.Chat asks for a pause",
    ),
    own(
      "e-mail",
      "E-mail of another account",
      { emailOwner: "anna.analyst@portico.example" },
      null,
      "Name the conflict where an account has to be made",
    ),
    own(
      "deactivated",
      "Account deactivated",
      { deactivated: "a.analyst" },
      "account_disabled",
      "Say that the account is disabled (Anna's)",
    ),
    own("flaky-tokens", "First token fails", { createTokenFails: 1 }, null, "Ask a second time, and open as before"),
    own(
      "late-tokens",
      "Tokens known late",
      { tokenStoreDelayMs: 1_500 },
      null,
      "Try the token again, and open as before",
    ),
    own("race", "Two create one account", { createRace: "taken" }, null, "Use the account that the other one made"),
    own("vanishing", "Account vanishes", { deleteBeforeToken: true }, null, "Look the account up again"),
    own("short-errors", "Short errors of 9.0", { shortErrors: true }, null, "Open as before"),
    own("release-7", "Release 7.13", { version: "7.13" }, null, "Open as before: tokens need no secret there"),
    own("sso-loop", "SSO asked over and over", { ssoLoop: true }, null, "Answer each call with the same token"),
    own("own-form", "Own login form", { ssoFallback: "own-form" }, null, "Log in all the same"),
    own("slow-boot", "Client slow to start", { bootDelayMs: 6_000 }, null, "Say what it waits for, then open"),
    own("anyone-frames", "No frame policy", { frameAncestors: "" }, null, "Open as before; the health page warns"),
    own("colleague", "Colleague silent", { colleague: false }, null, "Send as before; no one answers"),
  ];
}

/** Switches that change how something is said, and break nothing. */
export const harmless = ["logoutBody", "ssoStyle", "ssoWhenLoggedIn", "logoutNeedsUser"] as const;

/** What is alive of an account. */
export function aliveOf(workspace: Workspace, account: string): string {
  const user = workspace.accounts.byUsername(account);
  const tokens = user?.tokens.filter((token) => !token.type).length ?? 0;
  return tokens === 0 ? "no login token" : tokens === 1 ? "1 login token of 50" : `${tokens} login tokens of 50`;
}
