import "server-only";
/**
 * What ThoughtSpot's refusals mean: one reader of all error bodies, and the Problem each becomes. SOURCES.md says where
 * the bodies and statuses are documented.
 */
import { z } from "zod";
import type { VendorAnswer } from "@/lib/broker/vendor-call";
import type { ProblemCode } from "@/lib/problem/codes";
import { Problem } from "@/lib/problem/problem";
import { vendorName } from "../protocol";

/** What is known of a refusal. `text` is only for telling causes apart: it never leaves the server. */
export interface VendorRefusal {
  readonly status: number;
  readonly text: string;
  readonly incident?: string;
  readonly isJson: boolean;
  readonly isHtml: boolean;
}

type Answer = Pick<VendorAnswer, "status" | "text" | "headers">;

/** One level of an error body. Releases nest it differently: every level is read the same way. */
const level = z.looseObject({
  debug: z.unknown().optional(),
  message: z.unknown().optional(),
  incident_id_guid: z.unknown().optional(),
});
const body = z.looseObject({ error: z.unknown().optional() });
const incidentId = z.string().regex(/^[0-9a-f-]{8,64}$/i);
const sentences = z.array(z.unknown()).transform((list) => list.filter((entry) => typeof entry === "string"));

/**
 * Reads any error body: v2 as specified (`error.message`), v2 as seen live (one level deeper, `debug` being a JSON
 * array in a string), v1 (flat), text, HTML, nothing.
 */
export function readRefusal(answer: Answer): VendorRefusal {
  const { status } = answer;
  const type = answer.headers.get("content-type") ?? "";
  const isHtml = /\bhtml\b/i.test(type) || /^\s*<(!doctype|html)/i.test(answer.text);
  const json = jsonOf(answer.text);
  const root = body.safeParse(json).data;
  if (root === undefined) return { status, text: isHtml ? "" : answer.text.slice(0, 500), isJson: false, isHtml };
  const error = level.safeParse(root.error).data;
  const message = level.safeParse(error?.message).data;
  const levels = [root, error, message, message?.debug].flatMap((entry) => {
    const read = level.safeParse(entry);
    return read.success ? [read.data] : [];
  });
  const texts = levels.flatMap((entry) => [entry.debug, entry.message].flatMap(sentencesIn));
  const incident = levels.map((entry) => incidentId.safeParse(entry.incident_id_guid).data).findLast(Boolean);
  return { status, text: texts.join(" ").slice(0, 2_000), ...(incident ? { incident } : {}), isJson: true, isHtml };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A `debug` text is a sentence or a JSON array of sentences. */
function sentencesIn(value: unknown): string[] {
  if (typeof value !== "string") return [];
  return (value.startsWith("[") && sentences.safeParse(jsonOf(value)).data) || [value];
}

/** Causes that only the wording tells apart. The wording is not contractual, so each has a status-based fallback. */
const wordings: readonly (readonly [RegExp, ProblemCode])[] = [
  [/multi-?factor|\bmfa\b|second factor/i, "multi_factor_required"],
  [/\block(ed)?\b/i, "account_locked"],
  [/inactive|deactivated|suspended|account (is )?disabled|user (is )?disabled/i, "account_disabled"],
  [
    /user(name)?\b[^.]*(not found|not exist|unknown|no such)|(no such|unknown|invalid) user(name)?\b(?! *(or|\/))/i,
    "account_unknown",
  ],
  [/(object|metadata|liveboard|pinboard|answer)\b[^.]*(not found|not exist|no such|invalid)/i, "item_missing"],
  [
    /(no|not have|without|lacks?|denied)\b[^.]*(access|permission|privilege)[^.]*|access (is )?denied/i,
    "account_forbidden",
  ],
];

/**
 * The Problem for a refusal of v2. Where status and wording do not name the user or the object, the portal's own access
 * is meant: 401 is the key, 403 the switch of trusted authentication (examples of the vendor's OpenAPI file).
 */
export function problemOf(answer: Answer): Problem {
  const refusal = readRefusal(answer);
  const reference = [refusal.status, refusal.incident].filter(Boolean).join(" ");
  const problem = (code: ProblemCode, more: { detail?: string; retryAfter?: number } = {}) =>
    new Problem(code, { vendorName, reference, ...more });

  if (refusal.status === 429) return problem("vendor_busy", { retryAfter: pauseOf(answer.headers) });
  if (refusal.status > 500) return problem("vendor_failed");
  if (refusal.isHtml) return problem(refusal.status === 500 ? "vendor_failed" : "vendor_bad_answer");
  if (refusal.status < 400) return problem("vendor_bad_answer");
  if (/trusted auth/i.test(refusal.text)) return problem("trusted_auth_disabled");
  if (/secret.?key/i.test(refusal.text) && refusal.status === 401) return problem("secret_key_rejected");
  if (/variable/i.test(refusal.text) && refusal.status === 400) return problem("vendor_misconfigured", unknownVariable);
  const worded = wordings.find(([pattern]) => pattern.test(refusal.text))?.[1];
  const fits =
    worded === "account_forbidden" ? refusal.status === 403 : refusal.status < 500 || worded === "account_unknown";
  if (worded && fits) return problem(worded);
  switch (refusal.status) {
    case 401:
      return problem("secret_key_rejected");
    case 403:
      return problem("trusted_auth_disabled");
    case 500:
      return problem("vendor_failed");
    case 404:
      return problem("vendor_misconfigured", {
        detail:
          "ThoughtSpot does not know the address that the portal called. Its address or release is not the one configured.",
      });
    default:
      return problem("vendor_misconfigured");
  }
}

/** How long to pause, seconds: what the answer says, or a moment. */
function pauseOf(headers: Headers): number {
  const wait = Number(headers.get("retry-after"));
  return Number.isFinite(wait) && wait > 0 && wait <= 300 ? Math.ceil(wait) : 2;
}

const unknownVariable = {
  detail:
    "ThoughtSpot refused the row-security values of this item. Its administrator should check that every variable that portal.config.ts names exists there, and its data type.",
};

/**
 * The same for a v1 mint, whose 500 has a documented meaning: trusted authentication is not enabled, or the key or the
 * username is wrong. Where the wording does not tell them apart, the sentence names all three.
 */
export function v1ProblemOf(answer: Answer): Problem {
  const problem = problemOf(answer);
  if (answer.status !== 500 || problem.code !== "vendor_failed" || readRefusal(answer).isHtml) return problem;
  return new Problem("vendor_misconfigured", {
    ...problem.options,
    detail:
      "ThoughtSpot made no token: trusted authentication is off, its key was replaced, or the account mapped to you does not exist there.",
  });
}

/**
 * Whether a mint was refused because of its key, so that the other key may be tried. v1 answers 500 to a wrong key too.
 */
export const isKeyRefused = ({ code, options }: Problem): boolean =>
  code === "trusted_auth_disabled" ||
  code === "secret_key_rejected" ||
  (["vendor_failed", "vendor_misconfigured"].includes(code) && options.reference?.startsWith("500") === true);

/** Where an administrator switches trusted authentication and finds its key. */
export const keyScreen = "Develop > Customizations > Security settings > Trusted authentication";

/**
 * What an administrator should do about a refused key. Releases differ in the status, so each sentence names the other
 * cause as well.
 *
 * @param variable which variable holds the key
 */
export function keyAdvice({ code }: Problem, variable: string): string {
  return code === "secret_key_rejected"
    ? `ThoughtSpot does not take ${variable}. Copy the key again from ${keyScreen}: a new one is made whenever the switch is turned off and on.`
    : `Trusted authentication is off in ThoughtSpot. Turn it on under ${keyScreen}, and copy the new key into ${variable}.`;
}
