import "server-only";
/**
 * Calls that a preview makes to the sandbox it serves itself. They go out to the portal's public address and come in again
 * there, so that the emulators' memory is the one that the browser meets, however Vercel spreads pages and routes over functions
 * (docs/decisions/0016).
 */
import { headers as requestHeaders } from "next/headers";
import { getConfig } from "@/lib/config/config";
import { isLocalhostName } from "@/lib/config/loopback";
import { requestOrigin } from "@/lib/config/request-origin";
import { sandboxMountPath } from "@/lib/config/sandbox";

export interface SelfCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The cookies by which Vercel knows a visitor who may see a protected preview. */
const isPass = (pair: string) => pair.startsWith("_vercel_");

/**
 * Turns a call to the mounted sandbox into one that arrives: at the address the visitor is on, past the deployment
 * protection. Null for every other call.
 *
 * The pass is the visitor's own, or the deployment's secret when one was made (Vercel: [Protection Bypass for
 * Automation](https://vercel.com/docs/deployment-protection/methods-to-bypass-deployment-protection/protection-bypass-automation)).
 * The secret goes only to addresses that Vercel named.
 */
export async function resolveSelfCall(url: string): Promise<SelfCall | null> {
  const { origin, alsoAt, sandboxMounted } = getConfig();
  if (!sandboxMounted || !url.startsWith(`${origin}${sandboxMountPath}/`)) return null;
  const asked = await askedBy();
  const visited = asked ? requestOrigin(asked) : origin;
  const secret = process.env.VERCEL_AUTOMATION_BYPASS_SECRET?.trim();
  const cookie = (asked?.get("cookie") ?? "").split(/;\s*/).filter(isPass).join("; ");
  return {
    url: reachable(visited) + url.slice(origin.length),
    headers: {
      ...(secret && [origin, ...alsoAt].includes(visited) ? { "x-vercel-protection-bypass": secret } : {}),
      ...(cookie ? { cookie } : {}),
    },
  };
}

/** The headers of the request that is being answered; null outside of one, e.g. in the sweep. */
async function askedBy(): Promise<Headers | null> {
  try {
    return await requestHeaders();
  } catch {
    return null;
  }
}

/** Node 20 does not resolve `*.localhost`. */
function reachable(origin: string): string {
  const url = new URL(origin);
  if (isLocalhostName(url.hostname)) url.hostname = "127.0.0.1";
  return url.origin;
}

/** Whether the portal itself gave an answer: each of its own carries a request id. */
export const isOwnAnswer = (headers: Headers): boolean => headers.has("x-request-id");
