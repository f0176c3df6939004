/** The check of every variable that holds an address, the portal's own and each vendor's. */
import { z } from "zod";
import { isCspOrigin } from "@/lib/security/csp";

/** An absolute http or https address without user info, query and fragment: a base that paths can be put after. */
function isBase(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && !url.username && !url.password && !/[?#]/.test(value);
}

/**
 * An address that the portal's server calls. Trailing slashes stay: in an issuer they count.
 *
 * @param name the variable, which the sentences begin with
 * @param example what it may look like
 * @param missing what to do when it is not set, e.g. `set it to the address people open Rocket.Chat at`
 */
export function serverUrl(name: string, example: string, missing = `set it, e.g. ${example}`) {
  const malformed = `${name} must be an absolute http or https address such as ${example}.`;
  return z
    .string({ error: (issue) => (issue.input === undefined ? `${name} is missing: ${missing}.` : malformed) })
    .refine(isBase, { error: malformed, abort: true });
}

/** A {@link serverUrl} that pages load too: its origin must have a place in a Content-Security-Policy. */
export function browserUrl(name: string, example: string, missing?: string) {
  return serverUrl(name, example, missing).refine((value) => isCspOrigin(new URL(value).origin), {
    error: `${name} must name a host by letters, digits, dots and dashes: a Content-Security-Policy has no place for an IPv6 address or an underscore.`,
    abort: true,
  });
}

/** An address without its trailing slashes, so that a path can be put after it. */
export const withoutTrailingSlash = (url: string) => url.replace(/\/+$/, "");
