/** What goes wrong with MicroStrategy alone. The portal's own codes, which all vendors share, are in lib/problem/codes.ts. */
import { type ProblemTable, text } from "@/lib/problem/text";

export const problems = {
  secret_key_missing: text(
    502,
    "terminal",
    "{vendor} cannot issue identity tokens",
    "No identity-token secret key is set on the Library Server.",
    "tell-admin",
    "retry",
  ),
  vendor_signed_out: {
    ...text(
      403,
      "needsUser",
      "Sign in to {vendor} first",
      "This item opens with your own {vendor} session, and this browser has none.",
      "open-tab",
      "retry",
    ),
    about: "browser",
  },
} as const satisfies ProblemTable;
