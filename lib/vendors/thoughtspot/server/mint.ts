import "server-only";
/**
 * Trusted authentication: the four decisions, the token, the grant. A connection is one token of one portal session for
 * one scope; its grant is the token itself.
 */
import { type CallContext, type Connected, ConnectionLost, type UserContext } from "@/lib/broker/vendor-adapter";
import type { Item } from "@/lib/config/portal";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isProblem, Problem } from "@/lib/problem/problem";
import type { ThoughtSpotConfig } from "../config";
import {
  type Access,
  accessOf,
  type Grant,
  objectIdOf,
  objectOf,
  routeOf,
  sameAccount,
  variablesOf,
  variableValues,
} from "../protocol";
import {
  keyAdvice,
  mintCustom,
  mintFull,
  mintObject,
  mintV1,
  revokeToken,
  type TokenOrder,
  type V2Token,
  vendorName,
} from "./api";
import { requireSight } from "./look-up";
import { loginAddress } from "./redirect-address";

export interface State {
  readonly generation: "v1" | "v2";
  readonly token: string;
  readonly username: string;
  /** Milliseconds since the epoch, by the portal's clock. */
  readonly expiresAt: number;
}

/** Tokens of the SDK's two modes: silent renewal makes a short life cheap; in cookie mode a token is used once. */
const lifetimeSeconds = { cookieless: 600, cookie: 120 } as const;
/** A v1 token does not say how long it lives; five minutes are sure only until the next one is made. */
const v1LifetimeMs = 4 * 60_000;
/**
 * How long a v1 token is handed out: for the several requests of one page, not for the next page. Nothing tells the
 * portal that it died, with an exchange of keys for example, and repeated logins with a dead token lock the account.
 */
const v1HandedOutMs = 20_000;
/** A token is not handed out any more when less than this is left (or a third of its life). */
const closeToEndMs = 60_000;

/**
 * The four decisions of a trusted authenticator, each with its source:
 *
 * 1. is the requester signed in, and who is it: the broker, from the portal session;
 * 2. which ThoughtSpot username: the mapping in portal.config.ts and nothing else, also the broker's;
 * 3. what is asked for: the item, see {@link accessFor};
 * 4. does that username exist and may it see the object: ThoughtSpot's typed refusal of the mint, because users are
 *    never created unless configured, and `look-up.ts` for tokens that are not bound to the object.
 */
export interface Decision {
  readonly requester: string;
  readonly username: string;
  readonly access: Access;
  readonly create: TokenOrder["create"];
}

type Generation = State["generation"];

export function decide(
  { user, account, item, config }: UserContext<ThoughtSpotConfig>,
  generation: Generation,
): Decision {
  const access = accessFor(item, config, generation);
  if (generation === "v1" && variablesOf(item).length > 0)
    // Without its variables the item would show rows that are not for this user.
    throw new Problem("vendor_misconfigured", {
      vendorName,
      detail:
        "This item has row-security rules, which ThoughtSpot's redirect login cannot carry. Open it in the portal.",
    });
  return { requester: user.id, username: account, access, create: config.autoCreate ? profileOf(user) : undefined };
}

/** What a token for this item opens. A v1 token knows no variables. */
function accessFor(item: Item, config: ThoughtSpotConfig, generation: Generation): Access {
  const objectId = objectIdOf(item);
  if (generation === "v1") return objectId ? { level: "object", objectId } : { level: "application" };
  const asked = accessOf(item);
  // A cookie session is one for all tabs: bound to one object it would close the objects of the others.
  return config.login === "cookie" && asked.level === "object" ? { level: "application" } : asked;
}

const endpoints = { object: "object", application: "full", custom: "custom" } as const;

/**
 * The third decision in ThoughtSpot's words, for the audit: which kind of token (`v1`, or v2's `full`, `object`,
 * `custom`), its access level, the object, the page, the org, and whether an unknown user would be created.
 */
export function asksOf(
  item: Item,
  config: ThoughtSpotConfig,
  generation: Generation,
): Readonly<Record<string, string>> {
  const { level } = accessFor(item, config, generation);
  const object = objectOf(item)?.id;
  const variables = variablesOf(item).join(",");
  return {
    token: generation === "v1" ? "v1" : endpoints[level],
    access_level: level === "object" ? "REPORT_BOOK_VIEW" : "FULL",
    ...(object ? { object } : {}),
    page: routeOf(item),
    org: String(config.orgId),
    auto_create: String(config.autoCreate),
    ...(variables ? { variables } : {}),
  };
}

/** The same for the login that is configured. */
export const requestedAccess = (item: Item, config: ThoughtSpotConfig) =>
  asksOf(item, config, config.login === "redirect" ? "v1" : "v2");

/** What a created user gets. All three are always sent, because a mint replaces what ThoughtSpot has. */
function profileOf(user: UserContext<ThoughtSpotConfig>["user"]): TokenOrder["create"] {
  if (!user.email || !user.emailVerified)
    throw new Problem("account_unknown", {
      vendorName,
      detail: "ThoughtSpot accounts are made from a confirmed e-mail address, and your sign-in has none.",
    });
  return { email: user.email, displayName: user.name, groups: user.groups };
}

/** Which of the configured keys worked last. While keys are exchanged, the other one is tried once and then kept. */
const keyInUse = perProcess("thoughtspot:key-in-use", () => new Map<string, number>());
/** Which clusters refuse every key: the operator is told once, and once more when it is over. */
const refusing = perProcess("thoughtspot:refusing", () => new Set<string>());

/**
 * Runs a mint with the key in use and, when ThoughtSpot refuses the key, once with the other one.
 *
 * @throws Problem of the first key when both are refused
 */
export async function withKey<T>(config: ThoughtSpotConfig, run: (secretKey: string) => Promise<T>): Promise<T> {
  const { internalUrl } = config;
  try {
    const result = await withEitherKey(config, run);
    if (refusing.delete(internalUrl)) log.info({ vendor: "thoughtspot" }, "ThoughtSpot takes the secret key again");
    return result;
  } catch (error) {
    if (isProblem(error) && error.code === "trusted_auth_disabled" && !refusing.has(internalUrl)) {
      refusing.add(internalUrl);
      log.error({ vendor: "thoughtspot", reference: error.options.reference }, keyAdvice(error, keyVariable(config)));
    }
    throw error;
  }
}

async function withEitherKey<T>(config: ThoughtSpotConfig, run: (secretKey: string) => Promise<T>): Promise<T> {
  const { secretKeys, internalUrl } = config;
  const first = Math.min(keyInUse.get(internalUrl) ?? 0, secretKeys.length - 1);
  try {
    return await run(secretKeys[first] ?? secretKeys[0]);
  } catch (error) {
    const other = secretKeys[1 - first];
    if (other === undefined || !isProblem(error) || !keyRefused(error)) throw error;
    try {
      const result = await run(other);
      keyInUse.set(internalUrl, 1 - first);
      return result;
    } catch (second) {
      throw isProblem(second) && !keyRefused(second) ? second : error;
    }
  }
}

const keyVariable = ({ secretKeys }: ThoughtSpotConfig) =>
  secretKeys.length > 1 ? "THOUGHTSPOT_SECRET_KEY and THOUGHTSPOT_SECRET_KEY_NEXT" : "THOUGHTSPOT_SECRET_KEY";

/** v1 says 500 for a wrong key as well, so there a failure counts too. */
const keyRefused = (problem: Problem) =>
  problem.code === "trusted_auth_disabled" ||
  (problem.code === "vendor_failed" && problem.options.reference?.startsWith("500") === true);

/** A token of the configured login for the item's scope. */
export function connect(context: UserContext<ThoughtSpotConfig>): Promise<Connected<State>> {
  return context.config.login === "redirect" ? connectV1(context) : connectV2(context);
}

async function connectV2(context: UserContext<ThoughtSpotConfig>): Promise<Connected<State>> {
  const { config, signal, item } = context;
  const decision = decide(context, "v2");
  const made = await withKey(config, (secretKey) => mintV2(context, decision, secretKey));
  const { token } = made;
  const state: State = { generation: "v2", token, username: made.username, expiresAt: Date.now() + made.lifetimeMs };
  const object = objectOf(item);
  try {
    if (!sameAccount(made.username, decision.username))
      throw new Problem("vendor_failed", { vendorName, reference: "token for another user" });
    if (object && decision.access.level !== "object")
      await requireSight({ config, signal, account: decision.username, token, object });
  } catch (error) {
    // Nobody has seen this token; if it cannot be ended now, it ends by itself.
    await revoke(context, state).catch(() => undefined);
    throw error;
  }
  return { state, expiresAt: new Date(state.expiresAt) };
}

function mintV2(
  { config, signal, item, user }: UserContext<ThoughtSpotConfig>,
  { username, access, create }: Decision,
  secretKey: string,
): Promise<V2Token> {
  const call = { config, signal };
  const order: TokenOrder = {
    username,
    secretKey,
    lifetimeSeconds: lifetimeSeconds[config.login === "cookie" ? "cookie" : "cookieless"],
    ...(create ? { create } : {}),
  };
  if (access.level === "object") return mintObject(call, order, access.objectId);
  if (access.level === "application") return mintFull(call, order);
  const values = access.variables.map((name) => [name, variableValues(item, name, user.groups)] as const);
  return mintCustom(call, order, Object.fromEntries(values));
}

/** A v1 token: the flow of 2021. */
export async function connectV1(context: UserContext<ThoughtSpotConfig>): Promise<Connected<State>> {
  const { config, signal } = context;
  const { username, access, create } = decide(context, "v1");
  const token = await withKey(config, (secretKey) =>
    mintV1(
      { config, signal },
      { username, secretKey, lifetimeSeconds: 0, ...(create ? { create } : {}) },
      access.level === "object" ? access.objectId : undefined,
    ),
  );
  const expiresAt = Date.now() + v1LifetimeMs;
  return { state: { generation: "v1", token, username, expiresAt }, expiresAt: new Date(expiresAt) };
}

/** The grant of a connection. A token that is close to its end counts as lost: the broker then opens a new one. */
export async function mint({ config, item }: UserContext<ThoughtSpotConfig>, state: State): Promise<{ grant: Grant }> {
  if (state.expiresAt - Date.now() < marginOf(state, config)) throw new ConnectionLost();
  const { token, username } = state;
  return {
    grant: {
      token,
      username,
      expiresAt: new Date(state.expiresAt).toISOString(),
      ...(state.generation === "v1" ? { url: loginAddress(config, item, username, token) } : {}),
    },
  };
}

/** With less than this before its end, milliseconds, a token is not handed out any more. */
function marginOf({ generation }: State, { login }: ThoughtSpotConfig): number {
  if (generation === "v1") return v1LifetimeMs - v1HandedOutMs;
  return login === "cookie" ? closeToEndMs / 3 : closeToEndMs;
}

/** Ends a v2 token. v1 has no such call: its tokens end by themselves five minutes after the next one is made. */
export async function revoke({ config, signal }: CallContext<ThoughtSpotConfig>, state: State): Promise<void> {
  if (state.generation === "v1" || state.expiresAt <= Date.now()) return;
  await revokeToken({ config, signal }, state.username, state.token);
}
