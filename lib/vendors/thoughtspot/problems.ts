/** What goes wrong with ThoughtSpot alone. The portal's own codes, which all vendors share, are in lib/problem/codes.ts. */
import { type ProblemTable, text } from "@/lib/problem/text";

export const problems = {
  trusted_auth_disabled: text(
    502,
    "terminal",
    "Trusted authentication is off",
    "Trusted authentication is switched off in {vendor}. Its administrator must turn it on and give the portal the new key.",
    "tell-admin",
    "retry",
  ),
  secret_key_rejected: text(
    502,
    "terminal",
    "{vendor} does not take the portal's key",
    "The secret key of trusted authentication was replaced in {vendor}. Its administrator must give the portal the new one.",
    "tell-admin",
    "retry",
  ),
  multi_factor_required: text(
    403,
    "needsUser",
    "{vendor} asks for a second factor",
    "Multi-factor authentication is on in {vendor}, so a token cannot open a session there.",
    "tell-admin",
    "open-tab",
  ),
  no_rows: {
    ...text(
      403,
      "terminal",
      "No rows are shared with you",
      "{vendor} shows only the rows that are yours here, and you have none. Ask the owner of this item, or your administrator, for access.",
      "tell-admin",
      "home",
    ),
    about: "item",
  },
} as const satisfies ProblemTable;
