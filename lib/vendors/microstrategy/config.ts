import "server-only";
/** How MicroStrategy is configured: one schema over the environment variables, for real servers and for the sandbox. */
import { z } from "zod";
import { isLoopbackUrl } from "@/lib/config/loopback";
import { sandboxServices } from "@/lib/config/sandbox";
import { browserUrl, serverUrl, withoutTrailingSlash } from "@/lib/config/url-variable";
import type { VendorEnvironment } from "../vendor";

/** How the broker signs in for a user. */
export type LoginStrategy = "credentials" | "api-token" | "oidc" | "guest" | "web";

export interface MicroStrategyConfig {
  /** For the browser, without a trailing slash: `https://bi.example.com/MicroStrategyLibrary`. */
  readonly libraryUrl: string;
  /** The same for calls from this server. */
  readonly internalUrl: string;
  /** MicroStrategy Web, for the strategy `web`: `https://bi.example.com/MicroStrategy`. */
  readonly webUrl: string | null;
  readonly login: LoginStrategy;
  /** Login mode of the strategy `credentials`: 1 is standard, 16 is LDAP. */
  readonly loginMode: 1 | 16;
  /** Who makes API tokens for the users (`api-token`), or looks up their object IDs (`web`, in the browser). */
  readonly service: { readonly username: string; readonly password: string } | null;
  /** Whether MicroStrategy Web's session is the browser's own or one that the portal opens. */
  readonly webSession: "browser" | "server";
  /** What MicroStrategy Web's task `login` is told beside the user: Intelligence Server and project, by name. */
  readonly webLogin: Readonly<Record<string, string>>;
  /** Whether the SDK of this Library compiles code while loading, as builds up to January 2024 do. */
  readonly sdkEval: boolean;
}

const variables = [
  "MICROSTRATEGY_LIBRARY_URL",
  "MICROSTRATEGY_LIBRARY_INTERNAL_URL",
  "MICROSTRATEGY_WEB_URL",
  "MICROSTRATEGY_LOGIN",
  "MICROSTRATEGY_LOGIN_MODE",
  "MICROSTRATEGY_SERVICE_USERNAME",
  "MICROSTRATEGY_SERVICE_PASSWORD",
  "MICROSTRATEGY_WEB_SESSION",
  "MICROSTRATEGY_WEB_SERVER",
  "MICROSTRATEGY_WEB_PROJECT",
  "MICROSTRATEGY_SDK_EVAL",
] as const;

const example = "https://bi.example.com/MicroStrategyLibrary";

/** Browsers reach the Library over https, because its cookies must be Secure inside the portal's pages. */
const publicUrl = (name: string, sample: string, missing?: string) =>
  browserUrl(name, sample, missing).refine(
    (value) => new URL(value).protocol === "https:" || isLoopbackUrl(value),
    `${name} must start with https, or its cookies are lost inside the portal's pages.`,
  );

const choice = <T extends string>(name: string, values: readonly [T, ...T[]]) =>
  z.enum(values, { error: `${name} must be one of ${values.join(", ")}.` });

const raw = z.object({
  MICROSTRATEGY_LIBRARY_URL: publicUrl("MICROSTRATEGY_LIBRARY_URL", example, `set it to the Library, e.g. ${example}`),
  MICROSTRATEGY_LIBRARY_INTERNAL_URL: serverUrl(
    "MICROSTRATEGY_LIBRARY_INTERNAL_URL",
    "http://library:8080/MicroStrategyLibrary",
  ).optional(),
  MICROSTRATEGY_WEB_URL: publicUrl("MICROSTRATEGY_WEB_URL", "https://bi.example.com/MicroStrategy").optional(),
  MICROSTRATEGY_LOGIN: choice("MICROSTRATEGY_LOGIN", ["credentials", "api-token", "oidc", "guest", "web"]).default(
    "credentials",
  ),
  MICROSTRATEGY_LOGIN_MODE: choice("MICROSTRATEGY_LOGIN_MODE", ["1", "16"]).default("1"),
  MICROSTRATEGY_SERVICE_USERNAME: z.string().optional(),
  MICROSTRATEGY_SERVICE_PASSWORD: z.string().optional(),
  MICROSTRATEGY_WEB_SESSION: choice("MICROSTRATEGY_WEB_SESSION", ["browser", "server"]).default("browser"),
  MICROSTRATEGY_WEB_SERVER: z.string().min(1).optional(),
  MICROSTRATEGY_WEB_PROJECT: z.string().min(1).optional(),
  MICROSTRATEGY_SDK_EVAL: choice("MICROSTRATEGY_SDK_EVAL", ["on", "off"]).default("off"),
});

/** Parses the variables; each issue is one sentence with the fix. */
export const configSchema = raw.transform((values, context): MicroStrategyConfig => {
  const missing = (message: string) => context.addIssue({ code: "custom", message });
  const { MICROSTRATEGY_SERVICE_USERNAME: username, MICROSTRATEGY_SERVICE_PASSWORD: password } = values;
  const login = values.MICROSTRATEGY_LOGIN;
  if (login === "api-token" && !username)
    missing("MICROSTRATEGY_SERVICE_USERNAME is missing: MICROSTRATEGY_LOGIN=api-token needs a service account.");
  if (login === "api-token" && !password)
    missing("MICROSTRATEGY_SERVICE_PASSWORD is missing: MICROSTRATEGY_LOGIN=api-token needs a service account.");
  if (login !== "api-token" && login !== "web" && (username || password))
    missing(
      "MICROSTRATEGY_SERVICE_USERNAME and _PASSWORD belong to MICROSTRATEGY_LOGIN=api-token or web: remove them.",
    );
  if (login === "web" && Boolean(username) !== Boolean(password))
    missing("MICROSTRATEGY_SERVICE_USERNAME and _PASSWORD go together: set both, or none.");
  if (login === "web" && !values.MICROSTRATEGY_WEB_URL)
    missing("MICROSTRATEGY_WEB_URL is missing: MICROSTRATEGY_LOGIN=web asks MicroStrategy Web for identity tokens.");
  const libraryUrl = withoutTrailingSlash(values.MICROSTRATEGY_LIBRARY_URL);
  return {
    libraryUrl,
    internalUrl: withoutTrailingSlash(values.MICROSTRATEGY_LIBRARY_INTERNAL_URL ?? libraryUrl),
    webUrl: values.MICROSTRATEGY_WEB_URL ? withoutTrailingSlash(values.MICROSTRATEGY_WEB_URL) : null,
    login,
    loginMode: values.MICROSTRATEGY_LOGIN_MODE === "16" ? 16 : 1,
    service: username && password ? { username, password } : null,
    webSession: values.MICROSTRATEGY_WEB_SESSION,
    webLogin: {
      ...(values.MICROSTRATEGY_WEB_SERVER ? { server: values.MICROSTRATEGY_WEB_SERVER } : {}),
      ...(values.MICROSTRATEGY_WEB_PROJECT ? { project: values.MICROSTRATEGY_WEB_PROJECT } : {}),
    },
    sdkEval: values.MICROSTRATEGY_SDK_EVAL === "on",
  };
});

export const environment: VendorEnvironment<MicroStrategyConfig> = {
  variables,
  schema: configSchema,
  sandbox({ microstrategy } = sandboxServices()) {
    return {
      MICROSTRATEGY_LIBRARY_URL: `${microstrategy.origin}/MicroStrategyLibrary`,
      MICROSTRATEGY_LIBRARY_INTERNAL_URL: `${microstrategy.internalOrigin}/MicroStrategyLibrary`,
      MICROSTRATEGY_WEB_URL: `${microstrategy.origin}/MicroStrategy`,
    };
  },
};
