/** How ThoughtSpot is configured: variables, their checks, and the sandbox's values. */
import { z } from "zod";
import { sandboxGuid, sandboxServices } from "@/lib/config/sandbox";
import { browserUrl, serverUrl, withoutTrailingSlash } from "@/lib/config/url-variable";
import type { VendorEnvironment } from "../vendor";
import type { Login, TokenChoice } from "./protocol";

export interface ThoughtSpotConfig {
  /** For the browser, without a trailing slash. */
  readonly url: string;
  /** For the server's own calls. */
  readonly internalUrl: string;
  /** The key in use, then the one that follows it while keys are being exchanged. */
  readonly secretKeys: readonly [string, ...string[]];
  readonly login: Login;
  /** What a cookieless token opens where the vendor leaves the choice: all that the user may see, or the item's object. */
  readonly token: TokenChoice;
  /** Tokens are always asked for one org, so that a user's last-used org does not matter. */
  readonly orgId: number;
  /** Whether tokens name their org by `org_identifier`: from release 26.11 on, which deprecates `org_id`. */
  readonly namesOrgs: boolean;
  /**
   * An account that may manage users, to end people's sessions at ThoughtSpot when their browser has no cookie to do so.
   * Null: such sessions idle out.
   */
  readonly adminUsername: string | null;
  /** What stands before `/tspublic/v1` in v1 addresses: `/callosum/v1` or nothing. */
  readonly v1Prefix: string;
  /** The login step of v1: the path of 2021, or the one that followed it. */
  readonly v1LoginPath: "session/auth/token" | "session/login/token";
  /** Whether the SDK asks ThoughtSpot if a token is good before it uses it. That call never sends a cookie. */
  readonly tokenCheck: boolean;
  /** Whether unknown users are created at the first token, with the e-mail, name and groups that the portal knows. */
  readonly autoCreate: boolean;
}

const key = (name: string) =>
  z
    .string({
      error: `${name} is missing: copy it in ThoughtSpot from Develop > Customizations > Security settings > Trusted authentication.`,
    })
    .regex(
      /^[\x21-\x7e]{16,200}$/,
      `${name} does not look like a secret key: copy it again from Develop > Customizations > Security settings.`,
    );

const schema: VendorEnvironment<ThoughtSpotConfig>["schema"] = z
  .object({
    THOUGHTSPOT_URL: browserUrl(
      "THOUGHTSPOT_URL",
      "https://example.thoughtspot.cloud",
      "set it to ThoughtSpot's address, e.g. https://example.thoughtspot.cloud",
    ),
    THOUGHTSPOT_INTERNAL_URL: serverUrl("THOUGHTSPOT_INTERNAL_URL", "http://thoughtspot:8443").optional(),
    THOUGHTSPOT_SECRET_KEY: key("THOUGHTSPOT_SECRET_KEY"),
    THOUGHTSPOT_SECRET_KEY_NEXT: key("THOUGHTSPOT_SECRET_KEY_NEXT").optional(),
    THOUGHTSPOT_LOGIN: z
      .enum(["cookieless", "cookie", "redirect"], {
        error: "THOUGHTSPOT_LOGIN must be cookieless, cookie or redirect.",
      })
      .optional(),
    THOUGHTSPOT_TOKEN: z.enum(["full", "object"], { error: "THOUGHTSPOT_TOKEN must be full or object." }).optional(),
    THOUGHTSPOT_RELEASE: z
      .string()
      .regex(/^\d{1,3}\.\d{1,2}(\.|$)/, "THOUGHTSPOT_RELEASE must be ThoughtSpot's release, such as 26.11.")
      .optional(),
    THOUGHTSPOT_ADMIN_USERNAME: z
      .string()
      .regex(/^[^\p{Cc}\s]{1,255}$/u, "THOUGHTSPOT_ADMIN_USERNAME must be one ThoughtSpot username, without spaces.")
      .optional(),
    THOUGHTSPOT_ORG_ID: z
      .string()
      .regex(/^\d{1,9}$/, "THOUGHTSPOT_ORG_ID must be a whole number; 0 is the Primary org.")
      .optional(),
    THOUGHTSPOT_V1_PREFIX: z
      .string()
      .regex(/^(\/|(\/[\w.-]+)+)$/, "THOUGHTSPOT_V1_PREFIX must be a path such as /callosum/v1, or / for none.")
      .optional(),
    THOUGHTSPOT_V1_LOGIN_PATH: z
      .enum(["session/auth/token", "session/login/token"], {
        error: "THOUGHTSPOT_V1_LOGIN_PATH must be session/auth/token or session/login/token.",
      })
      .optional(),
    THOUGHTSPOT_TOKEN_CHECK: z.enum(["on", "off"], { error: "THOUGHTSPOT_TOKEN_CHECK must be on or off." }).optional(),
    THOUGHTSPOT_AUTO_CREATE: z.enum(["on", "off"], { error: "THOUGHTSPOT_AUTO_CREATE must be on or off." }).optional(),
  })
  .transform((values) => ({
    url: withoutTrailingSlash(values.THOUGHTSPOT_URL),
    internalUrl: withoutTrailingSlash(values.THOUGHTSPOT_INTERNAL_URL ?? values.THOUGHTSPOT_URL),
    secretKeys: [
      values.THOUGHTSPOT_SECRET_KEY,
      ...(values.THOUGHTSPOT_SECRET_KEY_NEXT ? [values.THOUGHTSPOT_SECRET_KEY_NEXT] : []),
    ],
    login: values.THOUGHTSPOT_LOGIN ?? "cookieless",
    token: values.THOUGHTSPOT_TOKEN ?? "full",
    orgId: Number(values.THOUGHTSPOT_ORG_ID ?? 0),
    namesOrgs: isAtLeast(values.THOUGHTSPOT_RELEASE ?? "", 26, 11),
    adminUsername: values.THOUGHTSPOT_ADMIN_USERNAME ?? null,
    // The whole path up to `session/…` is understood as well.
    v1Prefix: (values.THOUGHTSPOT_V1_PREFIX ?? "/callosum/v1").replace(/\/$/, "").replace(/\/tspublic\/v1$/, ""),
    v1LoginPath: values.THOUGHTSPOT_V1_LOGIN_PATH ?? "session/auth/token",
    tokenCheck: values.THOUGHTSPOT_TOKEN_CHECK !== "off",
    autoCreate: values.THOUGHTSPOT_AUTO_CREATE === "on",
  }));

/** Whether a release such as `26.11.0.cl` is the one named or a later one. */
function isAtLeast(release: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = release.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

export const environment: VendorEnvironment<ThoughtSpotConfig> = {
  variables: [
    "THOUGHTSPOT_URL",
    "THOUGHTSPOT_INTERNAL_URL",
    "THOUGHTSPOT_SECRET_KEY",
    "THOUGHTSPOT_SECRET_KEY_NEXT",
    "THOUGHTSPOT_LOGIN",
    "THOUGHTSPOT_TOKEN",
    "THOUGHTSPOT_RELEASE",
    "THOUGHTSPOT_ADMIN_USERNAME",
    "THOUGHTSPOT_ORG_ID",
    "THOUGHTSPOT_V1_PREFIX",
    "THOUGHTSPOT_V1_LOGIN_PATH",
    "THOUGHTSPOT_TOKEN_CHECK",
    "THOUGHTSPOT_AUTO_CREATE",
  ],
  schema,
  sandbox({ thoughtspot } = sandboxServices()) {
    return {
      THOUGHTSPOT_URL: thoughtspot.origin,
      THOUGHTSPOT_INTERNAL_URL: thoughtspot.internalOrigin,
      THOUGHTSPOT_SECRET_KEY: sandboxGuid("thoughtspot:secret-key"),
      THOUGHTSPOT_ADMIN_USERNAME: "tsadmin",
      // A protected preview lets nothing by without the visitor's cookie: neither cookieless calls nor the token check.
      ...(thoughtspot.mounted ? { THOUGHTSPOT_LOGIN: "cookie", THOUGHTSPOT_TOKEN_CHECK: "off" } : {}),
    };
  },
};
