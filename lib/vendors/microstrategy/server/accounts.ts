import "server-only";
/** Who a user is at the Library: the mapped account, compared with what the Library says. */
import { type Credential, isConnectionLost, type UserContext } from "@/lib/broker/vendor-adapter";
import { isProblem } from "@/lib/problem/problem";
import type { MicroStrategyConfig } from "../config";
import { loginModes, objectIdPattern } from "../protocol";
import { findUser, type LibrarySession, logIn, loginNameOf, logOut } from "./api";
import { problem } from "./errors";

export type Context = UserContext<MicroStrategyConfig>;

export const isObjectId = (account: string) => objectIdPattern.test(account);

export const isSameUser = (one: string, other: string) => one.toUpperCase() === other.toUpperCase();

export const wrongUser = () =>
  problem("vendor_bad_answer", {
    detail: "MicroStrategy answered for another user than the one mapped to you.",
    reference: "user mismatch",
  });

/**
 * The user's own Library or LDAP login from the sealed store. It must be the mapped
 * account's: who a user is at the vendor comes from portal.config.ts, and not from what was linked.
 *
 * @throws Problem `credential_missing`, or `credential_rejected` for another account's login
 */
export async function ownCredential(context: Context): Promise<Credential> {
  const credential = await context.credential();
  if (!credential) throw problem("credential_missing");
  if (credential.username.toLowerCase() !== context.account.toLowerCase())
    throw problem("credential_rejected", {
      detail: "The linked login belongs to another account than the one mapped to you. Link the account again.",
    });
  return credential;
}

/**
 * Does something with a session of the portal's service account, and closes it. Once more when the session is lost
 * meanwhile: a logout may close every session of its user (OpenAPI: /api/auth/logout), hence another call's too.
 */
export async function asService<T>(context: Context, work: (service: LibrarySession) => Promise<T>): Promise<T> {
  try {
    return await onServiceSession(context, work);
  } catch (error) {
    if (isConnectionLost(error)) return onServiceSession(context, work);
    throw error;
  }
}

async function onServiceSession<T>(context: Context, work: (service: LibrarySession) => Promise<T>): Promise<T> {
  const { service } = context.config;
  if (!service) throw problem("vendor_unconfigured");
  const session = await logIn(context, { loginMode: loginModes.standard, ...service }).catch(asMisconfiguration);
  try {
    return await work(session);
  } finally {
    await logOut(context, session).catch(() => undefined);
  }
}

/** A refused service account is for the administrator to mend, not for the user. */
export function asMisconfiguration(error: unknown): never {
  const refusals = [
    "credential_rejected",
    "credential_expired",
    "account_locked",
    "account_disabled",
    "account_forbidden",
  ];
  if (isProblem(error) && refusals.includes(error.code))
    throw problem("vendor_misconfigured", {
      detail: "MicroStrategy refuses the portal's service account. Its administrator needs to check the account.",
      reference: error.options.reference,
    });
  throw error;
}

/** The object ID of the mapped account, looked up with a session of the service account. @throws Problem `account_unknown` */
export async function lookUp(context: Context, service: LibrarySession): Promise<string> {
  if (isObjectId(context.account)) return context.account;
  const userId = await findUser(context, service, context.account).catch(asMisconfiguration);
  if (!userId) throw problem("account_unknown");
  return userId;
}

/**
 * The identity provider's word chose a session's user, and the mapping must agree. An object ID is compared as it is; a
 * login name with the one that the Library tells of the session's own user. A Library that does not tell it leaves the
 * identity provider's word alone, which docs/setup/microstrategy.md says.
 *
 * @throws Problem `account_unknown`
 */
export async function requireAccount(context: Context, session: LibrarySession, userId: string): Promise<void> {
  const { account } = context;
  const found = isObjectId(account) ? userId : await loginNameOf(context, session, userId);
  if (found === null || isSameUser(found, account)) return;
  throw problem("account_unknown", {
    detail:
      "Your sign-in leads to another MicroStrategy account than the one mapped to you. Ask your administrator to correct one of the two.",
    reference: "user mismatch",
  });
}
