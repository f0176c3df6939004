/** The variables of Superset, and what they become. */
import { z } from "zod";
import { sandboxSecret, sandboxServiceOf } from "@/lib/config/sandbox";
import { browserUrl, serverUrl, withoutTrailingSlash } from "@/lib/config/url-variable";
import type { VendorEnvironment } from "@/lib/vendors/vendor";

export interface SupersetConfig {
  /** Where browsers reach it, without a trailing slash. */
  readonly url: string;
  /** Where the portal's server reaches it. */
  readonly internalUrl: string;
  /** The service account, with the permission `can grant guest token` and no other. */
  readonly username: string;
  readonly password: string;
}

const given = (name: string) =>
  z.string({ error: `${name} is missing: set it for the service account.` }).min(1, `${name} is empty.`);

const schema: VendorEnvironment<SupersetConfig>["schema"] = z
  .object({
    SUPERSET_URL: browserUrl(
      "SUPERSET_URL",
      "https://superset.example.com",
      "set it to the address people open Superset at",
    ),
    SUPERSET_INTERNAL_URL: serverUrl("SUPERSET_INTERNAL_URL", "http://superset:8088").optional(),
    SUPERSET_USERNAME: given("SUPERSET_USERNAME"),
    SUPERSET_PASSWORD: given("SUPERSET_PASSWORD"),
  })
  .transform((env) => ({
    url: withoutTrailingSlash(env.SUPERSET_URL),
    internalUrl: withoutTrailingSlash(env.SUPERSET_INTERNAL_URL ?? env.SUPERSET_URL),
    username: env.SUPERSET_USERNAME,
    password: env.SUPERSET_PASSWORD,
  }));

export const environment: VendorEnvironment<SupersetConfig> = {
  variables: ["SUPERSET_URL", "SUPERSET_INTERNAL_URL", "SUPERSET_USERNAME", "SUPERSET_PASSWORD"],
  schema,
  sandbox(services): Record<string, string> {
    const service = sandboxServiceOf("superset", services);
    if (!service) return {};
    return {
      SUPERSET_URL: service.origin,
      SUPERSET_INTERNAL_URL: service.internalOrigin,
      SUPERSET_USERNAME: "portal",
      SUPERSET_PASSWORD: sandboxSecret("superset:password"),
    };
  },
};
