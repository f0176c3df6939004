import "server-only";
/**
 * Rocket.Chat's many error bodies, reduced to a closed list.
 *
 * The bodies differ by release and by route: with and without `errorType`, with a code in brackets at the end of the
 * text, with a number where a code is expected, or (9.0) with almost nothing. Sources: ApiClass, http-router and the
 * authentication and permission middlewares of the vendor's repository; its OpenAPI files.
 */
import { hasBrand } from "@/lib/brand";
import { Problem } from "@/lib/problem/problem";
import { vendorName } from "../protocol";

export type FailureKind =
  | "unauthenticated" // the id and token of the headers are not accepted
  | "login-refused" // a login's user, password or token is wrong
  | "forbidden" // a permission is missing
  | "second-factor" // the call asks for a second factor
  | "rate-limited"
  | "not-found" // no such user
  | "taken" // username or e-mail in use; `field` holds which value
  | "inactive" // the user is deactivated
  | "locked" // too many failed logins
  | "create-token-disabled"
  | "invalid-parameters" // the server does not take this body: another release than expected
  | "invalid-value" // a username, name or domain that this server does not allow
  | "room-unavailable" // no such room, or the user may not write in it
  | "too-long" // a message over the server's limit
  | "transient" // a known fault of the vendor that a repetition gets past
  | "unavailable" // 5xx
  | "unknown";

const rocketChatFailureBrand = Symbol.for("portico.RocketChatFailure");

/** One failed call, reduced. Carries no text of the vendor's but its code. */
export class RocketChatFailure extends Error {
  readonly [rocketChatFailureBrand] = true;
  constructor(
    readonly kind: FailureKind,
    readonly more: {
      /** The vendor's code or the HTTP status, for logs and the audit. */
      readonly reference: string;
      /** For `taken`: the value in use. */
      readonly field?: string;
      /** For `forbidden`: what was not allowed, in the server's words, e.g. `Adding_user`. */
      readonly action?: string;
      /** For `rate-limited`: how long to wait, milliseconds. */
      readonly waitMs?: number;
    },
  ) {
    super(kind);
    this.name = "RocketChatFailure";
  }
}

export const isRocketChatFailure = (value: unknown): value is RocketChatFailure =>
  hasBrand(value, rocketChatFailureBrand);

const byCode: Readonly<Record<string, FailureKind>> = {
  "error-action-not-allowed": "forbidden",
  "error-app-user-is-not-allowed-to-login": "inactive",
  "error-blocked-username": "invalid-value",
  "error-email-domain-blacklisted": "invalid-value",
  "error-field-unavailable": "taken",
  "error-input-is-not-a-valid-field": "invalid-value",
  "error-invalid-domain": "invalid-value",
  "error-invalid-email": "invalid-value",
  "error-invalid-params": "invalid-parameters",
  "error-invalid-room": "room-unavailable",
  "error-invalid-user": "not-found",
  "error-message-size-exceeded": "too-long",
  "error-not-allowed": "room-unavailable",
  "error-login-blocked-for-ip": "rate-limited",
  "error-login-blocked-for-user": "locked",
  "error-not-authorized": "create-token-disabled",
  "error-the-field-is-required": "invalid-value",
  "error-too-many-requests": "rate-limited",
  "error-unauthorized": "forbidden",
  "error-user-has-no-roles": "inactive",
  "error-user-is-not-activated": "inactive",
  "error-user-param-not-provided": "invalid-parameters",
  "invalid-params": "invalid-parameters",
  "totp-invalid": "second-factor",
  "totp-max-attempts": "second-factor",
  "totp-required": "second-factor",
};

interface ErrorBody {
  readonly error?: unknown;
  readonly errorType?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly field?: unknown; readonly action?: unknown };
}

/** The code of a body: its `errorType`, or the brackets at the end of its text, or a login's `error`. */
function codeOf({ error, errorType }: ErrorBody): string | undefined {
  if (errorType !== undefined) return String(errorType);
  if (typeof error !== "string") return error === undefined ? undefined : String(error);
  return /\[([\w-]+)\]$/.exec(error)?.[1] ?? (/^(error|totp)-[\w-]+$/.test(error) ? error : undefined);
}

/** The longest pause that is believed: a rate window is a minute. */
const longestWaitMs = 60_000;

/** How long a 429 asks to wait: until the reset (epoch milliseconds), else the seconds named in the text. */
function waitOf(headers: Headers, body: ErrorBody, now: number): number {
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  const seconds = Number(/(\d+) seconds/.exec(String(body.error ?? ""))?.[1] ?? Number.NaN);
  const wait = Number.isFinite(reset) ? reset - now : Number.isFinite(seconds) ? seconds * 1000 : 10_000;
  return Math.min(longestWaitMs, Math.max(250, wait));
}

/**
 * Reduces an answer that is not a success.
 *
 * @param call `login` answers 401 with reasons of its own; every other route means the headers
 * @param body the parsed JSON body, or null when there is none
 */
export function failureOf(
  call: string,
  status: number,
  headers: Headers,
  body: unknown,
  now = Date.now(),
): RocketChatFailure {
  const error: ErrorBody = typeof body === "object" && body !== null ? body : {};
  const code = codeOf(error);
  const text = typeof error.error === "string" ? error.error : "";
  const reference = `${call} ${status}${code ? ` ${code}` : ""}`;
  const known = code === undefined ? undefined : byCode[code];
  if (status === 429 || known === "rate-limited")
    return new RocketChatFailure("rate-limited", { reference, waitMs: waitOf(headers, error, now) });
  if (status >= 500) return new RocketChatFailure("unavailable", { reference });
  if (status === 401)
    return new RocketChatFailure(known ?? (call === "login" ? "login-refused" : "unauthenticated"), { reference });
  if (known === "taken") {
    const field = error.details?.field;
    return new RocketChatFailure("taken", { reference, field: typeof field === "string" ? field : undefined });
  }
  if (known === "forbidden") {
    const action = error.details?.action;
    return new RocketChatFailure("forbidden", { reference, action: typeof action === "string" ? action : undefined });
  }
  if (known === "create-token-disabled" && call !== "users.createToken")
    return new RocketChatFailure("forbidden", { reference });
  if (known) return new RocketChatFailure(known, { reference });
  if (status === 403) return new RocketChatFailure("forbidden", { reference });
  return new RocketChatFailure(kindOfText(code, text), { reference });
}

/** Errors without a code of their own, told apart by the only thing they have. */
function kindOfText(code: string | undefined, text: string): FailureKind {
  if (code === undefined && /^user not found\.?$/i.test(text)) return "not-found";
  if (/E11000|already (exists|in use)/i.test(text)) return "taken";
  // Vendor issue 40598: a token is read before its insertion is done.
  if (code === undefined && /reading 'tokens'|property 'tokens'/i.test(text)) return "transient";
  if (code === undefined && /name contains invalid/i.test(text)) return "invalid-value";
  // Why a message is not taken (vendor source: canSendMessage).
  if (code === undefined && /^room_is_blocked|^You_have_been_muted|room is readonly/i.test(text))
    return "room-unavailable";
  return "unknown";
}

/**
 * A failure as the portal tells it. `admin` sentences name what its administrator has to change.
 */
export function problemOf(failure: RocketChatFailure): Problem {
  const { kind, more } = failure;
  const { reference } = more;
  const problem = (code: Problem["code"], detail?: string) => new Problem(code, { vendorName, reference, detail });
  switch (kind) {
    case "unauthenticated":
      return problem(
        "vendor_misconfigured",
        "Rocket.Chat does not accept the portal's service account. Its administrator needs to check ROCKETCHAT_SERVICE_USER_ID and ROCKETCHAT_SERVICE_TOKEN.",
      );
    case "forbidden":
      return problem(
        "vendor_misconfigured",
        "The portal's service account lacks a permission in Rocket.Chat. Its administrator needs to check the account's role.",
      );
    case "second-factor":
      return problem("second_factor_required");
    case "rate-limited":
      return new Problem("vendor_busy", {
        vendorName,
        reference,
        retryAfter: Math.ceil((more.waitMs ?? 10_000) / 1000),
      });
    case "not-found":
      return problem("account_unknown");
    case "taken":
      return problem("account_conflict");
    case "inactive":
      return problem("account_disabled");
    case "locked":
      return problem("account_locked");
    case "create-token-disabled":
      return problem(
        "create_token_disabled",
        "Rocket.Chat refused to create a login token. Its administrator needs to check CREATE_TOKENS_FOR_USERS_SECRET (8.x) or CREATE_TOKENS_FOR_USERS (7.x) and the permission user-generate-access-token, or choose ROCKETCHAT_LOGIN=password.",
      );
    case "invalid-value":
      return problem(
        "account_unknown",
        "Rocket.Chat does not allow the name or e-mail address mapped to you. Ask your administrator to correct the mapping.",
      );
    case "login-refused":
      return problem(
        "credential_rejected",
        "Rocket.Chat did not accept the password that the portal keeps for you. Ask your administrator to check how your chat account was made.",
      );
    case "room-unavailable":
      return problem("room_unavailable");
    case "too-long":
      return problem("message_too_long");
    case "invalid-parameters":
      return problem(
        "vendor_bad_answer",
        "Rocket.Chat did not understand the portal: its release is not one the portal knows.",
      );
    default:
      return problem("vendor_failed");
  }
}
