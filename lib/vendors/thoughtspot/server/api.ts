import "server-only";
/**
 * ThoughtSpot's REST API, as far as trusted authentication needs it: a typed client and one reader for all its error
 * bodies. Sources: vendor OpenAPI file (v2), vendor docs "Session API" and "Trusted authentication" (v1).
 */
import { z } from "zod";
import { callVendor, type VendorAnswer } from "@/lib/broker/vendor-call";
import type { ProblemCode } from "@/lib/problem/codes";
import { Problem } from "@/lib/problem/problem";
import type { ThoughtSpotConfig } from "../config";
import type { MetadataType } from "../protocol";

export const vendorName = "ThoughtSpot";
const vendor = "thoughtspot";

interface CallOptions {
  readonly config: ThoughtSpotConfig;
  readonly signal?: AbortSignal;
}

/** What a token is asked for. Exactly one credential goes along: the secret key. */
export interface TokenOrder {
  readonly username: string;
  readonly secretKey: string;
  readonly lifetimeSeconds: number;
  /** Given only when users may be created: then all three go along, because a mint replaces what is there. */
  readonly create?: { readonly email: string; readonly displayName: string; readonly groups: readonly string[] };
}

/** A v2 bearer token. */
export interface V2Token {
  readonly token: string;
  readonly username: string;
  /** How long it lives by the cluster's own clock, milliseconds: the two clocks need not agree. */
  readonly lifetimeMs: number;
}

const times = { creation_time_in_millis: z.number(), expiration_time_in_millis: z.number() };
const tokenText = z.string().min(1).max(16_384);
const tokenAnswer = z.object({ token: tokenText, valid_for_username: z.string(), ...times });
const customAnswer = z.object({
  token: tokenText,
  user: z.object({ id: z.string(), name: z.string().nullish() }),
  ...times,
});

const v2 = (config: ThoughtSpotConfig, path: string) => `${config.internalUrl}/api/rest/2.0/${path}`;
const v1 = (config: ThoughtSpotConfig, path: string) => `${config.internalUrl}${config.v1Prefix}/tspublic/v1/${path}`;

const requestedBy = { "x-requested-by": "ThoughtSpot" };

function parse<T>(answer: VendorAnswer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer.json());
  if (!parsed.success) throw new Problem("vendor_bad_answer", { vendorName });
  return parsed.data;
}

const common = (order: TokenOrder) => ({
  username: order.username,
  secret_key: order.secretKey,
  validity_time_in_sec: order.lifetimeSeconds,
  // Always explicit: `custom` creates users by default.
  auto_create: order.create !== undefined,
  ...(order.create ? { email: order.create.email, display_name: order.create.displayName } : {}),
});

const lifetimeOf = (
  answer: { creation_time_in_millis: number; expiration_time_in_millis: number },
  order: TokenOrder,
) => Math.min(order.lifetimeSeconds * 1000, answer.expiration_time_in_millis - answer.creation_time_in_millis);

/** `full` and `object` differ in nothing but the object. */
async function mintScoped(
  { config, signal }: CallOptions,
  order: TokenOrder,
  scope: "full" | "object",
  object: { readonly object_id?: string },
): Promise<V2Token> {
  const answer = await callVendor({
    vendor,
    vendorName,
    method: "POST",
    url: v2(config, `auth/token/${scope}`),
    headers: requestedBy,
    body: {
      ...common(order),
      ...object,
      org_id: config.orgId,
      ...(order.create ? { group_identifiers: order.create.groups } : {}),
    },
    signal,
  });
  if (answer.status !== 200) throw problemOf(answer);
  const token = parse(answer, tokenAnswer);
  return { token: token.token, username: token.valid_for_username, lifetimeMs: lifetimeOf(token, order) };
}

/** `POST auth/token/full`: everything the user may see. */
export const mintFull = (call: CallOptions, order: TokenOrder): Promise<V2Token> => mintScoped(call, order, "full", {});

/** `POST auth/token/object`: one object (`REPORT_BOOK_VIEW`). */
export const mintObject = (call: CallOptions, order: TokenOrder, objectId: string): Promise<V2Token> =>
  mintScoped(call, order, "object", { object_id: objectId });

/** `POST auth/token/custom`: a full token with row-security variables, which replace those of earlier tokens. */
export async function mintCustom(
  { config, signal }: CallOptions,
  order: TokenOrder,
  variables: Readonly<Record<string, readonly string[]>>,
): Promise<V2Token> {
  const body = {
    ...common(order),
    org_identifier: String(config.orgId),
    persist_option: "REPLACE",
    variable_values: Object.entries(variables).map(([name, values]) => ({ name, values })),
    ...(order.create ? { groups: order.create.groups.map((identifier) => ({ identifier })) } : {}),
  };
  const answer = await callVendor({
    vendor,
    vendorName,
    method: "POST",
    url: v2(config, "auth/token/custom"),
    headers: requestedBy,
    body,
    signal,
  });
  if (answer.status !== 200) throw problemOf(answer);
  const token = parse(answer, customAnswer);
  return { token: token.token, username: token.user.name ?? order.username, lifetimeMs: lifetimeOf(token, order) };
}

/**
 * `POST …/tspublic/v1/session/auth/token`, form data, answered with nothing but the token.
 *
 * @param objectId asks for `REPORT_BOOK_VIEW` on this object instead of `FULL`
 */
export async function mintV1(
  { config, signal }: CallOptions,
  order: TokenOrder,
  objectId: string | undefined,
): Promise<string> {
  const body = new URLSearchParams({
    secret_key: order.secretKey,
    username: order.username,
    access_level: objectId ? "REPORT_BOOK_VIEW" : "FULL",
    ...(objectId ? { id: objectId } : {}),
    orgid: String(config.orgId),
    autocreate: String(order.create !== undefined),
    ...(order.create
      ? {
          email: order.create.email,
          display_name: order.create.displayName,
          groups: JSON.stringify(order.create.groups),
        }
      : {}),
  });
  const answer = await callVendor({
    vendor,
    vendorName,
    method: "POST",
    url: v1(config, "session/auth/token"),
    headers: { ...requestedBy, accept: "text/plain" },
    body,
    signal,
  });
  if (answer.status !== 200) throw v1ProblemOf(answer);
  const token = answer.text.trim();
  // A proxy's page or a sentence is no token.
  if (!/^[\x21-\x7e]{8,16384}$/.test(token) || token.startsWith("<") || token.startsWith("{"))
    throw new Problem("vendor_bad_answer", { vendorName });
  return token;
}

/** `POST auth/token/revoke` as the user whose token it is. A token that is dead already counts as revoked. */
export async function revokeToken({ config, signal }: CallOptions, username: string, token: string): Promise<void> {
  const answer = await callVendor({
    vendor,
    vendorName,
    method: "POST",
    url: v2(config, "auth/token/revoke"),
    headers: { ...requestedBy, authorization: `Bearer ${token}` },
    body: { user_identifier: username, token },
    signal,
  });
  if (answer.status === 204 || answer.status === 200 || answer.status === 400 || answer.status === 401) return;
  throw problemOf(answer);
}

/**
 * `POST metadata/search` as the user whose token it is: whether ThoughtSpot shows this object to that user.
 *
 * @returns undefined when the answer does not say
 */
export async function findObject(
  { config, signal }: CallOptions,
  token: string,
  object: { readonly type: MetadataType; readonly id: string },
): Promise<"seen" | "not seen" | undefined> {
  const answer = await callVendor({
    vendor,
    vendorName,
    method: "POST",
    url: v2(config, "metadata/search"),
    headers: { ...requestedBy, authorization: `Bearer ${token}` },
    body: { metadata: [{ type: object.type, identifier: object.id }], record_offset: 0, record_size: 1 },
    signal,
    timeoutMs: 3_000,
  });
  if (answer.status !== 200)
    return ["item_missing", "account_forbidden"].includes(problemOf(answer).code) ? "not seen" : undefined;
  const found = answer.json();
  return Array.isArray(found) ? (found.length > 0 ? "seen" : "not seen") : undefined;
}

// ---------- Errors ----------

/** What is known of a refusal. `text` is only for telling causes apart: it never leaves the server. */
export interface VendorRefusal {
  readonly status: number;
  readonly text: string;
  readonly incident?: string;
  readonly isJson: boolean;
  readonly isHtml: boolean;
}

const record = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

/**
 * Reads any error body: v2 as specified (`error.message`), v2 as seen live (one level deeper, `debug` being a JSON
 * array in a string), v1 (flat), text, HTML, nothing.
 */
export function readRefusal(answer: Pick<VendorAnswer, "status" | "text" | "headers">): VendorRefusal {
  const type = answer.headers.get("content-type") ?? "";
  const isHtml = /\bhtml\b/i.test(type) || /^\s*<(!doctype|html)/i.test(answer.text);
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    return { status: answer.status, text: isHtml ? "" : answer.text.slice(0, 500), isJson: false, isHtml };
  }
  const root = record(body);
  const error = record(root?.error);
  const levels = [root, error, record(error?.message), record(record(error?.message)?.debug)];
  const texts: string[] = [];
  let incident: string | undefined;
  for (const level of levels) {
    for (const value of [level?.debug, level?.message])
      if (typeof value === "string") texts.push(...sentencesIn(value));
    const id = level?.incident_id_guid;
    if (typeof id === "string" && /^[0-9a-f-]{8,64}$/i.test(id)) incident = id;
  }
  return {
    status: answer.status,
    text: texts.join(" ").slice(0, 2_000),
    ...(incident ? { incident } : {}),
    isJson: root !== undefined,
    isHtml,
  };
}

/** A `debug` text is a sentence or a JSON array of sentences. */
function sentencesIn(text: string): string[] {
  if (!text.startsWith("[")) return [text];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((entry): entry is string => typeof entry === "string") : [text];
  } catch {
    return [text];
  }
}

/** Causes that only the wording tells apart. The wording is not contractual, so each has a status-based fallback. */
const wordings: readonly (readonly [RegExp, ProblemCode])[] = [
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
 * The same for a v1 mint, whose 500 has a documented meaning: trusted authentication is not enabled, or the key or the
 * username is wrong (vendor docs: "Troubleshoot trusted authentication"). Where the wording does not tell them apart,
 * the sentence names all three.
 */
export function v1ProblemOf(answer: Pick<VendorAnswer, "status" | "text" | "headers">): Problem {
  const problem = problemOf(answer);
  if (answer.status !== 500 || problem.code !== "vendor_failed" || readRefusal(answer).isHtml) return problem;
  return new Problem("trusted_auth_disabled", {
    ...problem.options,
    detail:
      "ThoughtSpot made no token: trusted authentication is off, its key was replaced, or the account mapped to you does not exist there.",
  });
}

/**
 * The Problem for a refusal. Where status and wording do not name the user or the object, the portal's own access is
 * meant: the key or the switch of trusted authentication.
 */
export function problemOf(answer: Pick<VendorAnswer, "status" | "text" | "headers">): Problem {
  const refusal = readRefusal(answer);
  const reference = [refusal.status, refusal.incident].filter(Boolean).join(" ");
  const problem = (code: ProblemCode, more: { detail?: string; retryAfter?: number } = {}) =>
    new Problem(code, { vendorName, reference, ...more });

  if (refusal.status === 429) {
    const wait = Number(answer.headers.get("retry-after"));
    return problem("vendor_busy", {
      retryAfter: Number.isFinite(wait) && wait > 0 && wait <= 300 ? Math.ceil(wait) : 2,
    });
  }
  if (refusal.status > 500) return problem("vendor_failed");
  if (refusal.isHtml) return problem(refusal.status === 500 ? "vendor_failed" : "vendor_bad_answer");
  if (refusal.status < 400) return problem("vendor_bad_answer");
  if (/trusted auth/i.test(refusal.text)) return problem("trusted_auth_disabled");
  const worded = wordings.find(([pattern]) => pattern.test(refusal.text))?.[1];
  const fits =
    worded === "account_forbidden" ? refusal.status === 403 : refusal.status < 500 || worded === "account_unknown";
  if (worded && fits) return problem(worded);
  switch (refusal.status) {
    case 401:
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

/** Where an administrator switches trusted authentication and finds its key. */
export const keyScreen = "Develop > Customizations > Security settings > Trusted authentication";

/**
 * What an administrator should do about `trusted_auth_disabled`. v2 says 401 for a key that it does not take and 403
 * (v1: 500) for the switch; releases differ, so each sentence names the other cause as well.
 *
 * @param variable which variable holds the key
 */
export function keyAdvice(problem: Problem, variable: string): string {
  return problem.options.reference?.startsWith("401")
    ? `ThoughtSpot does not take ${variable}. Copy the key again from ${keyScreen}: a new one is made whenever the switch is turned off and on.`
    : `Trusted authentication is off in ThoughtSpot. Turn it on under ${keyScreen}, and copy the new key into ${variable}.`;
}
