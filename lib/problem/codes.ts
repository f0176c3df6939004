/**
 * The closed list of what can go wrong, in one table: code → status, sentences for a person, what helps, docs anchor.
 * Safe to import in the browser. The page /problems has an anchor for each code.
 */

/** What the page may offer beside a failure. */
export type Remedy =
  | "retry" // ask again, in place
  | "sign-in" // the portal session has ended
  | "connect" // link the vendor account on /account/connections
  | "open-tab" // open the product itself in a new tab
  | "home" // back to the launchpad
  | "tell-admin"; // an administrator must act

export interface ProblemText {
  readonly status: number;
  readonly title: string;
  /** What it means for the person, in a sentence. `{vendor}` is replaced by the product's name. */
  readonly detail: string;
  readonly remedies: readonly Remedy[];
}

const text = (status: number, title: string, detail: string, ...remedies: Remedy[]): ProblemText => ({
  status,
  title,
  detail,
  remedies,
});

export const problems = {
  // The request itself
  invalid_request: text(
    400,
    "The request was not understood",
    "The portal could not read this request. Reload the page and try again.",
    "retry",
  ),
  unauthenticated: text(401, "Your portal session ended", "Sign in to continue where you were.", "sign-in"),
  foreign_origin: text(403, "Request from another site", "Only the portal's own pages may ask for this.", "home"),
  missing_header: text(
    403,
    "Request without the portal's header",
    "Only the portal's own pages may ask for this.",
    "home",
  ),
  not_found: text(404, "Page not found", "There is no page at this address. It may have moved.", "home"),
  method_not_allowed: text(405, "Method not allowed", "This address does not take that kind of request.", "home"),
  payload_too_large: text(413, "The request is too large", "The portal takes at most 4 KiB here.", "retry"),
  unsupported_media_type: text(415, "Wrong content type", "The portal takes application/json here.", "retry"),
  rate_limited: text(
    429,
    "Too many requests",
    "The portal received many requests in a short time. Wait a moment, then try again.",
    "retry",
  ),

  // Who may do what
  user_disabled: text(
    403,
    "This account is disabled",
    "Your portal account is disabled. Ask your administrator to enable it.",
    "tell-admin",
    "sign-in",
  ),
  account_unmapped: text(
    403,
    "No {vendor} account",
    "You are signed in, but no {vendor} account is mapped to you. Ask your administrator to add one.",
    "tell-admin",
    "home",
  ),
  item_forbidden: text(403, "Not shared with you", "This item does not exist or is not shared with you.", "home"),
  persona_refused: text(
    403,
    "Sandbox personas stay in the sandbox",
    "A sandbox persona cannot open a real {vendor}. Sign in with your organization's account.",
    "sign-in",
  ),

  sign_in_again: text(
    403,
    "Sign in again to open {vendor}",
    "{vendor} opens with the sign-in of your organization, which the portal no longer holds. Sign in with your organization once more.",
    "sign-in",
    "home",
  ),

  // The vendor account of the user
  credential_missing: text(
    409,
    "Connect your {vendor} account",
    "{vendor} asks for your own login once. The portal keeps it sealed and signs you in from then on.",
    "connect",
  ),
  credential_unreadable: text(
    409,
    "Connect your {vendor} account again",
    "The portal can no longer read the {vendor} login that it stored for you. Link the account again.",
    "connect",
  ),
  credential_rejected: text(
    409,
    "{vendor} did not accept your login",
    "The linked name or password is wrong. Link the account again.",
    "connect",
  ),
  credential_expired: text(
    409,
    "Your {vendor} password has expired",
    "Change it in {vendor}, then link the account again.",
    "connect",
    "open-tab",
  ),
  account_locked: text(
    403,
    "Your {vendor} account is locked",
    "{vendor} locked the account after failed logins. Ask its administrator to unlock it.",
    "tell-admin",
  ),
  account_disabled: text(
    403,
    "Your {vendor} account is disabled",
    "{vendor} has disabled this account. Ask its administrator to enable it.",
    "tell-admin",
  ),
  account_unknown: text(
    403,
    "{vendor} does not know you",
    "The account mapped to you does not exist in {vendor}. Ask your administrator to create or correct it.",
    "tell-admin",
  ),
  account_forbidden: text(
    403,
    "{vendor} refuses access",
    "Your {vendor} account may not open this. Ask its owner to share it with you.",
    "tell-admin",
    "home",
  ),
  no_rows: text(
    403,
    "No rows are shared with you",
    "{vendor} shows only the rows that are yours here, and you have none. Ask the owner of this item, or your administrator, for access.",
    "tell-admin",
    "home",
  ),
  account_conflict: text(
    409,
    "E-mail already used in {vendor}",
    "Another {vendor} account holds your e-mail address. Ask your administrator to link the two.",
    "tell-admin",
  ),
  session_cap: text(
    503,
    "Too many {vendor} sessions",
    "{vendor} allows no more sessions for you at the moment. Close other {vendor} windows and wait until they end.",
    "retry",
  ),

  // The vendor
  vendor_unconfigured: text(
    503,
    "{vendor} is not set up",
    "The portal has no {vendor} configured.",
    "tell-admin",
    "home",
  ),
  vendor_unreachable: text(
    502,
    "{vendor} does not answer",
    "The portal cannot reach {vendor} at the moment.",
    "retry",
    "home",
  ),
  vendor_timeout: text(
    504,
    "{vendor} is too slow",
    "{vendor} took longer than five seconds to answer.",
    "retry",
    "home",
  ),
  vendor_busy: text(
    503,
    "{vendor} is busy",
    "{vendor} asked for a pause. Wait a moment, then try again.",
    "retry",
    "home",
  ),
  vendor_failed: text(502, "{vendor} had an error", "{vendor} answered with an error of its own.", "retry", "home"),
  vendor_bad_answer: text(
    502,
    "{vendor} gave an unreadable answer",
    "The answer was not what {vendor} documents; perhaps a proxy answered instead.",
    "retry",
    "tell-admin",
  ),
  vendor_misconfigured: text(
    502,
    "{vendor} refuses the portal",
    "{vendor} does not accept the portal's own access. Its administrator needs to check the setup.",
    "tell-admin",
    "retry",
  ),
  secret_key_missing: text(
    502,
    "{vendor} cannot issue identity tokens",
    "No identity-token secret key is set on the Library Server.",
    "tell-admin",
    "retry",
  ),
  trusted_auth_disabled: text(
    502,
    "Trusted authentication is off",
    "Trusted authentication is switched off in {vendor}. Its administrator must turn it on and give the portal the new key.",
    "tell-admin",
    "retry",
  ),
  secret_key_rejected: text(
    502,
    "{vendor} does not take the portal's key",
    "The secret key of trusted authentication was replaced in {vendor}. Its administrator must give the portal the new one.",
    "tell-admin",
    "retry",
  ),
  multi_factor_required: text(
    403,
    "{vendor} asks for a second factor",
    "Multi-factor authentication is on in {vendor}, so a token cannot open a session there.",
    "tell-admin",
    "open-tab",
  ),
  create_token_disabled: text(
    502,
    "{vendor} does not create tokens",
    "Creating login tokens is switched off on the server, or its secret differs.",
    "tell-admin",
    "retry",
  ),
  second_factor_required: text(
    502,
    "{vendor} wants a second factor from the portal",
    "The portal's service account needs a token that bypasses two-factor authentication.",
    "tell-admin",
    "retry",
  ),

  // The embed, in the browser
  offline: text(503, "You are offline", "The network is gone. The page continues when it is back.", "retry"),
  embed_timeout: text(504, "{vendor} did not start", "{vendor} loaded but never became ready.", "retry", "open-tab"),
  embed_blocked: text(
    502,
    "{vendor} refuses to be shown here",
    "The browser blocked the frame. {vendor}'s administrator must allow this portal to embed it.",
    "open-tab",
    "retry",
    "tell-admin",
  ),
  sdk_unavailable: text(502, "{vendor} could not be loaded", "The script that shows {vendor} did not arrive.", "retry"),
  cookies_blocked: text(
    403,
    "Your browser blocks {vendor}'s cookies",
    "{vendor} needs a cookie that this browser does not keep inside the portal.",
    "open-tab",
    "tell-admin",
  ),
  vendor_signed_out: text(
    403,
    "Sign in to {vendor} first",
    "This item opens with your own {vendor} session, and this browser has none.",
    "open-tab",
    "retry",
  ),
  embed_refused: text(
    403,
    "{vendor} did not accept the sign-in",
    "{vendor} refused the token that the portal sent.",
    "retry",
    "open-tab",
    "tell-admin",
  ),
  embed_session_lost: text(
    401,
    "The {vendor} session ended",
    "{vendor} ended its session, and renewing it did not work.",
    "retry",
  ),
  embed_failed: text(502, "{vendor} reported an error", "{vendor} could not show this item.", "retry", "open-tab"),
  kind_unsupported: text(
    501,
    "{vendor} cannot show this here",
    "This version of {vendor} does not open this kind of item inside the portal. It opens in a new tab.",
    "open-tab",
    "tell-admin",
  ),
  item_missing: text(
    404,
    "{vendor} does not have this item",
    "The item was moved or deleted in {vendor}.",
    "tell-admin",
    "home",
  ),

  // The portal
  store_busy: text(
    503,
    "The portal's database is not available",
    "The portal cannot reach its database at the moment. Wait a moment, then try again.",
    "retry",
  ),
  portal_failed: text(
    500,
    "Something went wrong in the portal",
    "The portal hit an error it did not expect. It was recorded under the number below.",
    "retry",
    "home",
  ),
} as const satisfies Record<string, ProblemText>;

export type ProblemCode = keyof typeof problems;

export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === "string" && Object.hasOwn(problems, code);
}

/**
 * What ends a problem: time (`transient`: asking again may work, and the frame does so by itself), something that the user
 * does in the portal or at the vendor (`needsUser`), or only someone else (`terminal`).
 */
export type Recovery = "transient" | "needsUser" | "terminal";

const recoveries = {
  invalid_request: "terminal",
  unauthenticated: "needsUser",
  foreign_origin: "terminal",
  missing_header: "terminal",
  not_found: "terminal",
  method_not_allowed: "terminal",
  payload_too_large: "terminal",
  unsupported_media_type: "terminal",
  rate_limited: "transient",
  user_disabled: "terminal",
  account_unmapped: "terminal",
  item_forbidden: "terminal",
  persona_refused: "needsUser",
  sign_in_again: "needsUser",
  credential_missing: "needsUser",
  credential_unreadable: "needsUser",
  credential_rejected: "needsUser",
  credential_expired: "needsUser",
  account_locked: "terminal",
  account_disabled: "terminal",
  account_unknown: "terminal",
  account_forbidden: "terminal",
  account_conflict: "terminal",
  session_cap: "needsUser",
  vendor_unconfigured: "terminal",
  vendor_unreachable: "transient",
  vendor_timeout: "transient",
  vendor_busy: "transient",
  vendor_failed: "transient",
  vendor_bad_answer: "transient",
  vendor_misconfigured: "terminal",
  secret_key_missing: "terminal",
  trusted_auth_disabled: "terminal",
  create_token_disabled: "terminal",
  second_factor_required: "terminal",
  multi_factor_required: "needsUser",
  no_rows: "terminal",
  secret_key_rejected: "terminal",
  offline: "transient",
  embed_timeout: "needsUser",
  embed_blocked: "terminal",
  sdk_unavailable: "needsUser",
  cookies_blocked: "needsUser",
  vendor_signed_out: "needsUser",
  embed_refused: "needsUser",
  embed_session_lost: "needsUser",
  embed_failed: "needsUser",
  kind_unsupported: "terminal",
  item_missing: "terminal",
  store_busy: "transient",
  portal_failed: "transient",
} as const satisfies Record<ProblemCode, Recovery>;

export const recoveryOf = (code: ProblemCode): Recovery => recoveries[code];

/** Whether the vendor did not answer at all, as opposed to an answer that is an error. */
export const isOutage = (code: ProblemCode): boolean => code === "vendor_unreachable" || code === "vendor_timeout";

/** The table's row with the product's name filled in. */
export function problemText(code: ProblemCode, vendorName = "The product"): ProblemText {
  const row: ProblemText = problems[code];
  const fill = (sentence: string) => sentence.replaceAll("{vendor}", vendorName);
  return { ...row, title: fill(row.title), detail: fill(row.detail) };
}
