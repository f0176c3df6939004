/**
 * The closed list of what can go wrong: code → status, what ends it, sentences for a person, what helps. The portal's own
 * codes are here, those of a single vendor in its `problems.ts`. Safe to import in the browser. The page /problems has an
 * anchor for each code.
 */
import { vendorProblems } from "@/lib/vendors/problems";
import { type ProblemTable, type ProblemText, type Recovery, text } from "./text";

export const portalProblems = {
  // The request itself
  invalid_request: text(
    400,
    "terminal",
    "The request was not understood",
    "The portal could not read this request. Reload the page and try again.",
    "retry",
  ),
  unauthenticated: text(
    401,
    "needsUser",
    "Your portal session ended",
    "Sign in to continue where you were.",
    "sign-in",
  ),
  foreign_origin: text(
    403,
    "terminal",
    "Request from another site",
    "Only the portal's own pages may ask for this.",
    "home",
  ),
  missing_header: text(
    403,
    "terminal",
    "Request without the portal's header",
    "Only the portal's own pages may ask for this.",
    "home",
  ),
  not_found: text(404, "terminal", "Page not found", "There is no page at this address. It may have moved.", "home"),
  method_not_allowed: text(
    405,
    "terminal",
    "Method not allowed",
    "This address does not take that kind of request.",
    "home",
  ),
  payload_too_large: text(413, "terminal", "The request is too large", "The portal takes at most 4 KiB here.", "retry"),
  unsupported_media_type: text(
    415,
    "terminal",
    "Wrong content type",
    "The portal takes application/json here.",
    "retry",
  ),
  rate_limited: text(
    429,
    "transient",
    "Too many requests",
    "The portal received many requests in a short time. Wait a moment, then try again.",
    "retry",
  ),

  // Who may do what
  user_disabled: text(
    403,
    "terminal",
    "This account is disabled",
    "Your portal account is disabled. Ask your administrator to enable it.",
    "tell-admin",
    "sign-in",
  ),
  account_unmapped: text(
    403,
    "terminal",
    "No {vendor} account",
    "You are signed in, but no {vendor} account is mapped to you. Ask your administrator to add one.",
    "tell-admin",
    "home",
  ),
  item_forbidden: text(
    403,
    "terminal",
    "Not shared with you",
    "This item does not exist or is not shared with you.",
    "request-access",
    "home",
  ),
  persona_refused: text(
    403,
    "needsUser",
    "Sandbox personas stay in the sandbox",
    "A sandbox persona cannot open a real {vendor}. Sign in with your organization's account.",
    "sign-in",
  ),

  sign_in_again: text(
    403,
    "needsUser",
    "Sign in again to open {vendor}",
    "{vendor} opens with the sign-in of your organization, which the portal no longer holds. Sign in with your organization once more.",
    "sign-in",
    "home",
  ),

  // The vendor account of the user
  credential_missing: text(
    409,
    "needsUser",
    "Connect your {vendor} account",
    "{vendor} asks for your own login once. The portal keeps it sealed and signs you in from then on.",
    "connect",
  ),
  credential_unreadable: text(
    409,
    "needsUser",
    "Connect your {vendor} account again",
    "The portal can no longer read the {vendor} login that it stored for you. Link the account again.",
    "connect",
  ),
  credential_rejected: text(
    409,
    "needsUser",
    "{vendor} did not accept your login",
    "The linked name or password is wrong. Link the account again.",
    "connect",
  ),
  credential_expired: text(
    409,
    "needsUser",
    "Your {vendor} password has expired",
    "Change it in {vendor}, then link the account again.",
    "connect",
    "open-tab",
  ),
  account_locked: text(
    403,
    "terminal",
    "Your {vendor} account is locked",
    "{vendor} locked the account after failed logins. Ask its administrator to unlock it.",
    "tell-admin",
  ),
  account_disabled: text(
    403,
    "terminal",
    "Your {vendor} account is disabled",
    "{vendor} has disabled this account. Ask its administrator to enable it.",
    "tell-admin",
  ),
  account_unknown: text(
    403,
    "terminal",
    "{vendor} does not know you",
    "The account mapped to you does not exist in {vendor}. Ask your administrator to create or correct it.",
    "tell-admin",
  ),
  account_forbidden: text(
    403,
    "terminal",
    "{vendor} refuses access",
    "Your {vendor} account may not open this. Ask its owner to share it with you.",
    "tell-admin",
    "home",
  ),
  account_conflict: text(
    409,
    "terminal",
    "E-mail already used in {vendor}",
    "Another {vendor} account holds your e-mail address. Ask your administrator to link the two.",
    "tell-admin",
  ),
  session_cap: text(
    503,
    "needsUser",
    "Too many {vendor} sessions",
    "{vendor} allows no more sessions for you at the moment. Close other {vendor} windows and wait until they end.",
    "retry",
  ),

  // The vendor
  vendor_unconfigured: text(
    503,
    "terminal",
    "{vendor} is not set up",
    "The portal has no {vendor} configured.",
    "tell-admin",
    "home",
  ),
  vendor_unreachable: text(
    502,
    "transient",
    "{vendor} does not answer",
    "The portal cannot reach {vendor} at the moment.",
    "retry",
    "home",
  ),
  vendor_timeout: text(
    504,
    "transient",
    "{vendor} is too slow",
    "{vendor} took longer than five seconds to answer.",
    "retry",
    "home",
  ),
  vendor_busy: text(
    503,
    "transient",
    "{vendor} is busy",
    "{vendor} asked for a pause. Wait a moment, then try again.",
    "retry",
    "home",
  ),
  vendor_failed: text(
    502,
    "transient",
    "{vendor} had an error",
    "{vendor} answered with an error of its own.",
    "retry",
    "home",
  ),
  vendor_bad_answer: text(
    502,
    "transient",
    "{vendor} gave an unreadable answer",
    "The answer was not what {vendor} documents; perhaps a proxy answered instead.",
    "retry",
    "tell-admin",
  ),
  vendor_misconfigured: text(
    502,
    "terminal",
    "{vendor} refuses the portal",
    "{vendor} does not accept the portal's own access. Its administrator needs to check the setup.",
    "tell-admin",
    "retry",
  ),

  // The embed, in the browser
  offline: text(
    503,
    "transient",
    "You are offline",
    "The network is gone. The page continues when it is back.",
    "retry",
  ),
  embed_timeout: text(
    504,
    "needsUser",
    "{vendor} did not start",
    "{vendor} loaded but never became ready.",
    "retry",
    "open-tab",
  ),
  embed_blocked: text(
    502,
    "terminal",
    "{vendor} refuses to be shown here",
    "The browser blocked the frame. {vendor}'s administrator must allow this portal to embed it.",
    "open-tab",
    "retry",
    "tell-admin",
  ),
  sdk_unavailable: text(
    502,
    "needsUser",
    "{vendor} could not be loaded",
    "The script that shows {vendor} did not arrive.",
    "retry",
  ),
  cookies_blocked: text(
    403,
    "needsUser",
    "Your browser blocks {vendor}'s cookies",
    "{vendor} needs a cookie that this browser does not keep inside the portal.",
    "open-tab",
    "tell-admin",
  ),
  embed_refused: text(
    403,
    "needsUser",
    "{vendor} did not accept the sign-in",
    "{vendor} refused the token that the portal sent.",
    "retry",
    "open-tab",
    "tell-admin",
  ),
  embed_session_lost: text(
    401,
    "needsUser",
    "The {vendor} session ended",
    "{vendor} ended its session, and renewing it did not work.",
    "retry",
  ),
  embed_failed: text(
    502,
    "needsUser",
    "{vendor} reported an error",
    "{vendor} could not show this item.",
    "retry",
    "open-tab",
  ),
  kind_unsupported: text(
    501,
    "terminal",
    "{vendor} cannot show this here",
    "This version of {vendor} does not open this kind of item inside the portal. It opens in a new tab.",
    "open-tab",
    "tell-admin",
  ),
  item_missing: text(
    404,
    "terminal",
    "{vendor} does not have this item",
    "The item was moved or deleted in {vendor}.",
    "tell-admin",
    "home",
  ),

  // Messages
  room_unavailable: text(
    403,
    "needsUser",
    "You cannot post in this room",
    "The room is gone, or you may not write in it. Choose another room.",
    "retry",
  ),
  message_too_long: text(
    413,
    "needsUser",
    "The message is too long",
    "{vendor} takes shorter messages. Shorten the sentence, or share a view with fewer filters.",
    "retry",
  ),

  // The portal
  store_busy: text(
    503,
    "transient",
    "The portal's database is not available",
    "The portal cannot reach its database at the moment. Wait a moment, then try again.",
    "retry",
  ),
  portal_failed: text(
    500,
    "transient",
    "Something went wrong in the portal",
    "The portal hit an error it did not expect. It was recorded under the number below.",
    "retry",
    "home",
  ),
} as const satisfies ProblemTable;

export const problems = { ...portalProblems, ...vendorProblems };

export type ProblemCode = keyof typeof problems;

export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === "string" && Object.hasOwn(problems, code);
}

export const recoveryOf = (code: ProblemCode): Recovery => problems[code].recovery;

/** Whether the vendor did not answer at all, as opposed to an answer that is an error. */
export const isOutage = (code: ProblemCode): boolean => code === "vendor_unreachable" || code === "vendor_timeout";

/** The table's row with the product's name filled in. */
export function problemText(code: ProblemCode, vendorName = "The product"): ProblemText {
  const row: ProblemText = problems[code];
  const fill = (sentence: string) => sentence.replaceAll("{vendor}", vendorName);
  return { ...row, title: fill(row.title), detail: fill(row.detail) };
}
