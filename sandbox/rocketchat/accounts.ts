/**
 * Users, their login tokens, roles and permissions.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { personas, sandboxPassword, sandboxSecret } from "@/lib/config/sandbox";

/** A login token or a personal access token, as the server stores it: never in clear. */
export interface StoredToken {
  readonly hashedToken: string;
  /** When it was made, milliseconds. */
  readonly when: number;
  readonly type?: "personalAccessToken";
  readonly name?: string;
  readonly bypassTwoFactor?: boolean;
  /** It is not found before this time (switch `tokenStoreDelayMs`). */
  readonly storedAt: number;
  /** A second factor given with this token is remembered until then. */
  secondFactorUntil?: number;
}

export interface User {
  readonly _id: string;
  username: string;
  name: string;
  emails: { address: string; verified: boolean }[];
  roles: string[];
  active: boolean;
  readonly type: "user" | "bot" | "app";
  status: "online" | "away" | "busy" | "offline";
  statusText: string;
  bio: string;
  nickname: string;
  customFields: Record<string, unknown>;
  requirePasswordChange: boolean;
  /** SHA-256 of the SHA-256 hex digest that clients send; empty when there is no password. */
  password: string;
  /** Shared with an authenticator app; used as it is, not in base 32. */
  totpSecret?: string;
  /** For `{iframe: true, token}` logins: what people who write the database put there. */
  iframeToken?: string;
  readonly createdAt: number;
  lastLogin?: number;
  tokens: StoredToken[];
}

/** Each permission and the roles that hold it. */
const defaultPermissions: Record<string, readonly string[]> = {
  "access-permissions": ["admin"],
  "api-bypass-rate-limit": ["admin", "bot", "portal-broker"],
  "assign-admin-role": ["admin"],
  "create-personal-access-tokens": ["admin", "user"],
  "create-user": ["admin", "portal-broker"],
  "edit-other-user-active-status": ["admin", "portal-broker"],
  "edit-other-user-info": ["admin", "portal-broker"],
  "edit-privileged-setting": ["admin"],
  "logout-other-user": ["admin", "portal-broker"],
  "manage-moderation-actions": ["admin"],
  "user-generate-access-token": ["admin", "portal-broker"],
  "view-full-other-user-info": ["admin", "portal-broker"],
  "view-other-user-channels": ["admin", "portal-broker"],
};

const defaultRoles: readonly string[] = ["admin", "bot", "moderator", "owner", "portal-broker", "user"];

/** At most so many login tokens per user; the oldest give way (vendor documentation). */
const maxLoginTokens = 50;

export const serviceAccountId = "sandboxPortalBroker";
export const adminId = "sandboxAdmin";

/** How the server stores a login token. */
export const hashToken = (token: string) => createHash("sha256").update(token).digest("base64");

/** What clients send in place of a password, and what `x-2fa-method: password` expects: lowercase hex. */
export const passwordDigest = (password: string) => createHash("sha256").update(password).digest("hex");

const storedPassword = (digest: string) => createHash("sha256").update(digest).digest("base64");

const equal = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The six digits of an authenticator app at a time (RFC 6238: SHA-1, 30 s). */
export function totpCode(secret: string, now: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const digest = createHmac("sha1", secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

type NewUser = Pick<User, "username" | "name"> &
  Partial<Omit<User, "username" | "name" | "password">> & { plain?: string };

/** Everyone on the workspace. */
export class Accounts {
  readonly #now: () => number;
  #users = new Map<string, User>();
  /** How often an account of each name was made. */
  #accountsMade = new Map<string, number>();
  #permissions = new Map<string, Set<string>>();
  #roles = new Set<string>(defaultRoles);
  /** Made since the start; for `/sandbox/state`. */
  readonly minted = { createToken: 0, login: 0, personalAccessToken: 0 };
  /** Told which hashed tokens are gone, so that open connections can be closed. */
  onTokensRemoved: (hashes: readonly string[]) => void = () => {};

  /** Told whose presence has changed. */
  onStatus: (user: User) => void = () => {};

  constructor(now: () => number) {
    this.#now = now;
    this.reset();
  }

  reset(): void {
    const gone = [...this.#users.values()].flatMap((user) => user.tokens.map((token) => token.hashedToken));
    this.#users = new Map();
    this.#accountsMade = new Map();
    this.#roles = new Set(defaultRoles);
    this.#permissions = new Map(Object.entries(defaultPermissions).map(([id, holders]) => [id, new Set(holders)]));
    Object.assign(this.minted, { createToken: 0, login: 0, personalAccessToken: 0 });
    this.#seed();
    this.onTokensRemoved(gone);
  }

  #seed(): void {
    const longAgo = this.#now() - 400 * 86_400_000;
    const staff = (username: string, name: string, more: Partial<NewUser> = {}) =>
      this.add({
        username,
        name,
        emails: [{ address: `${username}@portico.example`, verified: true }],
        createdAt: longAgo,
        plain: sandboxPassword(username),
        ...more,
      });
    const admin = staff("rc.admin", "Workspace admin", { _id: adminId, roles: ["admin"] });
    this.addToken(admin, sandboxSecret("rocketchat:admin-token"), {
      type: "personalAccessToken",
      name: "setup",
      bypassTwoFactor: true,
    });
    const broker = staff("portal.broker", "Portal", { _id: serviceAccountId, roles: ["portal-broker"], type: "bot" });
    this.addToken(broker, sandboxSecret("rocketchat:service-token"), {
      type: "personalAccessToken",
      name: "portal",
      bypassTwoFactor: true,
    });
    staff("two.factor", "Two Factor", { totpSecret: sandboxSecret("rocketchat:totp") });
    staff("regional.lead", "Regional lead", { status: "online" });
    staff("data.engineer", "Data engineer", { status: "online" });
    staff("store.planner", "Store planner", {
      status: "away",
      iframeToken: sandboxSecret("rocketchat:database-token"),
    });
    const closed = personas.find(({ persona }) => persona === "disabled");
    if (closed?.accounts.rocketchat)
      this.add({
        username: closed.accounts.rocketchat,
        name: closed.name,
        emails: [{ address: closed.email, verified: true }],
        active: false,
        createdAt: longAgo,
      });
  }

  /**
   * Ids look random. The first account of a name has the same one after a restart, as a server's database keeps it; an
   * account that is deleted and made again has another.
   */
  #newId(username: string): string {
    const count = (this.#accountsMade.get(username) ?? 0) + 1;
    this.#accountsMade.set(username, count);
    const digest = createHash("sha256").update(`${sandboxSecret("rocketchat:user-id")}:${username}:${count}`);
    return digest.digest("base64url").replace(/[-_]/g, "x").slice(0, 17);
  }

  add({ plain, ...user }: NewUser): User {
    const made: User = {
      _id: this.#newId(user.username),
      emails: [],
      roles: ["user"],
      active: true,
      type: "user",
      status: "offline",
      statusText: "",
      bio: "",
      nickname: "",
      customFields: {},
      requirePasswordChange: false,
      createdAt: this.#now(),
      tokens: [],
      ...user,
      password: plain === undefined ? "" : storedPassword(passwordDigest(plain)),
    };
    this.#users.set(made._id, made);
    return made;
  }

  remove(user: User): void {
    this.#users.delete(user._id);
    this.onTokensRemoved(user.tokens.map((token) => token.hashedToken));
  }

  all(): User[] {
    return [...this.#users.values()];
  }

  byId(id: string): User | undefined {
    return this.#users.get(id);
  }

  byUsername(username: string): User | undefined {
    const wanted = username.toLowerCase();
    return this.all().find((user) => user.username.toLowerCase() === wanted);
  }

  byEmail(email: string): User | undefined {
    const wanted = email.toLowerCase();
    return this.all().find((user) => user.emails.some(({ address }) => address.toLowerCase() === wanted));
  }

  setStatus(user: User, status: User["status"]): void {
    if (user.status === status) return;
    user.status = status;
    this.onStatus(user);
  }

  setPassword(user: User, plain: string): void {
    user.password = storedPassword(passwordDigest(plain));
  }

  /** Compares with the digest form that clients send. */
  passwordMatches(user: User, digest: string): boolean {
    return user.password !== "" && equal(user.password, storedPassword(digest));
  }

  hasRole(role: unknown): boolean {
    return typeof role === "string" && this.#roles.has(role);
  }

  /** False when there is such a role. */
  addRole(role: string): boolean {
    const isNew = !this.#roles.has(role);
    this.#roles.add(role);
    return isNew;
  }

  /** False when there is no such permission, or a role is unknown. */
  setPermission(permission: string, holders: readonly string[]): boolean {
    if (!this.#permissions.has(permission) || !holders.every((role) => this.#roles.has(role))) return false;
    this.#permissions.set(permission, new Set(holders));
    return true;
  }

  /** Every permission with the roles that hold it. */
  permissions(): { _id: string; roles: string[] }[] {
    return [...this.#permissions].map(([_id, holders]) => ({ _id, roles: [...holders] }));
  }

  /** Whether one of the user's roles holds the permission. */
  may(user: User, permission: string): boolean {
    const holders = this.#permissions.get(permission);
    return user.roles.some((role) => holders?.has(role) ?? false);
  }

  /** A new login token, in clear; the oldest give way beyond {@link maxLoginTokens}. */
  mintToken(user: User, how: "createToken" | "login", storeDelayMs = 0): string {
    const token = randomBytes(32).toString("base64url");
    this.minted[how] += 1;
    this.addToken(user, token, {}, storeDelayMs);
    const logins = user.tokens.filter((stored) => !stored.type).sort((a, b) => a.when - b.when);
    this.#drop(user, new Set(logins.slice(0, Math.max(0, logins.length - maxLoginTokens))));
    return token;
  }

  addToken(user: User, token: string, more: Partial<StoredToken> = {}, storeDelayMs = 0): StoredToken {
    const stored = { hashedToken: hashToken(token), when: this.#now(), storedAt: this.#now() + storeDelayMs, ...more };
    user.tokens.push(stored);
    return stored;
  }

  /** Header authentication: the pair of id and token must exist; the token's age does not count. */
  authenticate(userId: string, token: string): { user: User; token: StoredToken } | null {
    const user = this.#users.get(userId);
    const found = user && this.#tokenOf(user, token);
    return user && found ? { user, token: found } : null;
  }

  /** Whose token this is, for a resume login. */
  byToken(token: string): { user: User; token: StoredToken } | null {
    for (const user of this.#users.values()) {
      const found = this.#tokenOf(user, token);
      if (found) return { user, token: found };
    }
    return null;
  }

  #tokenOf(user: User, token: string): StoredToken | undefined {
    const hash = hashToken(token);
    return user.tokens.find((stored) => stored.hashedToken === hash && stored.storedAt <= this.#now());
  }

  /** Removes the tokens that `doomed` chooses; all of them without it. */
  removeTokens(user: User, doomed: (token: StoredToken) => boolean = () => true): void {
    this.#drop(user, new Set(user.tokens.filter(doomed)));
  }

  #drop(user: User, doomed: ReadonlySet<StoredToken>): void {
    if (doomed.size === 0) return;
    user.tokens = user.tokens.filter((token) => !doomed.has(token));
    this.onTokensRemoved([...doomed].map((token) => token.hashedToken));
  }
}
