/** The variables of Atlas, and what they become. */
import { z } from "zod";
import { sandboxSecret, sandboxServiceOf } from "@/lib/config/sandbox";
import { browserUrl, serverUrl, withoutTrailingSlash } from "@/lib/config/url-variable";
import type { VendorEnvironment } from "@/lib/vendors/vendor";

export interface AtlasConfig {
  /** Where browsers reach it, without a trailing slash. */
  readonly url: string;
  /** Where the portal's server reaches it. */
  readonly internalUrl: string;
  /** Signs addresses. */
  readonly secretKey: string;
}

const schema: VendorEnvironment<AtlasConfig>["schema"] = z
  .object({
    ATLAS_URL: browserUrl("ATLAS_URL", "https://atlas.example.com", "set it to the address people open Atlas at"),
    ATLAS_INTERNAL_URL: serverUrl("ATLAS_INTERNAL_URL", "http://atlas:8080").optional(),
    ATLAS_SECRET_KEY: z
      .string({ error: "ATLAS_SECRET_KEY is missing: copy it from Atlas, Settings, Embedding." })
      .regex(/^[\x21-\x7e]{32,}$/, "ATLAS_SECRET_KEY is not a key of 32 or more characters: copy it from Atlas again."),
  })
  .transform((env) => ({
    url: withoutTrailingSlash(env.ATLAS_URL),
    internalUrl: withoutTrailingSlash(env.ATLAS_INTERNAL_URL ?? env.ATLAS_URL),
    secretKey: env.ATLAS_SECRET_KEY,
  }));

export const environment: VendorEnvironment<AtlasConfig> = {
  variables: ["ATLAS_URL", "ATLAS_INTERNAL_URL", "ATLAS_SECRET_KEY"],
  schema,
  sandbox(services): Record<string, string> {
    const service = sandboxServiceOf("atlas", services);
    if (!service) return {};
    return {
      ATLAS_URL: service.origin,
      ATLAS_INTERNAL_URL: service.internalOrigin,
      ATLAS_SECRET_KEY: sandboxSecret("atlas:secret-key"),
    };
  },
};
