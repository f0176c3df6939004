import "server-only";
/** The ways the broker signs in at the Library for a user, chosen by `MICROSTRATEGY_LOGIN`. */
import { type Credential, isConnectionLost, type UserContext } from "@/lib/broker/vendor-adapter";
import { isProblem, Problem } from "@/lib/problem/problem";
import type { LoginStrategy, MicroStrategyConfig } from "../config";
import { loginModes } from "../protocol";
import {
  createApiToken,
  findUser,
  type LibrarySession,
  logIn,
  logInWithOidc,
  loginNameOf,
  logOut,
  type Presentation,
  sessionUser,
} from "./api";

type Context = UserContext<MicroStrategyConfig>;

/** A session, and the object ID of the user it was found to belong to. */
export interface OpenedSession {
  readonly session: LibrarySession;
  readonly userId: string;
}

const vendorName = "MicroStrategy";

/** The strategies that end in a Library session; MicroStrategy Web's has sessions of its own (web.ts). */
type LibraryStrategy = Exclude<LoginStrategy, "web">;

/**
 * Opens a Library session for the user of a context, and asks the Library whose it is.
 *
 * @throws Problem; no session is left behind then
 */
export async function openSession(context: Context, strategy: LibraryStrategy): Promise<OpenedSession> {
  const { session, belongs } = await strategies[strategy](context);
  try {
    const opened = await sessionUser(context, session);
    await belongs(opened.userId);
    return opened;
  } catch (error) {
    // Nobody will use this session: do not leave it to count against the user's cap.
    await logOut(context, session).catch(() => undefined);
    throw error;
  }
}

/** A session just opened, and the strategy's own proof that it is the mapped user's. */
interface Login {
  readonly session: LibrarySession;
  /** Throws a Problem when the session turns out to be another user's. */
  readonly belongs: (userId: string) => void | Promise<void>;
}

/** The login itself named the user. */
const named = () => undefined;

export const sameUser = (one: string, other: string) => one.toUpperCase() === other.toUpperCase();

export const wrongUser = () =>
  new Problem("vendor_bad_answer", {
    vendorName,
    detail: "MicroStrategy answered for another user than the one mapped to you.",
    reference: "user mismatch",
  });

/** Language and time zone of the person, as a login takes them. */
const shownTo = ({ locale, timeZone }: Context): Presentation => ({
  locale: localeOf(locale),
  timeZone: timeZone ?? undefined,
});

/**
 * The user's own Library or LDAP login from the sealed store (the seed document's case). It must be the mapped
 * account's: who a user is at the vendor comes from portal.config.ts, and not from what somebody linked.
 */
export async function ownCredential(context: Context): Promise<Credential> {
  const credential = await context.credential();
  if (!credential) throw new Problem("credential_missing", { vendorName });
  if (credential.username.toLowerCase() !== context.account.toLowerCase())
    throw new Problem("credential_rejected", {
      vendorName,
      detail: "The linked login belongs to another account than the one mapped to you. Link the account again.",
    });
  return credential;
}

async function withCredentials(context: Context): Promise<Login> {
  const { username, password, mode } = await ownCredential(context);
  const loginMode = mode === loginModes.ldap ? loginModes.ldap : context.config.loginMode;
  const session = await logIn(context, { loginMode, username, password }, shownTo(context));
  return { session, belongs: named };
}

/**
 * Does something with a session of the portal's service account, and closes it. Once more when the session is lost
 * meanwhile: a logout may close every session of its user (OAS: logout), hence another call's too.
 */
async function asService<T>(context: Context, work: (service: LibrarySession) => Promise<T>): Promise<T> {
  try {
    return await onServiceSession(context, work);
  } catch (error) {
    if (isConnectionLost(error)) return onServiceSession(context, work);
    throw error;
  }
}

async function onServiceSession<T>(context: Context, work: (service: LibrarySession) => Promise<T>): Promise<T> {
  const { service } = context.config;
  if (!service) throw new Problem("vendor_unconfigured", { vendorName });
  const session = await logIn(context, { loginMode: loginModes.standard, ...service }).catch(asOurFault);
  try {
    return await work(session);
  } finally {
    await logOut(context, session).catch(() => undefined);
  }
}

/** The object ID of the mapped account. @throws Problem `account_unknown` */
async function lookUp(context: Context, service: LibrarySession): Promise<string> {
  const userId = await findUser(context, service, context.account).catch(asOurFault);
  if (!userId) throw new Problem("account_unknown", { vendorName });
  return userId;
}

/** The object ID of the mapped account; null for a login name when there is no service account to look it up. */
export async function mappedUserId(context: Context): Promise<string | null> {
  if (isObjectId(context.account)) return context.account;
  return context.config.service ? asService(context, (service) => lookUp(context, service)) : null;
}

/** The service account makes an API token for the mapped user, who is then signed in with it: no passwords anywhere. */
const withApiToken = (context: Context): Promise<Login> =>
  asService(context, async (service) => {
    const userId = isObjectId(context.account) ? context.account : await lookUp(context, service);
    // One API token per user: another portal session of the same user may replace ours between the two calls.
    for (let attempt = 1; ; attempt += 1) {
      const apiToken = await createApiToken(context, service, userId).catch(asOurFault);
      try {
        const session = await logIn(context, { loginMode: loginModes.apiToken, username: apiToken }, shownTo(context));
        const belongs = (found: string) => {
          if (!sameUser(found, userId)) throw wrongUser();
        };
        return { session, belongs };
      } catch (error) {
        const replaced = isProblem(error) && error.code === "credential_rejected";
        if (!replaced || attempt >= 3) throw replaced ? asOurFault(error) : error;
      }
    }
  });

const isObjectId = (account: string) => /^[0-9A-F]{32}$/i.test(account);

/** A refused service account is the portal's trouble, not the user's. */
function asOurFault(error: unknown): never {
  const refusals = [
    "credential_rejected",
    "credential_expired",
    "account_locked",
    "account_disabled",
    "account_forbidden",
  ];
  if (isProblem(error) && refusals.includes(error.code))
    throw new Problem("vendor_misconfigured", {
      vendorName,
      detail: "MicroStrategy refuses the portal's service account. Its administrator needs to check the account.",
      reference: error.options.reference,
    });
  throw error;
}

/** Whether the strategy may open the item: guests only what is marked public (`access: "public"` in its target). */
export function requireOpenTo({ config, item }: Context): void {
  if (config.login !== "guest" || item.target.access === "public") return;
  throw new Problem("item_forbidden", {
    vendorName,
    detail: "MicroStrategy is open to guests here, and this item is not for guests. Ask its owner to make it public.",
  });
}

async function asGuest(context: Context): Promise<Login> {
  const session = await logIn(context, { loginMode: loginModes.guest }, shownTo(context));
  return { session, belongs: named };
}

/** The tokens of the portal's own sign-in, for a Library behind the same identity provider. */
async function withOidc(context: Context): Promise<Login> {
  const tokens = await context.oidcTokens();
  if (!tokens) throw new Problem("sign_in_again", { vendorName });
  const session = await logInWithOidc(context, tokens, shownTo(context));
  return { session, belongs: (userId) => requireAccount(context, session, userId) };
}

/**
 * The identity provider's word chose this session's user, and the mapping must agree. An object ID is compared as it
 * is; a login name with the one that the Library tells of the session's own user. A Library that does not tell it leaves
 * the identity provider's word alone, which docs/setup/microstrategy.md says.
 */
async function requireAccount(context: Context, session: LibrarySession, userId: string): Promise<void> {
  const { account } = context;
  const found = isObjectId(account) ? userId : await loginNameOf(context, session, userId);
  if (found === null || sameUser(found, account)) return;
  throw new Problem("account_unknown", {
    vendorName,
    detail:
      "Your sign-in leads to another MicroStrategy account than the one mapped to you. Ask your administrator to correct one of the two.",
    reference: "user mismatch",
  });
}

const strategies: Readonly<Record<LibraryStrategy, (context: Context) => Promise<Login>>> = {
  credentials: withCredentials,
  "api-token": withApiToken,
  oidc: withOidc,
  guest: asGuest,
};

const regions: Readonly<Record<string, string>> = {
  en: "en_us",
  de: "de_de",
  fr: "fr_fr",
  es: "es_es",
  it: "it_it",
  ja: "ja_jp",
  ko: "ko_kr",
  nl: "nl_nl",
  pl: "pl_pl",
  pt: "pt_br",
  sv: "sv_se",
  da: "da_dk",
  zh: "zh_cn",
};

/** The Library's spelling of a language tag (`de-CH` → `de_ch`), or undefined for the server's default. */
export function localeOf(tag: string): string | undefined {
  const [language = "", region] = tag.toLowerCase().split("-");
  return region && /^[a-z]{2}$/.test(region) ? `${language}_${region}` : regions[language];
}
