import "server-only";
/**
 * Trusted authentication: the four decisions, the token, the grant. A connection is one token of one portal session for
 * one scope; its grant is the token itself.
 */
import { type CallContext, type Connected, ConnectionLost, type UserContext } from "@/lib/broker/brokered";
import { Problem } from "@/lib/problem/problem";
import { mintCustom, mintFull, mintObject, mintV1, revokeToken, type TokenOrder, vendorName } from "./api";
import type { ThoughtSpotConfig } from "./config";
import { type Access, accessOf, type Grant, objectIdOf, sameAccount, variableValues } from "./protocol";
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
/** A token is not handed out any more when less than this is left (or a third of its life). */
const closeToEndMs = 60_000;

/**
 * The four decisions of a trusted authenticator, each with its source. The broker has taken the first (a signed-in
 * requester) and the second (the username, from the mapping in portal.config.ts and nowhere else) before it calls; the
 * third is what the item is; the fourth, whether that username exists and may see the object, ThoughtSpot answers at the
 * mint itself, because users are never created unless configured.
 */
export interface Decision {
  readonly requester: string;
  readonly username: string;
  readonly access: Access;
  readonly create: TokenOrder["create"];
}

export function decide({ user, account, item, config }: UserContext<ThoughtSpotConfig>): Decision {
  const asked = accessOf(item);
  // A cookie session is one for all tabs: bound to one object it would close the objects of the others.
  const isShared = config.login === "cookie" && asked.level === "object";
  return {
    requester: user.id,
    username: account,
    access: isShared ? { level: "application" } : asked,
    create: config.autoCreate ? profileOf(user) : undefined,
  };
}

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
const keyInUse = new Map<string, number>();

/**
 * Runs a mint with the key in use and, when ThoughtSpot refuses the key, once with the other one.
 *
 * @throws Problem of the first key when both are refused
 */
export async function withKey<T>(config: ThoughtSpotConfig, run: (secretKey: string) => Promise<T>): Promise<T> {
  const { secretKeys, internalUrl } = config;
  const first = Math.min(keyInUse.get(internalUrl) ?? 0, secretKeys.length - 1);
  try {
    return await run(secretKeys[first] ?? secretKeys[0]);
  } catch (error) {
    const other = secretKeys[1 - first];
    if (other === undefined || !(error instanceof Problem) || !keyRefused(error)) throw error;
    try {
      const result = await run(other);
      keyInUse.set(internalUrl, 1 - first);
      return result;
    } catch (second) {
      throw second instanceof Problem && !keyRefused(second) ? second : error;
    }
  }
}

/** v1 says 500 for a wrong key as well, so there a failure counts too. */
const keyRefused = (problem: Problem) =>
  problem.code === "trusted_auth_disabled" ||
  (problem.code === "vendor_failed" && problem.options.reference?.startsWith("500") === true);

/** A v2 token for the item's scope. */
export async function connect(context: UserContext<ThoughtSpotConfig>): Promise<Connected<State>> {
  const { config, signal, item, user } = context;
  if (config.login === "redirect") return connectV1(context);
  const { username, access, create } = decide(context);
  const call = { config, signal };
  const made = await withKey(config, (secretKey) => {
    const order: TokenOrder = {
      username,
      secretKey,
      lifetimeSeconds: lifetimeSeconds[config.login === "cookie" ? "cookie" : "cookieless"],
      ...(create ? { create } : {}),
    };
    if (access.level === "object") return mintObject(call, order, access.objectId);
    if (access.level === "application") return mintFull(call, order);
    return mintCustom(
      call,
      order,
      Object.fromEntries(access.variables.map((name) => [name, variableValues(item, name, user.groups)])),
    );
  });
  const state: State = {
    generation: "v2",
    token: made.token,
    username: made.username,
    expiresAt: Date.now() + made.lifetimeMs,
  };
  if (!sameAccount(made.username, username)) {
    await revoke(context, state);
    throw new Problem("vendor_failed", { vendorName, reference: "token for another user" });
  }
  return { state, expiresAt: new Date(state.expiresAt) };
}

/** A v1 token: the flow of 2021. */
export async function connectV1(context: UserContext<ThoughtSpotConfig>): Promise<Connected<State>> {
  const { config, signal, item } = context;
  const { username, create } = decide(context);
  const token = await withKey(config, (secretKey) =>
    mintV1(
      { config, signal },
      { username, secretKey, lifetimeSeconds: 0, ...(create ? { create } : {}) },
      objectIdOf(item),
    ),
  );
  const expiresAt = Date.now() + v1LifetimeMs;
  return { state: { generation: "v1", token, username, expiresAt }, expiresAt: new Date(expiresAt) };
}

/** The grant of a connection. A token that is close to its end counts as lost: the broker then opens a new one. */
export async function mint({ config, item }: UserContext<ThoughtSpotConfig>, state: State): Promise<{ grant: Grant }> {
  const margin = state.generation === "v1" || config.login === "cookie" ? closeToEndMs / 3 : closeToEndMs;
  if (state.expiresAt - Date.now() < margin) throw new ConnectionLost();
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

/** Ends a v2 token. v1 has no such call: its tokens end by themselves five minutes after the next one is made. */
export async function revoke({ config, signal }: CallContext<ThoughtSpotConfig>, state: State): Promise<void> {
  if (state.generation === "v1" || state.expiresAt <= Date.now()) return;
  await revokeToken({ config, signal }, state.username, state.token);
}
