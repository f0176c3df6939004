import "server-only";
/**
 * ThoughtSpot's REST API, as far as trusted authentication needs it. Every answer is parsed; every refusal becomes a
 * Problem (`refusal.ts`). SOURCES.md lists the vendor's pages.
 */
import { z } from "zod";
import { callVendor, type VendorAnswer } from "@/lib/broker/vendor-call";
import { Problem } from "@/lib/problem/problem";
import { callTerm } from "@/lib/trace/terms";
import type { ThoughtSpotConfig } from "../config";
import { hops } from "../hops";
import { type MetadataType, vendorId, vendorName } from "../protocol";
import { problemOf, v1ProblemOf } from "./refusal";

export interface CallOptions {
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

/** Formula variables with their values. A variable without values must not be in it: ThoughtSpot would keep the old ones. */
export type VariableValues = Readonly<Record<string, readonly [string, ...string[]]>>;

const times = { creation_time_in_millis: z.number(), expiration_time_in_millis: z.number() };
const tokenText = z.string().min(1).max(16_384);
const tokenAnswer = z.object({ token: tokenText, valid_for_username: z.string(), ...times });
const customAnswer = z.object({
  token: tokenText,
  user: z.object({ id: z.string(), name: z.string().nullish() }),
  ...times,
});
const v1Answer = z
  .string()
  .trim()
  // A proxy's page or a sentence is no token.
  .regex(/^(?![<{])[\x21-\x7e]{8,16384}$/);
const foundObjects = z.array(z.unknown());

const v1 = (config: ThoughtSpotConfig, path: string) => `${config.internalUrl}${config.v1Prefix}/tspublic/v1/${path}`;

const requestedBy = { "x-requested-by": "ThoughtSpot" };

/** One POST to v2, as JSON. */
const postV2 = (
  { config, signal }: CallOptions,
  path: string,
  body: object,
  { bearer, timeoutMs }: { readonly bearer?: string; readonly timeoutMs?: number } = {},
): Promise<VendorAnswer> =>
  callVendor({
    vendor: vendorId,
    vendorName,
    method: "POST",
    url: `${config.internalUrl}/api/rest/2.0/${path}`,
    headers: { ...requestedBy, ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) },
    body,
    signal,
    term: callTerm(hops.calls, "POST", `/api/rest/2.0/${path}`),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });

function parse<T>(value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
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
  call: CallOptions,
  order: TokenOrder,
  scope: "full" | "object",
  object: { readonly object_id?: string },
): Promise<V2Token> {
  const { orgId, namesOrgs } = call.config;
  const answer = await postV2(call, `auth/token/${scope}`, {
    ...common(order),
    ...object,
    // `org_id` is deprecated from 26.11 on in favour of `org_identifier`, which earlier releases do not know.
    ...(namesOrgs ? { org_identifier: String(orgId) } : { org_id: orgId }),
    ...(order.create ? { group_identifiers: order.create.groups } : {}),
  });
  if (answer.status !== 200) throw problemOf(answer);
  const token = parse(answer.json(), tokenAnswer);
  return { token: token.token, username: token.valid_for_username, lifetimeMs: lifetimeOf(token, order) };
}

/** `POST auth/token/full`: everything the user may see. */
export const mintFull = (call: CallOptions, order: TokenOrder): Promise<V2Token> => mintScoped(call, order, "full", {});

/** `POST auth/token/object`: one object (`REPORT_BOOK_VIEW`). */
export const mintObject = (call: CallOptions, order: TokenOrder, objectId: string): Promise<V2Token> =>
  mintScoped(call, order, "object", { object_id: objectId });

/**
 * `POST auth/token/custom`: a full token, and formula variables for row security. ThoughtSpot keeps the values with the
 * user from the time of this call on, for sessions of every kind; they replace all that it kept before.
 */
export async function mintCustom(call: CallOptions, order: TokenOrder, variables: VariableValues): Promise<V2Token> {
  const answer = await postV2(call, "auth/token/custom", {
    ...common(order),
    org_identifier: String(call.config.orgId),
    persist_option: "REPLACE",
    variable_values: Object.entries(variables).map(([name, values]) => ({ name, values })),
    ...(order.create ? { groups: order.create.groups.map((identifier) => ({ identifier })) } : {}),
  });
  if (answer.status !== 200) throw problemOf(answer);
  const token = parse(answer.json(), customAnswer);
  return { token: token.token, username: token.user.name ?? order.username, lifetimeMs: lifetimeOf(token, order) };
}

/**
 * `POST …/tspublic/v1/session/auth/token`, form data, answered with nothing but the token.
 *
 * @param objectId asks for `REPORT_BOOK_VIEW` on this object instead of `FULL`
 */
export async function mintV1(
  { config, signal }: CallOptions,
  order: Omit<TokenOrder, "lifetimeSeconds">,
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
    vendor: vendorId,
    vendorName,
    method: "POST",
    url: v1(config, "session/auth/token"),
    headers: { ...requestedBy, accept: "text/plain" },
    body,
    signal,
    term: callTerm(hops.calls, "POST", "/session/auth/token"),
  });
  if (answer.status !== 200) throw v1ProblemOf(answer);
  return parse(answer.text, v1Answer);
}

/** `POST auth/token/revoke` as the user whose token it is. A token that is dead already counts as revoked. */
export async function revokeToken(call: CallOptions, username: string, token: string): Promise<void> {
  const answer = await postV2(call, "auth/token/revoke", { user_identifier: username, token }, { bearer: token });
  if (![200, 204, 400, 401].includes(answer.status)) throw problemOf(answer);
}

/**
 * `POST metadata/search` as the user whose token it is: whether ThoughtSpot shows this object to that user.
 *
 * @returns undefined when the answer does not say
 */
export async function findObject(
  call: CallOptions,
  token: string,
  object: { readonly type: MetadataType; readonly id: string },
): Promise<"seen" | "not seen" | undefined> {
  const request = { metadata: [{ type: object.type, identifier: object.id }], record_offset: 0, record_size: 1 };
  const answer = await postV2(call, "metadata/search", request, { bearer: token, timeoutMs: 3_000 });
  if (answer.status !== 200)
    return ["item_missing", "account_forbidden"].includes(problemOf(answer).code) ? "not seen" : undefined;
  const found = foundObjects.safeParse(answer.json());
  return found.success ? (found.data.length > 0 ? "seen" : "not seen") : undefined;
}

/**
 * `POST users/force-logout` as an administrator: ends every session of the user at ThoughtSpot, whichever browser has it.
 *
 * @param token a v2 token of an account that may manage users
 */
export async function forceLogout(call: CallOptions, token: string, username: string): Promise<void> {
  const answer = await postV2(call, "users/force-logout", { user_identifiers: [username] }, { bearer: token });
  if (answer.status === 200 || answer.status === 204) return;
  const problem = problemOf(answer);
  if (answer.status !== 403) throw problem;
  throw new Problem("vendor_misconfigured", {
    ...problem.options,
    detail:
      "The account in THOUGHTSPOT_ADMIN_USERNAME may not end sessions: it needs the privilege USER_ADMINISTRATION.",
  });
}
