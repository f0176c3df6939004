/**
 * The state of the emulated Library: web sessions on Intelligence Server sessions, identity tokens and API tokens.
 * MicroStrategy Web shares it. Many web sessions may point to one Intelligence Server session; ending that one ends
 * them all (OpenAPI: delegate, logout).
 */
import { createHash, randomBytes } from "node:crypto";
import { iServerCodes, LibraryError, loginFailed, notFound, sessionInvalid } from "./errors";
import { guestAccount, type LibraryUser, people } from "./people";
import type { LibraryControl } from "./switches";

export interface IServerSession {
  readonly id: string;
  readonly user: LibraryUser;
  readonly loginMode: number;
  /** 35 is the Library's own web client; sessions of another type cannot be embedded (SOURCES.md: properties). */
  readonly applicationType: number;
  readonly locale: string;
  readonly timeZone: string;
  readonly maxSearch: number;
  readonly workingSet: number;
  readonly createdAt: number;
  lastUse: number;
  /** Project id → sub-session id. */
  readonly projects: Map<string, string>;
}

export interface WebSession {
  /** `JSESSIONID`: 32 upper-case hexadecimal digits. */
  readonly cookie: string;
  /** The authorization token: 26 lower-case letters and digits. */
  readonly token: string;
  readonly iServer: IServerSession;
  readonly loadBalancer: string;
  /** Which client made it: `library`, or `web` for MicroStrategy Web. */
  readonly client: "library" | "web";
  lastUse: number;
}

interface IdentityToken {
  readonly iServer: IServerSession;
  readonly expiresAt: number;
  readonly challenge: string | null;
  /** Which secret key it was made with. */
  readonly key: string;
  used: boolean;
}

interface ApiToken {
  readonly token: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export interface LoginOptions {
  readonly mode: number;
  readonly applicationType?: number;
  readonly locale?: string;
  readonly timeZone?: string;
  readonly maxSearch?: number;
  readonly workingSet?: number;
  readonly client?: "library" | "web";
}

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
const randomToken = (length: number) => Array.from(randomBytes(length), (byte) => letters[byte % 36]).join("");

/** How an opaque value is named in the state page: enough to tell two apart, useless to anyone who reads it. */
const redact = (value: string) => createHash("sha256").update(value).digest("hex").slice(0, 8);

export class LibraryState {
  readonly control: LibraryControl;
  readonly webSessions = new Map<string, WebSession>();
  readonly identityTokens = new Map<string, IdentityToken>();
  /** Per user id: making a new one replaces the old one. */
  readonly apiTokens = new Map<string, ApiToken>();
  readonly minted = { logins: 0, identityTokens: 0, apiTokens: 0, redeemed: 0 };
  readonly #failures = new Map<string, number>();
  /** Passwords that were changed at a login, per user id. */
  readonly #changed = new Map<string, string>();

  constructor(control: LibraryControl) {
    this.control = control;
  }

  reset(): void {
    this.webSessions.clear();
    this.identityTokens.clear();
    this.apiTokens.clear();
    this.#failures.clear();
    this.#changed.clear();
    Object.assign(this.minted, { logins: 0, identityTokens: 0, apiTokens: 0, redeemed: 0 });
  }

  get now(): number {
    return this.control.clock.now();
  }

  everyone(): readonly LibraryUser[] {
    return people;
  }

  user(username: string): LibraryUser | undefined {
    return people.find((one) => one.username.toLowerCase() === username.toLowerCase());
  }

  userById(id: string): LibraryUser | undefined {
    return people.find((one) => one.id === id.toUpperCase());
  }

  /** Checks a name and a password (modes 1 and 16), and changes the password when a new one is given. */
  checkPassword(username: string, password: string, newPassword?: string): LibraryUser {
    if (!username) throw loginFailed(iServerCodes.emptyUsername);
    const user = this.user(username);
    const failures = this.#failures.get(user?.id ?? "") ?? 0;
    const { lockAfter } = this.control.switches;
    if (user && lockAfter > 0 && failures >= lockAfter) throw loginFailed(iServerCodes.accountLocked);
    if (!user || user.username === guestAccount || (this.#changed.get(user.id) ?? user.password) !== password) {
      if (user) this.#failures.set(user.id, failures + 1);
      throw loginFailed();
    }
    this.#failures.delete(user.id);
    if (newPassword) this.#changed.set(user.id, newPassword);
    return this.mayLogIn(user);
  }

  /** Refuses an account that exists but may not log in, whatever the mode. */
  mayLogIn(user: LibraryUser): LibraryUser {
    if (user.disabled) throw loginFailed(iServerCodes.accountDisabled);
    if (user.locked) throw loginFailed(iServerCodes.accountLocked);
    const changed = this.#changed.has(user.id);
    if (user.passwordExpired && !changed) throw loginFailed(iServerCodes.passwordExpired);
    if (user.newPasswordRequired && !changed) throw loginFailed(iServerCodes.newPasswordRequired);
    if (user.mayNotLogIn) throw loginFailed(iServerCodes.noPrivilege);
    return user;
  }

  userOfApiToken(token: string): LibraryUser {
    for (const [userId, known] of this.apiTokens) {
      const alive = known.expiresAt === null || known.expiresAt > this.now;
      const user = known.token === token && alive ? this.userById(userId) : undefined;
      if (user) return this.mayLogIn(user);
    }
    throw loginFailed();
  }

  /** Opens an Intelligence Server session and the web session that goes with it. */
  logIn(user: LibraryUser, options: LoginOptions): WebSession {
    const { serverSessionCap } = this.control.switches;
    if (serverSessionCap > 0 && this.#iServerSessions().length >= serverSessionCap)
      throw new LibraryError(500, "ERR001", "The server has reached its limit of sessions", iServerCodes.serverFull);
    const iServer: IServerSession = {
      id: randomBytes(16).toString("hex").toUpperCase(),
      user,
      loginMode: options.mode,
      applicationType: options.applicationType ?? 35,
      locale: options.locale ?? "en_us",
      timeZone: options.timeZone ?? "UTC",
      maxSearch: options.maxSearch ?? 3,
      workingSet: options.workingSet ?? 10,
      createdAt: this.now,
      lastUse: this.now,
      projects: new Map(),
    };
    this.minted.logins += 1;
    return this.#openWebSession(iServer, options.client ?? "library");
  }

  #openWebSession(iServer: IServerSession, client: WebSession["client"]): WebSession {
    const session: WebSession = {
      cookie: randomBytes(16).toString("hex").toUpperCase(),
      token: randomToken(26),
      iServer,
      loadBalancer: randomToken(16),
      client,
      lastUse: this.now,
    };
    this.webSessions.set(session.token, session);
    return session;
  }

  #alive(session: WebSession): boolean {
    const { idleSeconds, httpSeconds } = this.control.switches;
    return this.now - session.lastUse < httpSeconds * 1000 && this.now - session.iServer.lastUse < idleSeconds * 1000;
  }

  /**
   * The live web session of a token, for the client that made it: a session of MicroStrategy Web is none of the Library,
   * which it reaches with an identity token only. A look-up is no use: {@link touch} is.
   */
  session(token: string | undefined, client: WebSession["client"]): WebSession | undefined {
    const session = token ? this.webSessions.get(token) : undefined;
    if (session?.client !== client) return undefined;
    if (this.#alive(session)) return session;
    this.webSessions.delete(session.token);
    return undefined;
  }

  /** Resets both idle timers. */
  touch(session: WebSession): void {
    session.lastUse = this.now;
    session.iServer.lastUse = this.now;
  }

  /** Seconds of idleness left. */
  lifetime(session: WebSession): number {
    const left = session.iServer.lastUse + this.control.switches.idleSeconds * 1000 - this.now;
    return Math.max(-1, Math.ceil(left / 1000));
  }

  /** Ends the Intelligence Server session and with it every web session that shares it. */
  logOut(session: WebSession): void {
    for (const other of this.webSessions.values())
      if (other.iServer === session.iServer) this.webSessions.delete(other.token);
  }

  /** Ends all sessions of a user: what an administrator does in the monitors. */
  endSessionsOf(username: string): number {
    let ended = 0;
    for (const session of this.webSessions.values()) {
      if (session.iServer.user.username !== username) continue;
      this.webSessions.delete(session.token);
      ended += 1;
    }
    return ended;
  }

  #iServerSessions(): IServerSession[] {
    const live = [...this.webSessions.values()].filter((session) => this.#alive(session));
    return [...new Set(live.map((session) => session.iServer))];
  }

  /** Opens or uses the sub-session of a project. The cap shows here, never at the login (field notes on the cap). */
  openProject(session: WebSession, projectId: string): string {
    const known = session.iServer.projects.get(projectId);
    if (known) return known;
    const { projectSessionCap } = this.control.switches;
    const open = this.#iServerSessions().filter(
      (other) => other.user === session.iServer.user && other.projects.has(projectId),
    );
    if (projectSessionCap > 0 && open.length >= projectSessionCap)
      throw new LibraryError(
        500,
        "ERR001",
        "The maximum number of sessions of this user in the project is exceeded",
        iServerCodes.userProjectCap,
      );
    const id = randomBytes(16).toString("hex").toUpperCase();
    session.iServer.projects.set(projectId, id);
    return id;
  }

  /** Makes an identity token: a new one at every call. */
  mintIdentityToken(session: WebSession, key: string, challenge: string | null = null): string {
    const token = randomBytes(48).toString("base64url");
    this.identityTokens.set(token, {
      iServer: session.iServer,
      expiresAt: this.now + this.control.switches.identityTokenSeconds * 1000,
      challenge,
      key,
      used: false,
    });
    this.minted.identityTokens += 1;
    return token;
  }

  /** Looks at an identity token without using it up. Throws 401 ERR003. */
  inspectIdentityToken(token: string, verifier: string | undefined): IdentityToken {
    const known = this.identityTokens.get(token);
    const { singleUse, secretKey } = this.control.switches;
    const usable =
      known !== undefined &&
      secretKey &&
      known.key === libraryKey &&
      known.expiresAt > this.now &&
      !(known.used && singleUse) &&
      this.#iServerAlive(known.iServer);
    if (!usable || !matches(known.challenge, verifier)) throw loginFailed();
    return known;
  }

  #iServerAlive(iServer: IServerSession): boolean {
    return [...this.webSessions.values()].some((session) => session.iServer === iServer && this.#alive(session));
  }

  /** Trades an identity token for a second web session on the same Intelligence Server session. */
  redeem(token: string, verifier: string | undefined): WebSession {
    const known = this.inspectIdentityToken(token, verifier);
    known.used = true;
    this.minted.redeemed += 1;
    const session = this.#openWebSession(known.iServer, "library");
    this.touch(session);
    return session;
  }

  mintApiToken(userId: string, lifeTimeMinutes?: number): ApiToken {
    if (!this.userById(userId)) throw notFound("The user does not exist");
    const made: ApiToken = {
      token: randomToken(52),
      createdAt: this.now,
      expiresAt: lifeTimeMinutes ? this.now + lifeTimeMinutes * 60_000 : null,
    };
    this.apiTokens.set(userId.toUpperCase(), made);
    this.minted.apiTokens += 1;
    return made;
  }

  /** The state for `GET /sandbox/state`: nothing in it lets anyone in. */
  summary(): object {
    const live = [...this.webSessions.values()].filter((session) => this.#alive(session));
    return {
      users: people.map(({ id, username, fullName, disabled }) => ({ id, username, fullName, disabled: !!disabled })),
      sessions: live.map((session) => ({
        id: redact(session.token),
        iServerSession: redact(session.iServer.id),
        user: session.iServer.user.username,
        client: session.client,
        loginMode: session.iServer.loginMode,
        applicationType: session.iServer.applicationType,
        locale: session.iServer.locale,
        timeZone: session.iServer.timeZone,
        projects: [...session.iServer.projects.keys()],
        idleSecondsLeft: this.lifetime(session),
      })),
      iServerSessions: this.#iServerSessions().length,
      minted: this.minted,
    };
  }
}

/** Names of the two secret keys: a token made with one cannot be redeemed where the other is set. */
export const libraryKey = "library";
export const foreignKey = "foreign";

function matches(challenge: string | null, verifier: string | undefined): boolean {
  if (challenge === null) return true;
  return verifier !== undefined && createHash("sha256").update(verifier).digest("base64url") === challenge;
}

/** The session or 401 ERR009. */
export function alive(session: WebSession | undefined): WebSession {
  if (!session) throw sessionInvalid();
  return session;
}
