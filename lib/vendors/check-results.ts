import "server-only";
/** What the vendors' checks have in common: their results, and the findings that every vendor can have. */
import type { VendorAnswer } from "@/lib/broker/vendor-call";
import { getConfig } from "@/lib/config/config";
import type { CheckResult } from "./vendor";

export const ok = (detail?: string): CheckResult => ({ result: "ok", ...(detail ? { detail } : {}) });

/** Where to change something: in words, and the vendor's page for it where it has an address. */
export interface Place {
  readonly where: string;
  readonly href?: string;
}

const at = (place: string | Place): Place => (typeof place === "string" ? { where: place } : place);

/** @param place the screen, setting or variable to change */
export const failed = (detail: string, place: string | Place, fix: string): CheckResult => ({
  result: "failed",
  detail,
  ...at(place),
  fix,
});

/** @param place the screen, setting or variable to change */
export const warning = (detail: string, place: string | Place, fix: string): CheckResult => ({
  result: "warning",
  detail,
  ...at(place),
  fix,
});

/** It cannot be judged here and now. */
export const notChecked = (detail: string): CheckResult => ({ result: "not checked", detail });

/** No examination without a user can judge it. */
export const beyondChecks = (detail: string): CheckResult => ({ result: "not checked", detail, beyond: true });

/**
 * Whether browsers load a product of this address inside the portal: over plain http they do not once the portal is on
 * https (https://www.w3.org/TR/mixed-content/), but for addresses of the machine itself.
 *
 * @param variable which variable holds the address
 */
export function mixedContent(address: string, variable: string): CheckResult {
  const [portal, product] = [new URL(getConfig().origin), new URL(address)];
  if (portal.protocol !== "https:" || product.protocol === "https:") return ok();
  return failed(
    `The portal is on https and ${product.origin} is not: browsers load nothing over plain http inside such a page.`,
    variable,
    `Serve ${product.host} over https and set ${variable} to that address.`,
  );
}

/** More and tokens of a minute's life fail now and then. */
const allowedSkewSeconds = 30;

/**
 * Whether the clocks of portal and product agree, by the answer's `Date`.
 *
 * @param server whose clock it is, e.g. `the Library Server`
 */
export function clockSkew(headers: Headers, server: string): CheckResult {
  const date = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(date)) return notChecked("Its answers have no date");
  const seconds = Math.round(Math.abs(Date.now() - date) / 1000);
  if (seconds <= allowedSkewSeconds) return ok(`${seconds} s apart`);
  return failed(
    `The clocks are ${seconds} s apart.`,
    `The clock of ${server}, or of the portal's server`,
    "Set the wrong one, and let it follow a time server (NTP): tokens live briefly.",
  );
}

/**
 * What an answer is that a product never gives, in words for a finding: `a redirect to https://login.example`.
 */
export function describeAnswer({ status, headers, text }: Pick<VendorAnswer, "status" | "headers" | "text">): string {
  const location = headers.get("location");
  if (status >= 300 && status < 400 && location)
    return URL.canParse(location) ? `a redirect to ${new URL(location).origin}` : "a redirect to another page";
  const page = /\bhtml\b/i.test(headers.get("content-type") ?? "") || /^\s*</.test(text);
  return page ? `a web page (status ${status})` : `status ${status}`;
}

/** The address over https when an answer only leads there; undefined otherwise. */
export function httpsOf(address: string, { status, headers }: Pick<VendorAnswer, "status" | "headers">) {
  const location = headers.get("location") ?? "";
  if (status < 300 || status >= 400 || !URL.canParse(location)) return undefined;
  const [asked, led] = [new URL(address), new URL(location)];
  const same = asked.hostname === led.hostname && asked.protocol === "http:" && led.protocol === "https:";
  return same ? `${led.origin}${asked.pathname.replace(/\/+$/, "")}` : undefined;
}
