/**
 * Who is logged in, the way Meteor's accounts package does it (vendor source: accounts-base, accounts_client.js and
 * localstorage_token.js):
 *
 * - a stored user is presented at once, before the server has answered the resume login;
 * - a refused resume login logs the client out, a refused login with another token changes nothing;
 * - a logout clears storage only after the server's answer, and keeps the login when the call fails;
 * - the stored token is looked at every three seconds, so that a login or logout of another tab is followed.
 */
import { isOn, switches } from "./config";
import { CallFailed, isLost, transport } from "./transport";

const keys = { token: "Meteor.loginToken", user: "Meteor.userId", expires: "Meteor.loginTokenExpires" } as const;

const pollMs = 3_000;

export interface ClientUser {
  readonly _id: string;
  readonly username: string;
  readonly name: string;
  readonly status: string;
  readonly requirePasswordChange: boolean;
}

interface LoginResult {
  readonly id: string;
  readonly token: string;
  readonly tokenExpires: number;
}

/** The options of a DDP `login`. */
export type LoginOptions = Readonly<Record<string, unknown>>;

/** Keys and place of storage are the vendor's. A browser that refuses storage makes this throw, as the client then does. */
function openStorage(): Storage {
  if (switches.storageBlocked) throw new DOMException("The browser refuses storage", "SecurityError");
  return isOn("Accounts_ForgetUserSessionOnWindowClose") ? window.sessionStorage : window.localStorage;
}

class Session {
  #storage: Storage | null = null;
  #userId: string | null = null;
  #user: ClientUser | null = null;
  /** The token of this connection's login. */
  #token: string | null = null;
  #polled: string | null = null;
  /** Logins and logouts run one after the other, as Meteor's wait methods do. */
  #queue: Promise<unknown> = Promise.resolve();
  /** Called at each change of the user's id. */
  onUserId: (userId: string | null, before: string | null) => void = () => {};
  /** Called when the user's document has arrived or changed. */
  onUser: (user: ClientUser) => void = () => {};

  get userId(): string | null {
    return this.#userId;
  }

  get user(): ClientUser | null {
    return this.#user;
  }

  /** Presents the stored user, and asks the server whether the stored token still holds. */
  start(): void {
    this.#storage = openStorage();
    const token = this.#storage.getItem(keys.token);
    this.#polled = token;
    transport.credentials = () => (this.#token && this.#userId ? { token: this.#token, userId: this.#userId } : null);
    transport.onStatus = (status) => this.statusChanged(status);
    setInterval(() => this.#poll(), pollMs);
    if (!token) return;
    this.#userId = this.#storage.getItem(keys.user);
    void this.#resume(token);
  }

  /** Resolves when the logins and logouts that were asked for so far are over. */
  settled(): Promise<unknown> {
    return this.#queue;
  }

  /** @throws CallFailed when the server refuses; the login before stays */
  loginWith(options: LoginOptions): Promise<void> {
    return this.#inTurn(() => this.#login(options));
  }

  /** After a lost connection: the login that the client holds, once more. */
  loginAgain(): Promise<void> {
    const stored = this.#storage?.getItem(keys.token);
    return stored && this.#userId ? this.#resume(stored) : Promise.resolve();
  }

  /** @throws CallFailed when the server could not be asked or refused: the login stays */
  logout(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#untilAnswered(() => transport.call("logout"));
      this.#makeLoggedOut();
    });
  }

  async setStatus(status: string): Promise<void> {
    if (!this.#user || !["online", "away", "busy", "offline"].includes(status)) return;
    await transport.call("setUserStatus", status);
    this.statusChanged(status);
  }

  /** Here, on another device, or by an administrator. */
  statusChanged(status: string): void {
    if (!this.#user || this.#user.status === status) return;
    this.#user = { ...this.#user, status };
    this.onUser(this.#user);
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(act);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #resume(token: string): Promise<void> {
    try {
      await this.loginWith({ resume: token });
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      if (!isLost(error)) this.#makeLoggedOut();
    }
  }

  /**
   * A method outlives the connection: it waits for the next one and is sent again, as Meteor's methods are. Every logout
   * ends the connection, so that the login which follows it would fail without this.
   */
  async #untilAnswered<Result>(call: () => Promise<Result>): Promise<Result> {
    for (;;) {
      await transport.ready();
      try {
        return await call();
      } catch (error) {
        if (!isLost(error) || !transport.isLive) throw error;
      }
    }
  }

  async #login(options: LoginOptions): Promise<void> {
    const result = await this.#untilAnswered(() => transport.call<LoginResult>("login", options));
    this.#token = result.token;
    this.#polled = result.token;
    this.#storage?.setItem(keys.token, result.token);
    this.#storage?.setItem(keys.user, result.id);
    this.#storage?.setItem(keys.expires, new Date(result.tokenExpires).toString());
    this.#setCookies(result.id, result.token);
    this.#setUserId(result.id);
    // The user's own document comes a moment later.
    let user: ClientUser;
    try {
      user = await transport.call<ClientUser>("sandbox/me");
    } catch (error) {
      if (!isLost(error) || !transport.isLive) throw error;
      return this.#login({ resume: result.token });
    }
    this.#user = user;
    this.onUser(user);
  }

  #makeLoggedOut(): void {
    for (const key of Object.values(keys)) this.#storage?.removeItem(key);
    this.#polled = null;
    this.#token = null;
    this.#setCookies("", "");
    this.#setUserId(null);
  }

  #setUserId(userId: string | null): void {
    const before = this.#userId;
    if (before === userId) return;
    this.#userId = userId;
    this.#user = null;
    this.onUserId(userId, before);
  }

  #poll(): void {
    const stored = this.#storage?.getItem(keys.token) ?? null;
    if (stored === this.#polled) return;
    this.#polled = stored;
    if (stored) void this.#resume(stored);
    else this.logout().catch(() => {});
  }

  #setCookies(userId: string, token: string): void {
    setCookie("rc_uid", userId);
    setCookie("rc_token", token);
  }
}

/** For uploads and avatars; an empty value removes it. */
function setCookie(name: string, value: string): void {
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  const age = value ? "" : "; max-age=0";
  // biome-ignore lint/suspicious/noDocumentCookie: the vendor's client writes these cookies itself
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; SameSite=Lax${secure}${age}`;
}

export const session = new Session();
