import "server-only";
/** This portal's Rocket.Chat, typed: the registry and the broker know no vendor's own types. */
import { z } from "zod";
import { type GrantOrder, grantFor } from "@/lib/grants/grant";
import { Problem } from "@/lib/problem/problem";
import { configuredVendor } from "@/lib/vendors/configured";
import { type Config, configSchema } from "../config";
import { type Grant, vendorName } from "../protocol";

const vendorId = "rocketchat";

const grantSchema: z.ZodType<Grant> = z.object({ token: z.string(), userId: z.string(), expiresAt: z.string() });

/** @throws Problem `vendor_unconfigured` where this portal has no Rocket.Chat */
export function configHere(): Config {
  const configured = configuredVendor(vendorId);
  if (!configured) throw new Problem("vendor_unconfigured", { vendorName });
  return configSchema.parse(configured.config);
}

/** The login token of a portal session. @throws Problem, audited */
export async function grantHere(order: Omit<GrantOrder, "vendorId">): Promise<Grant> {
  return grantSchema.parse(await grantFor({ ...order, vendorId }));
}
