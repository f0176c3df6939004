/** What goes wrong with Rocket.Chat alone. The portal's own codes, which all vendors share, are in lib/problem/codes.ts. */
import { type ProblemTable, text } from "@/lib/problem/text";

export const problems = {
  create_token_disabled: text(
    502,
    "terminal",
    "{vendor} does not create tokens",
    "Creating login tokens is switched off on the server, or its secret differs.",
    "tell-admin",
    "retry",
  ),
  second_factor_required: text(
    502,
    "terminal",
    "{vendor} wants a second factor from the portal",
    "The portal's service account needs a token that bypasses two-factor authentication.",
    "tell-admin",
    "retry",
  ),
} as const satisfies ProblemTable;
