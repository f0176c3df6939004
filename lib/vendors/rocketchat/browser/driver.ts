import "client-only";
/**
 * Drives one framed Rocket.Chat client: waits until it listens, logs the portal's user in, notices whether it worked,
 * and keeps it that way. Knows nothing of React; `embed.tsx` gives it a window.
 */
import {
  type EmbedProblem,
  type EmbedReport,
  GrantRefused,
  type GrantSource,
  isGrantRefused,
} from "@/lib/vendors/embed-host";
import { type ChatEvent, type Command, command, parseEvent, provesLogin, type RocketChatGrant } from "../protocol";

/** The client must say that it has started within this time. */
export const startupMs = 8_000;
/** After a token was sent, the first event of a logged-in client must come within this time. */
export const silenceMs = 3_500;
/**
 * A client that is logged in as this user already, because it asked the portal by itself or kept the login, has nothing
 * new to say when it gets a token. After this time it is made to speak: leaving a room and opening it again is an event.
 */
export const elicitMs = 1_200;
/** A logout is not acknowledged by every release: the login follows at the latest after this time. */
const logoutMs = 500;
/** The least time between two looks at whether the token still holds. */
const lookAgainMs = 20_000;
/** A login lost more often than this within {@link lossesWithinMs} will be lost again. */
const mostLosses = 3;
const lossesWithinMs = 60_000;

export interface ChatFrameOptions {
  readonly userId: string;
  /** The room to be shown first, already in the frame's address. */
  readonly path: string;
  readonly grant: GrantSource<RocketChatGrant>;
  /** Asks for the session's token without a say in what is on the screen: a look that fails may pass. */
  readonly current: () => Promise<RocketChatGrant>;
  readonly report: (report: EmbedReport) => void;
  /** Posts to the framed window, to Rocket.Chat's origin and no other. */
  readonly post: (message: Command) => void;
  /** Told of every event of a client that is logged in as the portal's user. */
  readonly onEvent: (event: ChatEvent) => void;
  readonly onConnected: () => void;
  readonly onGone: () => void;
  /** Whether Rocket.Chat answers at all; asked only when its client stays silent. */
  readonly reachable: () => Promise<boolean>;
  /** Who was last logged in to the frame in this browser; storage that another user of the browser shares. */
  readonly lastUser: { get(): string | null; set(userId: string): void };
}

/** Problems of the portal session: the chat must close for them, while any other failure of a look may pass. */
const ends = new Set(["unauthenticated", "user_disabled", "account_unmapped", "account_disabled", "item_forbidden"]);

type Wait = "startup" | "logout" | "elicit" | "silence";

/** Both look the same from outside: a frame that was refused, and a client that stops at its first use of storage. */
const silentFrame =
  "The frame stayed silent. Either Rocket.Chat's administrator has not allowed this portal to frame it, or this browser keeps no storage for products inside other pages; then a new tab helps.";

/** More than a client with many rooms says at its login. */
const mostEarly = 2_000;

export class ChatFrame {
  readonly #options: ChatFrameOptions;
  readonly #timers = new Map<Wait, ReturnType<typeof setTimeout>>();
  #path: string;
  #shownPath: string;
  #first: Promise<RocketChatGrant> | null = null;
  #sentToken: string | null = null;
  /** The account whose token came first. */
  #account: string | null = null;
  /** Whether this sign-in has come as far as sending its token. */
  #tokenSent = false;
  #loaded = false;
  #interactive = false;
  #renewed = false;
  #stopped = false;
  #lookedAt = 0;
  /** What the client said before it was known whose it is: told on once it is known to be this user's, else forgotten. */
  #early: ChatEvent[] = [];
  /** Whoever was logged in before this frame has been logged out. */
  #cleared = false;
  /** The client was made to speak, so that an open room counts as an answer. */
  #elicited = false;
  /** When the login was lost, lately. */
  #losses: readonly number[] = [];
  #afterLogout: (() => void) | null = null;
  /** Counts sign-ins; an older one that comes back late does nothing. */
  #round = 0;

  constructor(options: ChatFrameOptions) {
    this.#options = options;
    this.#path = options.path;
    this.#shownPath = options.path;
  }

  /** Begins, just before the frame gets its address. The grant is fetched while the client loads. */
  start(): void {
    this.#options.report({ state: "loading", waitingFor: "Rocket.Chat to load" });
    this.#first = this.#options.grant.take();
    this.#first.catch((error: unknown) => this.#refused(error));
    this.#timer("startup", startupMs, () => this.#noStartup());
  }

  /** The frame's `load` event: something has arrived, which may be the browser's own error page. */
  loaded(): void {
    this.#loaded = true;
  }

  /** Takes a message that came from the framed window and from Rocket.Chat's origin. */
  receive(data: unknown): void {
    const event = parseEvent(data);
    if (!event || this.#stopped) return;
    if (event.name === "startup") {
      this.#clear("startup");
      this.#early = [];
      const again = this.#sentToken !== null;
      void this.#signIn(again ? "again" : "first");
      return;
    }
    if (event.name === "logged-out") {
      if (this.#afterLogout) {
        this.#early = [];
        this.#afterLogout();
      } else this.lostLogin();
      return;
    }
    if (!this.#interactive) {
      const answers = this.#tokenSent && (provesLogin(event) || (this.#elicited && event.name === "room"));
      if (!answers) {
        if (this.#early.length < mostEarly) this.#early.push(event);
        return;
      }
      // A login that begins now says everything anew; one that was there before has said it.
      this.#loggedIn(event.name === "room" ? this.#early : []);
    }
    this.#tell(event);
  }

  #tell(event: ChatEvent): void {
    if (event.name === "room") this.#shownPath = event.path;
    this.#options.onEvent(event);
  }

  /** Shows another room in the same frame. */
  open(path: string): void {
    this.#path = path;
    if (this.#interactive && !this.#stopped) this.#go();
  }

  /**
   * The client is logged out, by the person in its own menu or by its server. The portal session is the one that counts,
   * so that a new token follows; a chat that loses it again and again is given up.
   */
  lostLogin(now = Date.now()): void {
    if (this.#stopped || !this.#interactive) return;
    this.#interactive = false;
    this.#early = [];
    this.#options.onGone();
    this.#losses = [...this.#losses.filter((at) => now - at < lossesWithinMs), now];
    if (this.#losses.length > mostLosses) {
      this.#options.report({ state: "failed", problem: { code: "embed_session_lost" } });
      return;
    }
    this.#renewed = true;
    this.#shownPath = ""; // wherever a logout has led
    void this.#signIn("renew");
  }

  /** The person is back at the window: does the token still hold? A revoked one shows in no event. */
  async look(now = Date.now()): Promise<void> {
    if (!this.#interactive || now - this.#lookedAt < lookAgainMs) return;
    this.#lookedAt = now;
    const round = this.#round;
    try {
      const current = await this.#options.current();
      if (this.#stopped || round !== this.#round || current.token === this.#sentToken) return;
      this.#send(this.#ownToken(current));
    } catch (error) {
      if (isGrantRefused(error) && ends.has(error.problem.code)) this.#refused(error);
    }
  }

  /** The person signs out of the portal: the client forgets them too, and is not logged in again. */
  leave(): void {
    if (this.#stopped) return;
    this.#options.post(command.logout());
    this.stop();
  }

  /** The frame is about to go. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#round += 1;
    for (const name of [...this.#timers.keys()]) this.#clear(name);
    this.#options.onGone();
  }

  async #signIn(why: "first" | "again" | "renew"): Promise<void> {
    const round = ++this.#round;
    this.#tokenSent = false;
    this.#elicited = false;
    this.#clear("elicit");
    this.#clear("silence");
    if (why !== "first") {
      this.#interactive = false;
      this.#options.report({ state: "renewing" });
    }
    if (why !== "renew") this.#renewed = false;
    try {
      const { grant } = this.#options;
      const taken = why === "first" && this.#first ? this.#first : why === "renew" ? grant.renew() : grant.take();
      this.#options.report(
        why === "first" ? { state: "loading", waitingFor: "Rocket.Chat to sign you in" } : { state: "renewing" },
      );
      const given = await taken;
      if (this.#stopped || round !== this.#round) return;
      const token = this.#ownToken(given);
      const known = this.#options.lastUser.get() === this.#options.userId;
      if (!known && !this.#cleared) await this.#leaveOtherUser();
      if (this.#stopped || round !== this.#round) return;
      this.#send(token);
      this.#tokenSent = true;
      if (known && this.#early.some(provesLogin)) return this.#loggedIn(this.#early);
      this.#timer("elicit", elicitMs, () => this.#elicit());
      this.#timer("silence", silenceMs, () => this.#silent());
    } catch (error) {
      if (round === this.#round) this.#refused(error);
    }
  }

  /**
   * Whoever else was logged in here goes first, so that none of their events is taken for this user's. The same user is
   * not logged out: that would end the very token which is about to be used again.
   */
  #leaveOtherUser(): Promise<void> {
    const { lastUser, post } = this.#options;
    post(command.logout());
    this.#shownPath = "/home"; // where a logout leads
    return new Promise((resolve) => {
      const go = () => {
        // Said by whoever has gone. Where nobody was before, it was this user's own login, asked of the portal.
        if (lastUser.get() !== null) this.#early = [];
        this.#clear("logout");
        this.#afterLogout = null;
        this.#cleared = true;
        resolve();
      };
      this.#afterLogout = go;
      this.#timer("logout", logoutMs, go);
    });
  }

  /**
   * The portal gives the token of whoever its cookie says. When somebody else has signed in in another tab, this page
   * is still the one before's: their chat must not open in it.
   */
  #ownToken({ token, userId }: RocketChatGrant): string {
    this.#account ??= userId;
    if (userId !== this.#account) throw new GrantRefused({ code: "unauthenticated" });
    return token;
  }

  #send(token: string): void {
    this.#sentToken = token;
    this.#options.post(command.loginWithToken(token));
  }

  /** @param said what the client has told of this login already */
  #loggedIn(said: readonly ChatEvent[]): void {
    this.#clear("elicit");
    this.#clear("silence");
    this.#renewed = false;
    this.#interactive = true;
    this.#early = [];
    this.#lookedAt = Date.now();
    // Not before it is proved: after a sign-in that failed, the frame may still hold somebody else's login.
    this.#options.lastUser.set(this.#options.userId);
    this.#options.onConnected();
    this.#options.report({ state: "interactive" });
    for (const event of said) this.#tell(event);
    if (this.#path !== this.#shownPath) this.#go();
  }

  #go(): void {
    if (this.#path === this.#shownPath) return;
    this.#shownPath = this.#path;
    this.#options.post(command.go(this.#path));
  }

  #elicit(): void {
    this.#elicited = true;
    this.#shownPath = this.#path;
    this.#options.post(command.go("/home"));
    this.#options.post(command.go(this.#path));
  }

  /** No event of a logged-in client: the token was refused, which Rocket.Chat tells nobody. One new token, then the end. */
  #silent(): void {
    if (!this.#renewed) {
      this.#renewed = true;
      void this.#signIn("renew");
    } else this.#options.report({ state: "failed", problem: { code: "embed_refused" } });
  }

  async #noStartup(): Promise<void> {
    const reachable = await this.#options.reachable();
    if (this.#stopped || this.#sentToken !== null) return;
    const problem: EmbedProblem = !reachable
      ? { code: "vendor_unreachable" }
      : this.#loaded
        ? { code: "embed_blocked", detail: silentFrame }
        : { code: "embed_timeout" };
    this.#options.report({ state: "failed", problem });
  }

  #refused(error: unknown): void {
    if (this.#stopped) return;
    for (const name of [...this.#timers.keys()]) this.#clear(name);
    const problem = isGrantRefused(error) ? error.problem : { code: "portal_failed" as const };
    if (this.#sentToken !== null && ends.has(problem.code)) {
      this.#options.post(command.logout());
      this.#options.onGone();
    }
    this.#interactive = false;
    this.#options.report({ state: "failed", problem });
  }

  #timer(name: Wait, ms: number, act: () => void): void {
    this.#clear(name);
    this.#timers.set(name, setTimeout(act, ms));
  }

  #clear(name: Wait): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
