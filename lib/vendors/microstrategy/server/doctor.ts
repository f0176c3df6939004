import "server-only";
/** What the doctor looks at, in the order in which a setup goes wrong. No check needs a user's login. */
import { z } from "zod";
import { callVendor, type VendorAnswer } from "@/lib/broker/vendor-call";
import { getConfig } from "@/lib/config/config";
import { isProblem } from "@/lib/problem/problem";
import { framingOf } from "@/lib/security/frame-ancestors";
import { isSameSite } from "@/lib/security/same-site";
import {
  beyondChecks,
  clockSkew,
  describeAnswer,
  failed,
  httpsOf,
  mixedContent,
  notChecked,
  ok,
  type Place,
  warning,
} from "@/lib/vendors/check-results";
import type { Check, CheckResult } from "@/lib/vendors/vendor";
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
import { bodyOf, errorIn } from "./errors";
import { type Inspection, inspectSdk } from "./inspect-sdk";
import { askTaskServlet } from "./web";

/**
 * A screen of the Library's control panel, at `/admin` (vendor's help, "Library Administration Control Panel").
 *
 * @param screen below `Library Admin > Library Server`
 */
const adminScreen = ({ libraryUrl }: MicroStrategyConfig, screen: string): Place => ({
  where: `Library Admin > Library Server > ${screen}`,
  href: `${libraryUrl}/admin`,
});

const restart = "then restart the Library";

/** The variable with the address that the server calls. */
const addressVariable = ({ internalUrl, libraryUrl }: MicroStrategyConfig) =>
  internalUrl === libraryUrl ? "MICROSTRATEGY_LIBRARY_URL" : "MICROSTRATEGY_LIBRARY_INTERNAL_URL";

/** The address as the browser knows it, asked through the internal one. */
const fetchPage = (config: MicroStrategyConfig, url: string, signal: AbortSignal): Promise<VendorAnswer> =>
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
  needs: ["microstrategy.modes"],
  async run(signal) {
    const call = { config, signal };
    try {
      const session = await logIn(call, login);
      try {
        const { identityToken } = await createIdentityToken(call, session);
        await identityTokenUser(call, identityToken, session);
        return ok();
      } finally {
        await logOut(call, session).catch(() => undefined);
      }
    } catch (error) {
      if (!isProblem(error) || error.options.address !== undefined) throw error;
      if (error.code === "secret_key_missing")
        return failed(
          "The Library has no secret key for identity tokens.",
          adminScreen(config, "Security Settings > Secret Key"),
          `Set a key, ${restart}.`,
        );
      return failed(
        `The portal's own account cannot make one (${error.code}).`,
        "MICROSTRATEGY_SERVICE_USERNAME and MICROSTRATEGY_SERVICE_PASSWORD",
        "Check the two, and that the account is neither locked nor disabled in MicroStrategy.",
      );
    }
  },
});

/** The browser's own Web session may be anyone's: what the portal knows of the user decides what it can prove. */
const webUser = ({ service }: MicroStrategyConfig): Check => ({
  id: "microstrategy.web-user",
  title: "Tokens of MicroStrategy Web belong to the mapped user",
  needs: [],
  run: async () =>
    service
      ? ok("The service account looks the user up")
      : warning(
          "Proved only for users that portal.config.ts maps to object IDs.",
          "MICROSTRATEGY_SERVICE_USERNAME and MICROSTRATEGY_SERVICE_PASSWORD",
          "Set both, so that the portal can look up login names.",
        ),
});

/** MicroStrategy Web is another application, usually on the same server, with an address of its own. */
const webServlet = (config: MicroStrategyConfig, webUrl: string): Check => ({
  id: "microstrategy.web",
  title: "MicroStrategy Web answers",
  async run(signal) {
    const answer = await askTaskServlet({ config, signal });
    if (answer.isTask) return ok();
    const use =
      config.login === "web"
        ? "Set it to MicroStrategy Web"
        : "MICROSTRATEGY_LOGIN does not use it: correct or remove it";
    return failed(
      `MicroStrategy Web's task servlet is not at ${webUrl}: it answers with ${describeAnswer(answer)}.`,
      "MICROSTRATEGY_WEB_URL",
      `${use}, e.g. https://bi.example.com/MicroStrategy.`,
    );
  },
});

export function checks(config: MicroStrategyConfig): readonly Check[] {
  const own = ownLogin(config);
  return [
    ...librarySetup(config),
    ...(own ? [token(config, own)] : []),
    ...(config.webUrl ? [webServlet(config, config.webUrl)] : []),
    ...(config.login === "web" && config.webSession === "browser" ? [webUser(config)] : []),
  ];
}

/** What answers in place of the Library's status page, and which address would be right. */
async function notTheLibrary(config: MicroStrategyConfig, answer: VendorAnswer, signal: AbortSignal) {
  const variable = addressVariable(config);
  const { internalUrl } = config;
  if (errorIn(answer).code === "ERR0013")
    return failed(
      "The Library answers, but not its Intelligence Server.",
      adminScreen(config, "Intelligence Server"),
      "Start the Intelligence Server, or correct its host and port there.",
    );
  if (answer.status >= 500)
    return failed(
      `The Library, or the proxy before it, answers with an error (status ${answer.status}).`,
      "The Library's web server",
      "See its log (Tomcat: catalina.out), and restart it if it does not recover.",
    );
  const https = httpsOf(internalUrl, answer);
  if (https)
    return failed(
      `The Library answers on https only, and ${variable} begins with http.`,
      variable,
      `Set it to ${https}.`,
    );
  const right = await findLibrary(config, signal);
  if (right)
    return failed(
      `${internalUrl} is not the Library's own address, which is ${right}.`,
      variable,
      `Set it to ${right}: it ends with the name of the web application, without /app or any other page.`,
    );
  return failed(
    `What answers at ${internalUrl} is not a MicroStrategy Library: its status page is ${describeAnswer(answer)}.`,
    variable,
    "Set it to the Library's own address, e.g. https://bi.example.com/MicroStrategyLibrary.",
  );
}

/** Where the Library is, if it is near: at its usual name, or above the page whose address was copied. */
async function findLibrary(config: MicroStrategyConfig, signal: AbortSignal): Promise<string | undefined> {
  const { origin, pathname } = new URL(config.internalUrl);
  const [first] = pathname.split("/").filter(Boolean);
  const candidates = new Set([`${origin}/MicroStrategyLibrary`, ...(first ? [`${origin}/${first}`] : [])]);
  candidates.delete(config.internalUrl);
  for (const internalUrl of candidates) {
    const answer = await publicGet({ config: { ...config, internalUrl }, signal }, "/status");
    if (answer.status === 200 && versionIn(answer.text)) return internalUrl;
  }
  return undefined;
}

function librarySetup(config: MicroStrategyConfig): readonly Check[] {
  const { origin } = getConfig();
  const embedding = adminScreen(config, "Security Settings > Allow Library embedding in other sites");
  return [
    {
      id: "microstrategy.status",
      title: "The Library answers",
      async run(signal) {
        const answer = await publicGet({ config, signal }, "/status");
        const version = versionIn(answer.text);
        if (answer.status === 200 && version) return ok(`Version ${version}`);
        return notTheLibrary(config, answer, signal);
      },
    },
    {
      id: "microstrategy.transport",
      title: "Browsers may load the Library inside the portal",
      run: async () => mixedContent(config.libraryUrl, "MICROSTRATEGY_LIBRARY_URL"),
    },
    {
      id: "microstrategy.modes",
      title: "The login mode is on",
      async run(signal) {
        const answer = await publicGet({ config, signal }, "/config/authModes");
        if (answer.status !== 200) return notChecked(`The list of login modes answers with ${describeAnswer(answer)}`);
        const { modes } = bodyOf(answer, z.object({ modes: z.array(z.number()) }));
        const wanted = modeOf(config);
        if (modes.includes(wanted)) return ok(`Mode ${wanted}`);
        return failed(
          `Login mode ${wanted} is not among the Library's modes.`,
          adminScreen(config, "Authentication Modes"),
          `Switch the mode on, ${restart}.`,
        );
      },
    },
    {
      id: "microstrategy.sdk",
      title: "The Embedding SDK can run in the portal's pages",
      async run(signal) {
        const address = sdkAddress(config.libraryUrl);
        const answer = await fetchPage(config, address, signal);
        const lost = (detail: string) =>
          failed(
            detail,
            `The Library's javascript/embeddinglib.js`,
            `Let ${address} be fetched without signing in, and without a proxy that answers in its place.`,
          );
        if (answer.status !== 200) return lost(`The script's address answers with ${describeAnswer(answer)}.`);
        if (isWebPage(answer.headers, answer.text))
          return lost("The script's address answers with a web page, perhaps a sign-in page.");
        const found = await inspectSdk(answer.text, signal).catch(() => undefined);
        // Some hosts start no processes; a dashboard then still says what its script lacks.
        if (found === undefined)
          return beyondChecks("It is served; which build it is cannot be found out on this host");
        if (!found) return lost("The script's address answers with a script that is not the Embedding SDK.");
        return judgeSdk(found, config.sdkEval);
      },
    },
    {
      id: "microstrategy.framing",
      title: "The Library may be framed by the portal",
      needs: ["microstrategy.status", "microstrategy.transport"],
      async run(signal) {
        const page = `${config.libraryUrl}/auth/ui/embeddedLogin.jsp`;
        const answer = await fetchPage(config, page, signal);
        const { allowed, anyone, because } = framingOf(answer.headers, page, origin);
        if (allowed && anyone)
          return warning(
            "Any website may frame the Library: no header of its pages limits that.",
            embedding,
            `Name the sites that may, ${origin} among them, ${restart}.`,
          );
        if (allowed) return ok();
        if (because?.startsWith("X-Frame-Options"))
          return failed(
            `${because} forbids it; a proxy adds that header.`,
            "The proxy before the Library",
            `Remove X-Frame-Options there: the Library says itself who may frame it.`,
          );
        return failed(`${because} does not allow ${origin}.`, embedding, `Add ${origin}, ${restart}.`);
      },
    },
    {
      id: "microstrategy.cors",
      title: "The Library answers the portal's origin, and no other",
      // The same screen decides both: what it lacks is told once.
      needs: ["microstrategy.framing"],
      async run(signal) {
        const allowedFor = async (asked: string) => {
          const answer = await publicGet({ config, signal }, "/status", { origin: asked });
          return answer.headers.get("access-control-allow-origin");
        };
        if ((await allowedFor("https://stranger.example")) !== null)
          return failed(
            "The Library lets every website call it with the user's cookies.",
            embedding,
            `Name the sites instead of allowing all, ${origin} among them, ${restart}.`,
          );
        if ((await allowedFor(origin)) === origin) return ok();
        return failed(
          `No cross-origin answer for ${origin}: the portal cannot tell whose session a shared browser still holds.`,
          embedding,
          `Add ${origin} itself, not only a wildcard, ${restart}.`,
        );
      },
    },
    {
      id: "microstrategy.cookies",
      title: "The Library's cookies survive inside the portal",
      needs: ["microstrategy.status", "microstrategy.modes"],
      async run(signal) {
        if (isSameSite(config.libraryUrl, origin)) return ok("Same site as the portal");
        const cookies = await cookiesOf(config, signal);
        if (!cookies) return notChecked("The portal's own account could not sign in");
        if (cookies.length > 0) return judgeCookies(cookies);
        return beyondChecks(
          "No cookie is set before a login, and this way to sign in has no login of the portal's own",
        );
      },
    },
    {
      id: "microstrategy.clock",
      title: "The clocks agree",
      run: async (signal) => clockSkew((await publicGet({ config, signal }, "/status")).headers, "the Library Server"),
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
function judgeSdk({ build, compiles }: Inspection, mayCompile: boolean): CheckResult {
  const words = `A build of ${build}: opens ${buildShows[build]}`;
  if (compiles && !mayCompile)
    return failed(
      `${words}, and compiles code, which the portal's pages forbid.`,
      "MICROSTRATEGY_SDK_EVAL",
      "Set MICROSTRATEGY_SDK_EVAL=on, or update the Library to a version whose script needs no such permission.",
    );
  if (!compiles && mayCompile)
    return warning(
      `${words}. It compiles no code, but MICROSTRATEGY_SDK_EVAL=on lets every script of the portal's pages do so.`,
      "MICROSTRATEGY_SDK_EVAL",
      "Remove MICROSTRATEGY_SDK_EVAL.",
    );
  return ok(words);
}

/** Every cookie of a login of the portal's own, or what the Library's pages set without one; null when it is refused. */
async function cookiesOf(config: MicroStrategyConfig, signal: AbortSignal): Promise<readonly string[] | null> {
  const own = ownLogin(config);
  if (!own) return (await fetchPage(config, `${config.libraryUrl}/app`, signal)).cookies;
  const call = { config, signal };
  try {
    const { session, setCookies } = await logInWithCookies(call, own);
    await logOut(call, session).catch(() => undefined);
    return setCookies;
  } catch (error) {
    // Why the login fails is another check's finding.
    if (isProblem(error) && error.options.address === undefined) return null;
    throw error;
  }
}

/** Inside a page of another site browsers keep `SameSite=None; Secure` cookies, and with `Partitioned` also strict ones. */
function judgeCookies(cookies: readonly string[]): CheckResult {
  const without = (attribute: RegExp) =>
    cookies.filter((cookie) => !attribute.test(cookie)).map((cookie) => cookie.split("=", 1)[0]);
  const faults = [
    ["SameSite=None", without(/;\s*samesite=none\s*(;|$)/i)],
    ["Secure", without(/;\s*secure\s*(;|$)/i)],
    ["Partitioned", without(/;\s*partitioned\s*(;|$)/i)],
  ] as const;
  const words = faults.filter(([, names]) => names.length > 0).map(([word, names]) => `${word} (${names.join(", ")})`);
  if (words.length === 0) return ok("SameSite=None, Secure, Partitioned");
  return failed(
    `Cookies of the Library lack ${words.join(" and ")}.`,
    "Workstation > Environments > Properties > Library",
    "Set SameSite to None and switch Partitioned on (2024 Update 6 and later). Cookies of a load balancer need the same.",
  );
}
