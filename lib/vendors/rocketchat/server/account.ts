import "server-only";
/** The user's account in Rocket.Chat. */
import { createHmac, randomBytes, randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { log } from "@/lib/log";
import { Problem } from "@/lib/problem/problem";
import { vendorName } from "../protocol";
import type { RocketChatApi, RocketChatUser } from "./api";
import { isRocketChatFailure, problemOf, type RocketChatFailure } from "./failure";
import type { Context } from "./state";

/** Marks accounts that the portal made, so that it never resets a password that a person chose. */
export const accountMark = "Signs in through the portal";

/** Some servers demand letters of both cases, a digit and a sign. */
const strong = (secret: string) => `${secret}aA1!`;

/**
 * The password of a portal-made account: the same at every login, stored nowhere, gone when the key is.
 */
export function derivedPassword(key: string, account: string): string {
  return strong(createHmac("sha256", key).update(`rocketchat\0${account.toLowerCase()}`).digest("base64url"));
}

/** The password of the account, derived or random, by the strategy. */
export const passwordFor = ({ config, account }: Context) =>
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

/**
 * The user's account: found, or made, and kept in step with the portal's user.
 *
 * @throws Problem, RocketChatFailure
 */
export async function ensureUser(api: RocketChatApi, context: Context): Promise<RocketChatUser> {
  const found = await api.userByUsername(context.account);
  if (!found) return createUser(api, context);
  if (found._id === context.config.serviceUserId)
    throw new Problem("account_forbidden", {
      vendorName,
      detail:
        "The Rocket.Chat account mapped to you is the portal's own. Ask your administrator to correct the mapping.",
    });
  if (found.active !== false) await syncProfile(api, context, found);
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
      // Other systems trust a verified address, so this is the identity provider's word; but an account whose
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

/** How often to look again for an account that another request is creating at this moment. */
const looks = 3;

/**
 * Another request was faster, or the e-mail belongs to another account: only looking again tells.
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
async function syncProfile(api: RocketChatApi, { user, account }: Context, found: RocketChatUser): Promise<void> {
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
