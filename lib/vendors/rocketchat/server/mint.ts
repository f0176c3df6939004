import "server-only";
/**
 * From a portal user to a Rocket.Chat login token: make sure that the account exists, then mint; verify; reuse; revoke.
 */
import { createHmac, randomBytes, randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type CallContext, type Connected, ConnectionLost, type UserContext } from "@/lib/broker/vendor-adapter";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { Problem } from "@/lib/problem/problem";
import type { Config } from "../config";
import { type Grant, vendorName } from "../protocol";
import { type LoginToken, RocketChatApi, type RocketChatUser } from "./api";
import { isRocketChatFailure, problemOf, type RocketChatFailure } from "./failure";

/** One login token of one portal session. */
export interface State {
  readonly token: string;
  readonly userId: string;
  /** When the server last accepted it, milliseconds. */
  readonly checkedAt: number;
  /** When the portal lets go of it, milliseconds. */
  readonly endsAt: number;
}

/** Far below the 90 days after which the server forgets a token by default. */
const tokenLifetimeMs = 24 * 3600_000;
/** A token that was accepted this recently is handed out without asking again. */
const trustedForMs = 60_000;

type Context = UserContext<Config>;

/** Runs calls of the API and puts their failures into the portal's words. */
async function asProblems<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    throw isRocketChatFailure(error) ? problemOf(error) : error;
  }
}

/** Makes the account if there is none, and a login token for it. */
export function connect(context: Context): Promise<Connected<State>> {
  return asProblems(async () => {
    const api = new RocketChatApi(context.config, context.signal);
    const user = await ensureUser(api, context);
    // Tokens are made for deactivated accounts too: the server does not look, so the portal must.
    if (user.active === false) throw new Problem("account_disabled", { vendorName });
    const { token, userId } =
      context.config.login === "password"
        ? await loginWithPassword(api, context, user)
        : await createToken(api, context, user);
    const now = Date.now();
    const endsAt = now + tokenLifetimeMs;
    return { state: { token, userId, checkedAt: now, endsAt }, expiresAt: new Date(endsAt) };
  });
}

/** Hands out the session's token; asks the server first when it was last accepted more than a minute ago. */
export function mint({ config, signal }: CallContext<Config>, state: State): Promise<{ grant: Grant; state?: State }> {
  return asProblems(async () => {
    const { token, userId, checkedAt, endsAt } = state;
    const grant = { token, userId, expiresAt: new Date(endsAt).toISOString() };
    if (Date.now() - checkedAt < trustedForMs) return { grant };
    const known = await isKnown(new RocketChatApi(config, signal), { token, userId });
    if (!known) throw new ConnectionLost();
    return { grant, state: { ...state, checkedAt: Date.now() } };
  });
}

/** Ends the token at the server. The other sessions of the user live on. */
export function revoke({ config, signal }: CallContext<Config>, state: State): Promise<void> {
  return asProblems(() => new RocketChatApi(config, signal).logout(state));
}

/**
 * Whether the server knows the token. `GET me` runs with the user's own rights and counts against the server's limit of
 * ten calls a minute and address; being limited says nothing about the token, so it then counts as known.
 */
async function isKnown(api: RocketChatApi, token: LoginToken): Promise<boolean> {
  try {
    return (await api.me(token)) === token.userId;
  } catch (error) {
    if (isRocketChatFailure(error) && error.kind === "rate-limited") return true;
    throw error;
  }
}

// The account

/** Marks accounts that the portal made, so that it never resets a password that somebody chose. */
export const accountMark = "Signs in through the portal";

/** Some servers demand letters of both cases, a digit and a sign. */
const strong = (secret: string) => `${secret}aA1!`;

/**
 * The password of a portal-made account: the same at every login, known to nobody, gone when the key is.
 */
export function derivedPassword(key: string, account: string): string {
  return strong(createHmac("sha256", key).update(`rocketchat\0${account.toLowerCase()}`).digest("base64url"));
}

const passwordFor = ({ config, account }: Context) =>
  config.login === "password" && config.passwordKey
    ? derivedPassword(config.passwordKey, account)
    : strong(randomBytes(32).toString("base64url"));

/** The server refuses these in names, plainly or percent-encoded (vendor source: validateNameChars). */
const displayName = (name: string, fallback: string) =>
  name
    .replace(/[<>\\/%]/g, " ")
    .replace(/\s+/g, " ")
    .trim() || fallback;

const emailOf = ({ user, account }: Context) => user.email ?? `${account}@portal.invalid`;

async function ensureUser(api: RocketChatApi, context: Context): Promise<RocketChatUser> {
  const found = await api.userByUsername(context.account);
  if (!found) return createUser(api, context);
  if (found._id === context.config.serviceUserId)
    throw new Problem("account_forbidden", {
      vendorName,
      detail:
        "The Rocket.Chat account mapped to you is the portal's own. Ask your administrator to correct the mapping.",
    });
  if (found.active !== false) await keepInStep(api, context, found);
  return found;
}

async function createUser(api: RocketChatApi, context: Context): Promise<RocketChatUser> {
  const { account, user, config } = context;
  try {
    const created = await api.createUser({
      username: account,
      name: displayName(user.name, account),
      email: emailOf(context),
      password: passwordFor(context),
      // A verified address is somebody's proof elsewhere, so it is the identity provider's word; but an account whose
      // password is used needs one, or the server refuses the login.
      verified: user.emailVerified || config.login === "password",
      bio: accountMark,
    });
    return { ...created, username: account };
  } catch (error) {
    if (!isRocketChatFailure(error) || error.kind !== "taken") throw error;
    return afterLostRace(api, context, error);
  }
}

/** How often to look again for an account that somebody else is creating at this moment. */
const looks = 3;

/**
 * Somebody was faster, or the e-mail belongs to another account: only looking again tells.
 *
 * @throws Problem `account_conflict` when the account still does not exist
 */
async function afterLostRace(
  api: RocketChatApi,
  { account, signal }: Context,
  conflict: RocketChatFailure,
): Promise<RocketChatUser> {
  for (let look = 0; look < looks; look += 1) {
    const found = await api.userByUsername(account);
    if (found) return found;
    await pause(40 + randomInt(80) * (look + 1), undefined, { signal });
  }
  throw problemOf(conflict);
}

/** Follows a changed name or a changed verified e-mail address. Signing in never fails for it. */
async function keepInStep(api: RocketChatApi, { user, account }: Context, found: RocketChatUser): Promise<void> {
  const name = displayName(user.name, account);
  const email = user.emailVerified ? user.email : null;
  // Without the permission to see addresses there is nothing to compare with.
  const current = found.emails?.map(({ address }) => address.toLowerCase());
  const emailChanged = email !== null && current !== undefined && !current.includes(email.toLowerCase());
  if (found.name === name && !emailChanged) return;
  try {
    await api.updateUser(found._id, { name, ...(emailChanged ? { email, verified: true } : {}) });
  } catch (error) {
    const reference = isRocketChatFailure(error) ? error.more.reference : (error as Error).name;
    log.warn({ vendor: "rocketchat", reference }, "A chat account could not be kept in step");
  }
}

// Strategy `create-token`

const versions = perProcess("rocketchat:versions", () => new Map<string, { major: number; at: number }>());
const versionKeptMs = 5 * 60_000;

async function majorVersion(api: RocketChatApi, { config }: Context): Promise<number> {
  const known = versions.get(config.internalUrl);
  if (known && Date.now() - known.at < versionKeptMs) return known.major;
  const { major } = await api.version();
  versions.set(config.internalUrl, { major, at: Date.now() });
  return major;
}

/** The fault of 7.13 goes away once a first token was written, which the failed call itself does. */
const attempts = 3;

async function createToken(api: RocketChatApi, context: Context, user: RocketChatUser): Promise<LoginToken> {
  const { config, signal } = context;
  let target = user;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const token = await api.createToken(target._id, await secretFor(api, context));
      if (token.userId !== target._id) throw new Problem("vendor_bad_answer", { vendorName });
      await verify(api, context, token);
      return token;
    } catch (error) {
      if (!isRocketChatFailure(error) || attempt === attempts) throw error;
      if (error.kind === "invalid-parameters")
        versions.delete(config.internalUrl); // updated meanwhile
      else if (error.kind === "not-found")
        target = await ensureUser(api, context); // deleted meanwhile
      else if (error.kind !== "transient") throw error;
      await pause(50 * attempt, undefined, { signal });
    }
  }
}

/** The secret that the server's release expects; null for 7.x, which has a switch and a permission instead. */
async function secretFor(api: RocketChatApi, context: Context): Promise<string | null> {
  if ((await majorVersion(api, context)) < 8) return null;
  const { createTokenSecret } = context.config;
  if (createTokenSecret) return createTokenSecret;
  throw new Problem("create_token_disabled", {
    vendorName,
    detail:
      "Rocket.Chat 8 creates login tokens only with a secret. The portal's administrator needs to set ROCKETCHAT_CREATE_TOKEN_SECRET, or ROCKETCHAT_LOGIN=password.",
  });
}

/** A new token may not be stored yet when it is returned (vendor issue 40598): ask, and ask again a moment later. */
async function verify(api: RocketChatApi, { signal }: Context, token: LoginToken): Promise<void> {
  for (const waitMs of [0, 120, 400]) {
    if (waitMs > 0) await pause(waitMs, undefined, { signal });
    if (await isKnown(api, token)) return;
  }
  throw new Problem("vendor_failed", { vendorName, reference: "a new token is not accepted" });
}

// Strategy `password`

async function loginWithPassword(api: RocketChatApi, context: Context, user: RocketChatUser): Promise<LoginToken> {
  const password = passwordFor(context);
  const login = async () => {
    const token = await api.loginWithPassword(context.account, password);
    if (token.userId !== user._id) throw new Problem("vendor_bad_answer", { vendorName });
    return token;
  };
  try {
    return await login();
  } catch (error) {
    const refused = isRocketChatFailure(error) && error.kind === "login-refused";
    // Only an account that the portal made has a password that the portal may set.
    if (!refused || user.bio !== accountMark) throw error;
    await api.updateUser(user._id, { password });
    return login();
  }
}
