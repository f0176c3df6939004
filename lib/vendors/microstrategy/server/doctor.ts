import "server-only";
/** What the doctor looks at, in the order in which a setup goes wrong. No check needs a user's login. */
import { callVendor } from "@/lib/broker/vendor-call";
import { getConfig } from "@/lib/config/config";
import { isProblem } from "@/lib/problem/problem";
import type { Check } from "@/lib/vendors/vendor";
import type { LoginStrategy, MicroStrategyConfig } from "../config";
import { loginModes, sdkAddress } from "../protocol";
import { createIdentityToken, identityTokenUser, type LoginBody, logIn, logOut, publicGet } from "./api";

type Finding = Awaited<ReturnType<Check["run"]>>;

const good = (detail?: string): Finding => (detail ? { ok: true, detail } : { ok: true });
const bad = (detail: string, fix: string): Finding => ({ ok: false, detail, fix });

const embeddingScreen =
  "Library Admin, Library Server, Security Settings, Allow Library embedding in other sites: add the portal's origin, then restart the Library.";

/** The address as the browser knows it, asked through the internal one. */
const fetchPage = (config: MicroStrategyConfig, url: string, signal: AbortSignal) =>
  callVendor({
    vendor: "microstrategy",
    vendorName: "MicroStrategy",
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

/** The browser's own Web session may be anybody's: what the portal knows of the user decides what it can prove. */
const webUser = ({ service }: MicroStrategyConfig): Check => ({
  id: "microstrategy.web-user",
  title: "Tokens of MicroStrategy Web belong to the mapped user",
  run: async () =>
    service
      ? good("The service account looks the user up")
      : good(
          "Proved only for users whom portal.config.ts maps to object IDs. For login names set MICROSTRATEGY_SERVICE_USERNAME and MICROSTRATEGY_SERVICE_PASSWORD.",
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
        const { modes } = answer.json() as { modes?: unknown };
        const wanted = modeOf(config);
        if (Array.isArray(modes) && modes.includes(wanted)) return good(`Mode ${wanted}`);
        return bad(
          `Login mode ${wanted} is not among the Library's modes.`,
          "Library Admin, Library Server, Authentication Modes: switch the mode on, then restart the Library.",
        );
      },
    },
    {
      id: "microstrategy.sdk",
      title: "The Embedding SDK is served",
      async run(signal) {
        const answer = await fetchPage(config, sdkAddress(config.libraryUrl), signal);
        if (answer.status === 200 && answer.text.includes("microstrategy")) return good();
        return bad(`The script answers ${answer.status}.`, "Check that javascript/embeddinglib.js is reachable.");
      },
    },
    {
      id: "microstrategy.framing",
      title: "The Library may be framed by the portal",
      async run(signal) {
        const answer = await fetchPage(config, `${config.libraryUrl}/auth/ui/embeddedLogin.jsp`, signal);
        const policy = answer.headers.get("content-security-policy");
        const { origin } = getConfig();
        if (answer.headers.get("x-frame-options"))
          return bad("A proxy adds X-Frame-Options to the Library's pages.", "Remove the header at the proxy.");
        if (!policy?.includes("frame-ancestors") || sources(policy).some((source) => permits(source, origin)))
          return good();
        return bad(`frame-ancestors does not name ${origin}.`, embeddingScreen);
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
        if (sameSite(config.libraryUrl, getConfig().origin)) return good("Same site as the portal");
        const answer = await fetchPage(config, `${config.libraryUrl}/app`, signal);
        const session = answer.cookies.find((cookie) => /^JSESSIONID=/i.test(cookie));
        if (!session) return good("No cookie is set before the login; check again with an open dashboard");
        const none = /;\s*samesite=none/i.test(session) && /;\s*secure/i.test(session);
        const partitioned = /;\s*partitioned/i.test(session);
        if (none && partitioned) return good("SameSite=None, Secure, Partitioned");
        return bad(
          none ? "The session cookie is not Partitioned." : "The session cookie lacks SameSite=None and Secure.",
          "Workstation, environment properties, Library: SameSite None and Partitioned (2024 Update 6 and later).",
        );
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

function versionIn(text: string): string | null {
  try {
    const { iServerVersion, webVersion } = JSON.parse(text) as { iServerVersion?: unknown; webVersion?: unknown };
    return typeof iServerVersion === "string" && typeof webVersion === "string" ? iServerVersion : null;
  } catch {
    return null;
  }
}

const sources = (policy: string) =>
  (/frame-ancestors([^;]*)/.exec(policy)?.[1] ?? "").trim().split(/\s+/).filter(Boolean);

/** Whether a source of `frame-ancestors` covers an origin; newer Libraries allow wildcards (vendor docs: what's new). */
function permits(source: string, origin: string): boolean {
  const { protocol, host } = new URL(origin);
  const [, scheme, name = ""] = /^(?:(https?:)\/\/)?(.+)$/.exec(source) ?? [];
  if (scheme === "https:" && protocol !== "https:") return false;
  return name === "*" || name === host || (name.startsWith("*.") && host.endsWith(name.slice(1)));
}

/** Roughly: equal hosts, or the same last two labels. `localhost` counts as a public suffix. */
function sameSite(one: string, other: string): boolean {
  const site = (url: string) => new URL(url).hostname.split(".").slice(-2).join(".");
  return site(one) === site(other);
}
