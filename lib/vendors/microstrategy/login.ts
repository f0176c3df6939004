import "server-only";
/** The ways the broker signs in at the Library for a user, chosen by `MICROSTRATEGY_LOGIN`. */
import type { Credential, UserContext } from "@/lib/broker/brokered";
import { Problem } from "@/lib/problem/problem";
import { createApiToken, findUser, type LibrarySession, logIn, logInWithOidc, logOut } from "./api";
import type { LoginStrategy, MicroStrategyConfig } from "./config";
import { loginModes } from "./protocol";

type Context = UserContext<MicroStrategyConfig>;

export interface OpenedSession {
  readonly session: LibrarySession;
  /** Object ID the session must turn out to have, where the strategy knows it beforehand. */
  readonly expectedUserId: string | null;
}

const vendorName = "MicroStrategy";

/** The strategies that end in a Library session; MicroStrategy Web's has sessions of its own (web.ts). */
type LibraryStrategy = Exclude<LoginStrategy, "web">;

/** Opens a Library session for the user of a context. @throws Problem */
export function openSession(context: Context, strategy: LibraryStrategy): Promise<OpenedSession> {
  return strategies[strategy](context);
}

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

async function withCredentials(context: Context): Promise<OpenedSession> {
  const { username, password, mode } = await ownCredential(context);
  const loginMode = mode === loginModes.ldap ? loginModes.ldap : context.config.loginMode;
  const session = await logIn(context, { loginMode, username, password, locale: localeOf(context.locale) });
  return { session, expectedUserId: null };
}

/** The service account makes an API token for the mapped user, who is then signed in with it: no passwords anywhere. */
async function withApiToken(context: Context): Promise<OpenedSession> {
  const { service } = context.config;
  if (!service) throw new Problem("vendor_unconfigured", { vendorName });
  const admin = await logIn(context, { loginMode: loginModes.standard, ...service }).catch(asOurFault);
  try {
    const userId = isObjectId(context.account) ? context.account : await findUser(context, admin, context.account);
    if (!userId) throw new Problem("account_unknown", { vendorName });
    // One API token per user: another portal session of the same user may replace ours between the two calls.
    for (let attempt = 1; ; attempt += 1) {
      const apiToken = await createApiToken(context, admin, userId).catch(asOurFault);
      try {
        const session = await logIn(context, {
          loginMode: loginModes.apiToken,
          username: apiToken,
          locale: localeOf(context.locale),
        });
        return { session, expectedUserId: userId };
      } catch (error) {
        const replaced = error instanceof Problem && error.code === "credential_rejected";
        if (!replaced || attempt >= 3) throw replaced ? asOurFault(error) : error;
      }
    }
  } finally {
    await logOut(context, admin).catch(() => undefined);
  }
}

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
  if (error instanceof Problem && refusals.includes(error.code))
    throw new Problem("vendor_misconfigured", {
      vendorName,
      detail: "MicroStrategy refuses the portal's service account. Its administrator needs to check the account.",
      reference: error.options.reference,
    });
  throw error;
}

/** Whether the strategy may open the item: guests only what is marked public (`access: "public"` in its target). */
export function requireOpenTo({ config, item }: Context): void {
  if (config.login === "guest" && item.target.access !== "public") throw new Problem("item_forbidden", { vendorName });
}

async function asGuest(context: Context): Promise<OpenedSession> {
  const session = await logIn(context, { loginMode: loginModes.guest, locale: localeOf(context.locale) });
  return { session, expectedUserId: null };
}

/** The tokens of the portal's own sign-in, for a Library behind the same identity provider. */
async function withOidc(context: Context): Promise<OpenedSession> {
  const tokens = await context.oidcTokens();
  if (!tokens)
    throw new Problem("account_unmapped", {
      vendorName,
      detail: "MicroStrategy opens with your organization's sign-in. Sign out, then sign in with your organization.",
    });
  return { session: await logInWithOidc(context, tokens), expectedUserId: null };
}

const strategies: Readonly<Record<LibraryStrategy, (context: Context) => Promise<OpenedSession>>> = {
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
