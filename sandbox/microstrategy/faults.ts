/** What can be broken at the Library with one press, and what the portal should then do. */
import { counted, kind, type NamedFault } from "../kit/faults";
import type { SandboxOptions } from "../kit/sandbox";
import type { LibraryState } from "./state";

const everything = "/MicroStrategy*";
const again = "Try again by itself after 30 s, and at once when asked";

export function faultsOf(state: LibraryState, options: SandboxOptions): readonly NamedFault[] {
  const wildcard = new URL(options.portalOrigin);
  const error = JSON.stringify({ code: "ERR001", message: "Internal error" });
  const own = (id: string, title: string, switches: object, code: string | null, ...expects: string[]): NamedFault => ({
    id,
    title,
    switches: switches as NamedFault["switches"],
    code,
    expects,
  });
  return [
    kind("slow", {
      rules: [{ match: everything, delayMs: 7_000 }],
      code: "vendor_timeout",
      expects: ["Say within 10 s that MicroStrategy is too slow", again],
    }),
    kind("down", {
      rules: [{ match: everything, hangUp: true }],
      code: "vendor_unreachable",
      expects: ["Say that MicroStrategy does not answer", "Say “Unavailable since” on Home and in the top bar", again],
    }),
    kind("error", {
      rules: [{ match: everything, status: 500, body: error }],
      code: "vendor_failed",
      expects: ["Say that MicroStrategy had an error", "Say “Had an error since” on Home and in the top bar", again],
    }),
    kind("session-ended", {
      run: () => {
        for (const { username } of state.everyone()) state.endSessionsOf(username);
        return undefined;
      },
      code: null,
      expects: ["Connect again without a word: the next dashboard opens, an open one signs in anew"],
    }),
    kind("token-refused", {
      rules: [{ match: "POST /MicroStrategyLibrary/api/auth/delegate", status: 401, body: '{"code":"ERR003"}' }],
      code: "embed_refused",
      expects: ["Try one new token, then say that MicroStrategy refused the sign-in"],
    }),
    kind("cookies", {
      switches: { sameSite: options.sameSite ? "None" : "Lax", secureCookies: !options.sameSite, partitioned: false },
      code: options.sameSite ? null : "cookies_blocked",
      expects: ["Say that the browser does not keep the Library's cookies, and offer a new tab"],
    }),
    kind("cors", {
      switches: {
        allowedOrigins: `${wildcard.protocol}//*.${wildcard.hostname.split(".").slice(1).join(".") || wildcard.hostname}${wildcard.port ? `:${wildcard.port}` : ""}`,
      },
      code: null,
      expects: ["Show dashboards as before; the health page says that it cannot tell whose session a browser holds"],
    }),
    kind("framing", {
      switches: { allowedOrigins: "https://elsewhere.example" },
      code: "embed_blocked",
      expects: ["Say that the Library may not be shown here, and offer a new tab"],
    }),
    kind("clock", {
      advanceMs: 300_000,
      code: null,
      expects: [
        "Show dashboards as before: lifetimes go by the Library's own clock",
        "Say on the health page that the clocks differ",
      ],
    }),
    kind("key", {
      switches: { secretKey: false },
      code: "secret_key_missing",
      expects: ["Say that the Library makes no identity tokens, and whom to tell"],
    }),
    own(
      "i-server",
      "No Intelligence Server",
      { iServer: false },
      "vendor_unreachable",
      "Say that MicroStrategy does not answer",
      again,
    ),
    own(
      "login-mode",
      "Login mode off",
      { loginModes: "16" },
      "vendor_misconfigured",
      "Say that MicroStrategy refuses the portal",
    ),
    own(
      "sdk-2022",
      "SDK of 2022",
      { sdk: "2022" },
      "sdk_unavailable",
      "Say that the script cannot run here: MICROSTRATEGY_SDK_EVAL is off",
    ),
    own(
      "session-cap",
      "One session at most",
      { projectSessionCap: 1 },
      null,
      "Open one dashboard; name the cap at a second session",
    ),
    own("full", "Intelligence Server full", { serverSessionCap: 1 }, null, "Name the cap where no session is free"),
    own("load-balancer", "Load balancer", { loadBalancer: true }, null, "Bring its cookie back, and open as before"),
    own("no-login-check", "Login page without a cookie check", { loginChecksCookie: false }, null, "Open as before"),
    own("short-tokens", "Tokens of one second", { identityTokenSeconds: 1 }, null, "Hand each token over at once"),
    own("idle", "Idle after a second", { idleSeconds: 1, httpSeconds: 1 }, null, "Connect again without a word"),
    own("dead-401", "401 for a dead session", { deadSessionStatus: 401 }, null, "Connect again without a word"),
    own(
      "foreign-403",
      "403 for foreign origins",
      { refuseForeignOrigin: true },
      null,
      "Open as before: the portal is no stranger",
    ),
    own(
      "web-key",
      "Other key in MicroStrategy Web",
      { webSecretKey: "different" },
      null,
      "Matter only to MICROSTRATEGY_LOGIN=web",
    ),
  ];
}

/** Switches that change how something is said, and break nothing. */
export const harmless = [
  "singleUse",
  "lockAfter",
  "trustedHeader",
  "secureCookies",
  "sdkCors",
  "base64TaskMessages",
  "webCors",
] as const;

/** What is alive of an account. */
export function aliveOf(state: LibraryState, account: string): string {
  const { sessions } = state.summary() as { sessions: readonly { user: string }[] };
  const mine = sessions.filter(({ user }) => user === account).length;
  return `${counted(mine, "session")}, tokens are used up at once`;
}
