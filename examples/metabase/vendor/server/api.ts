import "server-only";
/** Metabase on the wire: signed embedding addresses, and whether it answers. Sources in README.md. */
import { SignJWT } from "jose";
import type { CallContext } from "@/lib/broker/vendor-adapter";
import { callVendor } from "@/lib/broker/vendor-call";
import type { MetabaseConfig } from "../config";
import { vendorName } from "../protocol";

/** @param params values of the dashboard's locked parameters, each and no others */
export async function signedAddress(
  { url, secretKey }: MetabaseConfig,
  dashboard: number,
  params: Readonly<Record<string, string>>,
  expires: Date,
): Promise<string> {
  const token = await new SignJWT({ resource: { dashboard }, params })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setExpirationTime(expires)
    // The key's 64 digits are taken as text, not as the bytes that they spell.
    .sign(new TextEncoder().encode(secretKey));
  return `${url}/embed/dashboard/${token}#bordered=false&titled=false`;
}

/** Whether Metabase itself answers, and not something else at its address. */
export async function isMetabase({ config, signal }: Pick<CallContext<MetabaseConfig>, "config" | "signal">) {
  const url = `${config.internalUrl}/api/health`;
  const answer = await callVendor({ vendor: "metabase", vendorName, method: "GET", url, signal });
  return answer.status === 200 && /"status"\s*:\s*"ok"/.test(answer.text);
}
