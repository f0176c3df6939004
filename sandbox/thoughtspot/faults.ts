/** What can be broken at the cluster with one press, and what the portal should then do. */
import { counted, kind, type NamedFault } from "../kit/faults";
import type { Cluster } from "./cluster";

const again = "Try again by itself after 30 s, and at once when asked";
const json = { "content-type": "application/json" };

export function faultsOf(cluster: Cluster): readonly NamedFault[] {
  const own = (id: string, title: string, switches: object, code: string | null, ...expects: string[]): NamedFault => ({
    id,
    title,
    switches: switches as NamedFault["switches"],
    code,
    expects,
  });
  const rest = "/api/rest/2.0/*";
  return [
    kind("slow", {
      rules: [{ match: rest, delayMs: 7_000 }],
      code: "vendor_timeout",
      expects: ["Say within 10 s that ThoughtSpot is too slow", again],
    }),
    kind("down", {
      rules: [{ match: "/*", hangUp: true }],
      code: "vendor_unreachable",
      expects: ["Say that ThoughtSpot does not answer", "Say “Unavailable since” on Home and in the top bar", again],
    }),
    kind("error", {
      rules: [{ match: rest, status: 500, headers: json, body: "{}" }],
      code: "vendor_failed",
      expects: ["Say that ThoughtSpot had an error", again],
    }),
    kind("session-ended", {
      run: () => {
        cluster.endEverything();
        return undefined;
      },
      code: null,
      expects: ["Take a new token without a word"],
    }),
    kind("token-refused", {
      rules: [{ match: "GET /callosum/v1/session/isactive", status: 401, headers: json, body: "{}" }],
      code: "embed_refused",
      expects: ["Try one new token, then say that ThoughtSpot refused the sign-in"],
    }),
    kind("cookies", {
      switches: { postAfterRender: "noCookieAccess", dropCookies: true },
      code: "cookies_blocked",
      expects: ["Say that the browser blocks ThoughtSpot's cookies, and offer a new tab"],
    }),
    kind("cors", {
      switches: { cors: false },
      code: "vendor_misconfigured",
      expects: ["Say that ThoughtSpot refuses the portal; the health page names the list for CORS"],
    }),
    kind("framing", {
      switches: { framing: false },
      code: "embed_blocked",
      expects: ["Say that ThoughtSpot may not be shown here, and offer a new tab"],
    }),
    kind("clock", {
      advanceMs: 300_000,
      code: null,
      expects: [
        "Open Liveboards as before: lifetimes go by the cluster's own clock",
        "Say on the health page that the clocks differ",
      ],
    }),
    kind("key", {
      run: () => cluster.replaceKey(),
      code: "secret_key_rejected",
      expects: [
        "Say that ThoughtSpot does not take the portal's key, and whom to tell",
        "Name THOUGHTSPOT_SECRET_KEY on the health page",
      ],
    }),
    own(
      "multi-factor",
      "Multi-factor for everyone",
      { multiFactor: true },
      null,
      "Say that a token cannot open a session, where tokens are asked for with a password",
    ),
    own(
      "silent-app",
      "Silent application",
      { neverAppInit: true },
      "embed_timeout",
      "Say within 10 s that ThoughtSpot did not start",
    ),
    own("slow-app", "Application slow to start", { appInitDelayMs: 5_000 }, null, "Say what it waits for, then open"),
    own(
      "no-refresh",
      "No refresh of tokens",
      { refreshesTokens: false, refreshLeadSeconds: 1 },
      null,
      "Renew tokens by itself",
    ),
    own("impatient", "Gives up after a second", { giveUpSeconds: 1, idleSeconds: 1 }, null, "Renew in time"),
    own(
      "rate-limit",
      "One request a second",
      { rateLimit: 1 },
      null,
      "Open as before, or say that ThoughtSpot asks for a pause",
    ),
    own("next-release", "Release 26.11", { release: "26.11.0.cl" }, null, "Name orgs in the new way"),
    own(
      "keys-kill",
      "Tokens die with the key",
      { v2TokensDieWithKey: true },
      null,
      "Take new tokens where a key was replaced",
    ),
    own("locked", "Locks at the first slip", { lockAfter: 1 }, null, "Open as before: no password is tried"),
    own(
      "errors-500",
      "500 for unknown users",
      { unknownUserStatus: 500, errorShape: "nested" },
      null,
      "Tell an unknown user from a fault",
    ),
    own(
      "v1-tokens",
      "No v1 tokens as bearers",
      { v1TokenAtIsActive: false },
      null,
      "Matter only to THOUGHTSPOT_LOGIN=redirect",
    ),
    own("heights", "Many heights at once", { heightBurst: 40 }, null, "Draw once, without a jump"),
  ];
}

/** Switches that break nothing by themselves. */
export const harmless = ["nextSecretKey"] as const;

/** What is alive of an account. */
export function aliveOf(cluster: Cluster, account: string): string {
  const { tokensAlive, sessions } = cluster.state() as {
    tokensAlive: readonly { user: string }[];
    sessions: readonly { user: string }[];
  };
  const mine = (list: readonly { user: string }[]) => list.filter(({ user }) => user === account).length;
  return `${counted(mine(tokensAlive), "token")}, ${counted(mine(sessions), "session")}`;
}
