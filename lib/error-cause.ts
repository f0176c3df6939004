/**
 * Why a call failed, in one word that may be logged: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`, `invalid_client`.
 * Messages, bodies and addresses of errors may quote tokens and secrets; a code cannot.
 */

/** Codes of Node, undici, OpenSSL and oauth4webapi. */
const systemCode = /^[A-Z][A-Z0-9_]{2,60}$/;
/** `error` of RFC 6749, section 5.2, and its extensions. */
const oauthError = /^[a-z]+(_[a-z]+){0,5}$/;
const longestOauthError = 40;

const deepest = 8;

/** What one error says itself, causes aside. A `code` in a record that is no error may be a code of an authorization. */
function ownCode(thrown: { error?: unknown; code?: unknown; name?: unknown; stack?: unknown }): string | undefined {
  const { error, code, name, stack } = thrown;
  if (typeof error === "string" && error.length <= longestOauthError && oauthError.test(error)) return error;
  if (typeof stack === "string" && typeof code === "string" && systemCode.test(code)) return code;
  return name === "TimeoutError" ? "TIMEOUT" : undefined;
}

/** A value; of several the first. */
const first = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, 1) : [value]);

/**
 * The code of the innermost error that has one; undefined when none has.
 *
 * @param thrown anything; next-auth's errors keep theirs under `cause.err`, several refused addresses under `errors`
 */
export function causeCode(thrown: unknown, depth = 0): string | undefined {
  if (typeof thrown !== "object" || thrown === null || depth > deepest) return undefined;
  const { cause, err, errors, parameters } = thrown as Readonly<Record<string, unknown>>;
  // The causes of a 401 are its challenges (RFC 6750, section 3), whose parameters name the error.
  const inner = [...first(cause), err, ...first(errors), parameters];
  for (const one of inner) {
    const code = causeCode(one, depth + 1);
    if (code !== undefined) return code;
  }
  return ownCode(thrown);
}

/**
 * What an error says, and what the errors that caused it say, for whoever starts the portal. Only for errors of the portal,
 * of a database driver and of Node: not for those of vendors, whose messages may quote secrets.
 *
 * @returns at least one word
 */
export function explanation(thrown: unknown): string {
  const said: string[] = [];
  let error = thrown;
  // Counted by errors, not by what they said: one that repeats its cause, or is its own, adds nothing.
  for (let depth = 0; depth < deepest && typeof error === "object" && error !== null; depth += 1) {
    const { message, code, cause, errors } = error as NodeJS.ErrnoException & { cause?: unknown; errors?: unknown };
    // Node reports several refused addresses of one name without a message.
    const words = message || code || (error as Error).name || "unknown error";
    if (!said.some((earlier) => earlier.includes(words))) said.push(words.replace(/\.$/, ""));
    error = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return said.join(": ") || String(thrown);
}
