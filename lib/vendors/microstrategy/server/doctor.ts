import "server-only";
/** What the doctor looks at, in the order in which a setup goes wrong. No check needs a user's login. */
import { z } from "zod";
import { callVendor } from "@/lib/broker/vendor-call";
import { getConfig } from "@/lib/config/config";
import { isProblem } from "@/lib/problem/problem";
import { framingOf } from "@/lib/security/frame-ancestors";
import { isSameSite } from "@/lib/security/same-site";
import type { Check } from "@/lib/vendors/vendor";
import type { LoginStrategy, MicroStrategyConfig } from "../config";
import { buildShows, loginModes, productName, sdkAddress } from "../protocol";
import {
  createIdentityToken,
  identityTokenUser,
  type LoginBody,
  logIn,
  logInWithCookies,
  logOut,
  publicGet,
} from "./api";
import { bodyOf } from "./errors";
import { type Inspection, inspectSdk } from "./inspect-sdk";

type Finding = Awaited<ReturnType<Check["run"]>>;

const good = (detail?: string): Finding => (detail ? { ok: true, detail } : { ok: true });
const bad = (detail: string, fix: string): Finding => ({ ok: false, detail, fix });

const embeddingScreen =
  "Library Admin, Library Server, Security Settings, Allow Library embedding in other sites: add the portal's origin, then restart the Library.";

/** The address as the browser knows it, asked through the internal one. */
const fetchPage = (config: MicroStrategyConfig, url: string, signal: AbortSignal) =>
  callVendor({
    vendor: "microstrategy",
    vendorName: productName,
    method: "GET",
    url: url.replace(config.libraryUrl, config.internalUrl),
    headers: { accept: "*/*" },
    signal,
  });

/** Which login mode a strategy needs to be on. */
const modeOf = (config: MicroStrategyConfig): number => {
  const modes: Record<LoginStrategy, number> = {
    credentials: config.loginMode,
    "api-token": loginModes.apiToken,
    oidc: loginModes.oidc,
    guest: loginModes.guest,
    web: loginModes.standard,
  };
  return modes[config.login];
};

/** The login of the portal's own account, where the strategy has one. */
function ownLogin({ login, service }: MicroStrategyConfig): LoginBody | null {
  if (service) return { loginMode: loginModes.standard, ...service };
  return login === "guest" ? { loginMode: loginModes.guest } : null;
}

/** Makes a token as every grant does, and looks at it; the session it took is closed. */
const token = (config: MicroStrategyConfig, login: LoginBody): Check => ({
  id: "microstrategy.token",
  title: "Identity tokens can be made",
  async run(signal) {
    const call = { config, signal };
    try {
      const session = await logIn(call, login);
      try {
        const { identityToken } = await createIdentityToken(call, session);
        await identityTokenUser(call, identityToken, session);
        return good();
      } finally {
        await logOut(call, session).catch(() => undefined);
      }
    } catch (error) {
      if (!isProblem(error)) throw error;
      if (error.code === "secret_key_missing")
        return bad(
          "The Library has no secret key for identity tokens.",
          "Library Admin, Library Server, Security Settings, Secret Key: set one, then restart the Library.",
        );
      return bad(
        `The portal's own account cannot make one (${error.code}).`,
        "Check the account at MicroStrategy, and MICROSTRATEGY_SERVICE_USERNAME and MICROSTRATEGY_SERVICE_PASSWORD.",
      );
    }
  },
});

/** The browser's own Web session may be anyone's: what the portal knows of the user decides what it can prove. */
const webUser = ({ service }: MicroStrategyConfig): Check => ({
  id: "microstrategy.web-user",
  title: "Tokens of MicroStrategy Web belong to the mapped user",
  run: async () =>
    service
      ? good("The service account looks the user up")
      : good(
          "Proved only for users that portal.config.ts maps to object IDs. For login names set MICROSTRATEGY_SERVICE_USERNAME and MICROSTRATEGY_SERVICE_PASSWORD.",
        ),
});

export function checks(config: MicroStrategyConfig): readonly Check[] {
  const own = ownLogin(config);
  return [
    ...librarySetup(config),
    ...(own ? [token(config, own)] : []),
    ...(config.login === "web" && config.webSession === "browser" ? [webUser(config)] : []),
  ];
}

function librarySetup(config: MicroStrategyConfig): readonly Check[] {
  return [
    {
      id: "microstrategy.status",
      title: "The Library answers",
      async run(signal) {
        const answer = await publicGet({ config, signal }, "/status");
        const version = versionIn(answer.text);
        if (answer.status === 200 && version) return good(`Version ${version}`);
        return bad(
          `The status page answers ${answer.status}${version ? "" : " without a version"}.`,
          "Check MICROSTRATEGY_LIBRARY_URL and that the Library reaches its Intelligence Server.",
        );
      },
    },
    {
      id: "microstrategy.modes",
      title: "The login mode is on",
      async run(signal) {
        const answer = await publicGet({ config, signal }, "/config/authModes");
        if (answer.status !== 200)
          return bad(`The list of login modes answers ${answer.status}.`, "See the check whether the Library answers.");
        const { modes } = bodyOf(answer, z.object({ modes: z.array(z.number()) }));
        const wanted = modeOf(config);
        if (modes.includes(wanted)) return good(`Mode ${wanted}`);
        return bad(
          `Login mode ${wanted} is not among the Library's modes.`,
          "Library Admin, Library Server, Authentication Modes: switch the mode on, then restart the Library.",
        );
      },
    },
    {
      id: "microstrategy.sdk",
      title: "The Embedding SDK can run in the portal's pages",
      async run(signal) {
        const answer = await fetchPage(config, sdkAddress(config.libraryUrl), signal);
        const reachable =
          "Check MICROSTRATEGY_LIBRARY_URL, and that javascript/embeddinglib.js can be fetched without signing in.";
        if (answer.status !== 200) return bad(`The script answers ${answer.status}.`, reachable);
        if (isWebPage(answer.headers, answer.text))
          return bad("The script's address answers with a web page, perhaps a sign-in page.", reachable);
        const found = await inspectSdk(answer.text, signal).catch(() => undefined);
        // Some hosts start no processes; a dashboard then still says what its script lacks.
        if (found === undefined) return good("Served; which build it is cannot be found out on this host");
        if (!found) return bad("The script's address answers with a script that is not the Embedding SDK.", reachable);
        return judgeSdk(found, config.sdkEval);
      },
    },
    {
      id: "microstrategy.framing",
      title: "The Library may be framed by the portal",
      async run(signal) {
        const page = `${config.libraryUrl}/auth/ui/embeddedLogin.jsp`;
        const answer = await fetchPage(config, page, signal);
        const { origin } = getConfig();
        const { allowed, anyone, because } = framingOf(answer.headers, page, origin);
        if (allowed) return good(anyone ? "By any website: no header limits who may frame it" : undefined);
        if (because?.startsWith("X-Frame-Options"))
          return bad(`${because} forbids it, which a proxy adds.`, "Remove the header at the proxy.");
        return bad(`${because} does not allow ${origin}.`, embeddingScreen);
      },
    },
    {
      id: "microstrategy.cors",
      title: "The Library answers the portal's origin, and no other",
      async run(signal) {
        const allowedFor = async (origin: string) => {
          const answer = await publicGet({ config, signal }, "/status", { origin });
          return answer.headers.get("access-control-allow-origin");
        };
        const { origin } = getConfig();
        const stranger = await allowedFor("https://stranger.example");
        if (stranger !== null)
          return bad(
            "The Library lets every website call it with the user's cookies.",
            "Library Admin, Library Server, Security Settings: name the origins instead of allowing all.",
          );
        if ((await allowedFor(origin)) === origin) return good();
        return bad(
          `No cross-origin answer for ${origin}: the portal cannot tell whose session a shared browser still holds.`,
          embeddingScreen,
        );
      },
    },
    {
      id: "microstrategy.cookies",
      title: "The Library's cookies survive inside the portal",
      async run(signal) {
        if (isSameSite(config.libraryUrl, getConfig().origin)) return good("Same site as the portal");
        const cookies = await cookiesOf(config, signal);
        if (cookies.length > 0) return judgeCookies(cookies);
        return good("No cookie is set before the login, and this way to sign in has no login of the portal's own");
      },
    },
    {
      id: "microstrategy.clock",
      title: "The clocks agree",
      async run(signal) {
        const answer = await publicGet({ config, signal }, "/status");
        const date = Date.parse(answer.headers.get("date") ?? "");
        if (Number.isNaN(date)) return good("The Library sends no date");
        const skew = Math.round(Math.abs(Date.now() - date) / 1000);
        if (skew <= 30) return good(`${skew} s apart`);
        return bad(
          `The clocks are ${skew} s apart.`,
          "Set the clock of one of the two servers: identity tokens live briefly.",
        );
      },
    },
  ];
}

const statusSchema = z.object({ iServerVersion: z.string(), webVersion: z.string() });

function versionIn(text: string): string | null {
  try {
    return statusSchema.parse(JSON.parse(text)).iServerVersion;
  } catch {
    return null;
  }
}

const isWebPage = (headers: Headers, text: string) =>
  /\bhtml\b/.test(headers.get("content-type") ?? "") || text.trimStart().startsWith("<");

/** What the build opens, and whether the portal's policy fits it. */
function judgeSdk({ build, compiles }: Inspection, mayCompile: boolean): Finding {
  const words = `A build of ${build}: opens ${buildShows[build]}`;
  if (compiles && !mayCompile)
    return bad(
      `${words}, and compiles code, which the portal's pages forbid.`,
      "Set MICROSTRATEGY_SDK_EVAL=on, or update the Library to a version whose script needs no such permission.",
    );
  if (!compiles && mayCompile)
    return bad(
      `${words}. It compiles no code, but MICROSTRATEGY_SDK_EVAL=on lets every script of the portal's pages do so.`,
      "Remove MICROSTRATEGY_SDK_EVAL.",
    );
  return good(words);
}

/** Every cookie of a login of the portal's own, or what the Library's pages set without one. */
async function cookiesOf(config: MicroStrategyConfig, signal: AbortSignal): Promise<readonly string[]> {
  const own = ownLogin(config);
  if (!own) return (await fetchPage(config, `${config.libraryUrl}/app`, signal)).cookies;
  const call = { config, signal };
  try {
    const { session, setCookies } = await logInWithCookies(call, own);
    await logOut(call, session).catch(() => undefined);
    return setCookies;
  } catch (error) {
    // Why the login fails is another check's finding.
    if (isProblem(error)) return [];
    throw error;
  }
}

/** Inside a page of another site browsers keep `SameSite=None; Secure` cookies, and with `Partitioned` also strict ones. */
function judgeCookies(cookies: readonly string[]): Finding {
  const without = (attribute: RegExp) =>
    cookies.filter((cookie) => !attribute.test(cookie)).map((cookie) => cookie.split("=", 1)[0]);
  const faults = [
    ["SameSite=None", without(/;\s*samesite=none\s*(;|$)/i)],
    ["Secure", without(/;\s*secure\s*(;|$)/i)],
    ["Partitioned", without(/;\s*partitioned\s*(;|$)/i)],
  ] as const;
  const words = faults.filter(([, names]) => names.length > 0).map(([word, names]) => `${word} (${names.join(", ")})`);
  if (words.length === 0) return good("SameSite=None, Secure, Partitioned");
  return bad(
    `Cookies of the Library lack ${words.join(" and ")}.`,
    "Workstation, environment properties, Library: SameSite None and Partitioned (2024 Update 6 and later). Cookies of a load balancer need the same.",
  );
}
