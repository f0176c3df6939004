/** The variables of Metabase, and what they become. */
import { z } from "zod";
import { sandboxSecret, sandboxServiceOf } from "@/lib/config/sandbox";
import { browserUrl, serverUrl, withoutTrailingSlash } from "@/lib/config/url-variable";
import type { VendorEnvironment } from "@/lib/vendors/vendor";

export interface MetabaseConfig {
  /** Where browsers reach it, without a trailing slash. */
  readonly url: string;
  /** Where the portal's server reaches it. */
  readonly internalUrl: string;
  /** Signs addresses. */
  readonly secretKey: string;
}

const schema: VendorEnvironment<MetabaseConfig>["schema"] = z
  .object({
    METABASE_URL: browserUrl(
      "METABASE_URL",
      "https://metabase.example.com",
      "set it to the address people open Metabase at",
    ),
    METABASE_INTERNAL_URL: serverUrl("METABASE_INTERNAL_URL", "http://metabase:8080").optional(),
    METABASE_SECRET_KEY: z
      .string({ error: "METABASE_SECRET_KEY is missing: copy it from Admin, Embedding." })
      .regex(
        /^[0-9a-f]{64}$/i,
        "METABASE_SECRET_KEY is not a key of 64 hexadecimal digits: copy it from Metabase again.",
      ),
  })
  .transform((env) => ({
    url: withoutTrailingSlash(env.METABASE_URL),
    internalUrl: withoutTrailingSlash(env.METABASE_INTERNAL_URL ?? env.METABASE_URL),
    secretKey: env.METABASE_SECRET_KEY,
  }));

export const environment: VendorEnvironment<MetabaseConfig> = {
  variables: ["METABASE_URL", "METABASE_INTERNAL_URL", "METABASE_SECRET_KEY"],
  schema,
  sandbox(services): Record<string, string> {
    const service = sandboxServiceOf("metabase", services);
    if (!service) return {};
    return {
      METABASE_URL: service.origin,
      METABASE_INTERNAL_URL: service.internalOrigin,
      METABASE_SECRET_KEY: Buffer.from(sandboxSecret("metabase:secret-key"), "base64url").toString("hex"),
    };
  },
};
