import "server-only";
/** What a way of signing in is, and what the ways into the Library share. */
import { isConnectionLost } from "@/lib/broker/vendor-adapter";
import type { Context } from "../accounts";
import { type LibrarySession, logOut, type Presentation, sessionUser } from "../api";
import { problem } from "../errors";
import type { State } from "../state";

/** One way to open a connection for a user, chosen by `MICROSTRATEGY_LOGIN`. */
export interface Strategy {
  /** @throws Problem; no session is left behind then */
  connect(context: Context): Promise<State>;
}

/** A session just opened, and the strategy's own proof that it is the mapped user's. */
export interface Login {
  readonly session: LibrarySession;
  /** Throws a Problem when the session turns out to be another user's. Absent when the login itself named the user. */
  readonly belongs?: (userId: string) => void | Promise<void>;
}

/** A strategy that ends in a Library session, of which the Library is asked whose it is. */
export const libraryStrategy = (signIn: (context: Context) => Promise<Login>): Strategy => ({
  async connect(context) {
    try {
      const { session, belongs } = await signIn(context);
      try {
        const opened = await sessionUser(context, session);
        await belongs?.(opened.userId);
        return { via: "library", ...opened.session, userId: opened.userId };
      } catch (error) {
        // This session will not be used: do not leave it to count against the user's cap.
        await logOut(context, session).catch(() => undefined);
        throw error;
      }
    } catch (error) {
      throw asConnectFailure(error);
    }
  },
});

/** A session that is gone right after its login cannot be had by logging in once more. */
export const asConnectFailure = (error: unknown) =>
  isConnectionLost(error) ? problem("vendor_failed", { reference: "session not kept" }) : error;

/** Language and time zone of the person, as a login takes them. */
export const shownTo = ({ locale, timeZone }: Context): Presentation => ({
  locale: localeOf(locale),
  timeZone: timeZone ?? undefined,
});

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
