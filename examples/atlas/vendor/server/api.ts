import "server-only";
/** Atlas's own words on the wire: signed addresses, and whether it answers. */
import { createHmac } from "node:crypto";
import type { CallContext } from "@/lib/broker/vendor-adapter";
import { callVendor } from "@/lib/broker/vendor-call";
import type { AtlasConfig } from "../config";
import { vendorName } from "../protocol";

/** What an address opens, and for which user. */
export interface Opening {
  readonly report: string;
  readonly account: string;
  /** Seconds since 1970. */
  readonly expires: number;
  readonly nonce: string;
}

export function signedAddress({ url, secretKey }: AtlasConfig, { report, account, expires, nonce }: Opening): string {
  const query = new URLSearchParams({ user: account, expires: String(expires), nonce });
  const path = `/embed/${encodeURIComponent(report)}?${query}`;
  const signature = createHmac("sha256", secretKey).update(path).digest("base64url");
  return `${url}${path}&signature=${signature}`;
}

/** Whether Atlas itself answers, and not something else at its address. */
export async function isAtlas({ config, signal }: Pick<CallContext<AtlasConfig>, "config" | "signal">) {
  const url = `${config.internalUrl}/api/health`;
  const answer = await callVendor({ vendor: "atlas", vendorName, method: "GET", url, signal });
  return answer.status === 200 && answer.text.includes('"atlas"');
}
