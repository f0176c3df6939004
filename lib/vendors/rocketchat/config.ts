import "server-only";
/** The variables of Rocket.Chat, and what they become. */
import { z } from "zod";
import { sandboxSecret, sandboxServices } from "@/lib/config/sandbox";
import { secretVariable } from "@/lib/config/secret-variable";
import { browserUrl, serverUrl, withoutTrailingSlash } from "@/lib/config/url-variable";
import type { VendorEnvironment } from "../vendor";

/** The configuration as it is used, after {@link environment} has read and checked the variables. */
export const configSchema = z.object({
  /** Where browsers reach it, without a trailing slash; may have a path. */
  url: z.string(),
  /** The origin of `url`: the one that messages go to and come from. */
  origin: z.string(),
  /** Where the portal's server reaches it, without a trailing slash. */
  internalUrl: z.string(),
  serviceUserId: z.string(),
  serviceToken: z.string(),
  /** How login tokens are made: by `users.createToken`, or by logging in with a password that the portal derives. */
  login: z.enum(["create-token", "password"]),
  /** The server's `CREATE_TOKENS_FOR_USERS_SECRET`; 7.x has none. */
  createTokenSecret: z.string().nullable(),
  passwordKey: z.string().nullable(),
});

export type Config = Readonly<z.infer<typeof configSchema>>;

const variables = [
  "ROCKETCHAT_URL",
  "ROCKETCHAT_INTERNAL_URL",
  "ROCKETCHAT_SERVICE_USER_ID",
  "ROCKETCHAT_SERVICE_TOKEN",
  "ROCKETCHAT_LOGIN",
  "ROCKETCHAT_CREATE_TOKEN_SECRET",
  "ROCKETCHAT_PASSWORD_KEY",
] as const;

const needed = (name: string, fix: string) =>
  z.string({ error: `${name} is missing: ${fix}` }).min(1, `${name} is missing: ${fix}`);

const schema = z
  .object({
    ROCKETCHAT_URL: browserUrl(
      "ROCKETCHAT_URL",
      "https://chat.example.com",
      "set it to the address people open Rocket.Chat at",
    ),
    ROCKETCHAT_INTERNAL_URL: serverUrl("ROCKETCHAT_INTERNAL_URL", "http://rocketchat:3000").optional(),
    ROCKETCHAT_SERVICE_USER_ID: needed(
      "ROCKETCHAT_SERVICE_USER_ID",
      "set it to the user id that Rocket.Chat shows beside the service account's personal access token.",
    ),
    ROCKETCHAT_SERVICE_TOKEN: needed(
      "ROCKETCHAT_SERVICE_TOKEN",
      "set it to a personal access token of the service account, made with “Ignore Two Factor Authentication”.",
    ),
    ROCKETCHAT_LOGIN: z
      .enum(["create-token", "password"], { error: "ROCKETCHAT_LOGIN must be create-token or password." })
      .default("create-token"),
    ROCKETCHAT_CREATE_TOKEN_SECRET: z.string().optional(),
    ROCKETCHAT_PASSWORD_KEY: secretVariable("ROCKETCHAT_PASSWORD_KEY").optional(),
  })
  .refine((env) => env.ROCKETCHAT_LOGIN !== "password" || env.ROCKETCHAT_PASSWORD_KEY, {
    error:
      "ROCKETCHAT_PASSWORD_KEY is missing: ROCKETCHAT_LOGIN=password derives passwords from it. Make one with `openssl rand -base64 33`.",
  })
  .transform((env): Config => {
    const url = withoutTrailingSlash(env.ROCKETCHAT_URL);
    return {
      url,
      origin: new URL(url).origin,
      internalUrl: withoutTrailingSlash(env.ROCKETCHAT_INTERNAL_URL ?? url),
      serviceUserId: env.ROCKETCHAT_SERVICE_USER_ID,
      serviceToken: env.ROCKETCHAT_SERVICE_TOKEN,
      login: env.ROCKETCHAT_LOGIN,
      createTokenSecret: env.ROCKETCHAT_CREATE_TOKEN_SECRET ?? null,
      passwordKey: env.ROCKETCHAT_PASSWORD_KEY ?? null,
    };
  });

/** The sandbox's service account; sandbox/rocketchat has the same id. */
const sandboxServiceUserId = "sandboxPortalBroker";

export const environment: VendorEnvironment<Config> = {
  variables,
  schema: schema as VendorEnvironment<Config>["schema"],
  sandbox({ rocketchat } = sandboxServices()) {
    return {
      ROCKETCHAT_URL: rocketchat.origin,
      ROCKETCHAT_INTERNAL_URL: rocketchat.internalOrigin,
      ROCKETCHAT_SERVICE_USER_ID: sandboxServiceUserId,
      ROCKETCHAT_SERVICE_TOKEN: sandboxSecret("rocketchat:service-token"),
      ROCKETCHAT_CREATE_TOKEN_SECRET: sandboxSecret("rocketchat:create-token"),
      ROCKETCHAT_PASSWORD_KEY: sandboxSecret("rocketchat:password-key"),
    };
  },
};
