/** Tokens are one line of visible text. What has control characters in it can neither be sent in a header nor be meant. */
import { Problem } from "@/lib/problem/problem";

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const controlCharacter = /[\u0000-\u001f\u007f]/;

/**
 * Refuses a token or header value with control characters: the vendor that gave it is at fault, not the portal.
 *
 * @param values a grant, or the headers of a call; what is no text is passed over
 * @throws Problem `vendor_failed`
 */
export function requirePrintable(values: object): void {
  for (const value of Object.values(values) as unknown[])
    if (typeof value === "string" && controlCharacter.test(value))
      throw new Problem("vendor_failed", { reference: "control characters in a token" });
}
