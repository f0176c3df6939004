/** Which problems say something about how a vendor is. Safe to import in the browser. */
import { type ProblemCode, problems } from "./codes";
import type { About, ProblemText } from "./text";

/** Problems of the portal, of one item, or of the user's own doing: they say nothing about the vendor. */
const unrelated: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  "invalid_request",
  "unauthenticated",
  "foreign_origin",
  "missing_header",
  "not_found",
  "method_not_allowed",
  "payload_too_large",
  "unsupported_media_type",
  "rate_limited",
  "user_disabled",
  "account_unmapped",
  "item_forbidden",
  "persona_refused",
  "sign_in_again",
  "credential_missing",
  "account_forbidden",
  "vendor_unconfigured",
  "offline",
  "kind_unsupported",
  "item_missing",
  "store_busy",
  "portal_failed",
]);

const about = (code: ProblemCode): About | undefined => (problems[code] as ProblemText).about;

/** Whether a failed grant or embed counts as a trouble with the vendor. */
export const isTrouble = (code: ProblemCode): boolean => !unrelated.has(code) && about(code) !== "item";

/** Whether only the browser can tell: a grant that works proves nothing against it. */
export const isSeenInBrowser = (code: ProblemCode): boolean =>
  code.startsWith("embed_") || ["sdk_unavailable", "cookies_blocked"].includes(code) || about(code) === "browser";
