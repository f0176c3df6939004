/**
 * The state of the emulated cluster: users, orgs, trusted authentication with its keys, tokens, sessions, lock-outs and
 * allow-lists. Rules of lifetimes and rotation are those of the vendor docs ("Trusted authentication", "Session API").
 */
import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { personas, sandboxGuid, sandboxPassword, sandboxSecret } from "@/lib/config/sandbox";
import type { Clock } from "../kit/sandbox";
import { tables } from "./content/data";
import { all, liveboards, savedAnswers } from "./content/liveboards";
import { Refusal } from "./errors";
import type { Switches } from "./switches";

export interface User {
  readonly id: string;
  readonly name: string;
  displayName: string;
  email: string;
  status: "ACTIVE" | "INACTIVE" | "LOCKED";
  groups: string[];
  readonly privileges: readonly string[];
  readonly orgs: number[];
  readonly password: string;
  readonly createdAt: number;
  failedLogins: number;
  /** The org of the last session, which a mint without an org means. */
  lastOrg?: number;
  /** Row-security variables kept by custom tokens with `persist_option`. */
  variables: Record<string, readonly string[]>;
}

export type Access = "FULL" | "REPORT_BOOK_VIEW";

/** What a token or session allows. */
export interface Scope {
  readonly access: Access;
  readonly org: number;
  /** The one object of `REPORT_BOOK_VIEW`. */
  readonly object: string | null;
  /** Row-security variables that came with the token. */
  readonly variables?: Readonly<Record<string, readonly string[]>>;
}

/** Who a request is made as. */
export interface Principal extends Scope {
  readonly user: User;
  readonly via: "bearer" | "cookie";
  /** The v2 bearer itself, when there is one. */
  readonly token?: string;
}

export interface IssuedToken extends Scope {
  readonly token: string;
  readonly user: User;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

interface V1Token extends Scope {
  readonly userId: string;
  /** The username as the mint spelled it; the login must spell it the same. */
  readonly named: string;
  /** Which key made it: `cluster` or `org:<id>`, and the key's generation. */
  readonly key: string;
  readonly generation: number;
  /** Set once a later token exists. */
  endsAt: number | undefined;
}

interface Session extends Scope {
  readonly userId: string;
  readonly idleMs: number;
  seenAt: number;
}

interface TrustedAuth {
  enabled: boolean;
  key: string | null;
  generation: number;
}

/** The security settings of the cluster. */
export interface AllowLists {
  cors: string[];
  /** The lists that orgs add to the cluster's. */
  corsOfOrgs: Record<number, string[]>;
  frame: string[];
  /** Where the application's own scripts may call; kept and shown, since the sandbox runs no custom actions. */
  connect: string[];
  redirect: string[];
  partitionedCookies: boolean;
  /** "Block non-embed full app access". */
  blockFullApp: boolean;
}

export const orgs = [
  { id: 0, name: "Primary" },
  { id: 1, name: "Partners" },
] as const;

const fiveMinutes = 5 * 60_000;
const threeHours = 3 * 3_600_000;
const sevenDays = 7 * 86_400_000;

/** A GUID that is the same at every start. */
export function guidOf(label: string): string {
  const hex = createHash("sha256").update(`thoughtspot:${label}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `9${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

const isGuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

export class Cluster {
  users: User[] = [];
  groups: { id: string; name: string; displayName: string }[] = [];
  lists: AllowLists = listsFor([]);
  /** How many tokens of each kind were made, by username: for `/sandbox/state`. */
  readonly minted = new Map<string, number>();
  #cluster: TrustedAuth = { enabled: true, key: null, generation: 0 };
  #orgKeys = new Map<number, TrustedAuth>();
  #v1 = new Map<string, V1Token>();
  #sessions = new Map<string, Session>();
  #revoked = new Set<string>();
  #live = new Map<string, { user: string; expiresAt: number; scope: Scope }>();
  /** Tokens of earlier epochs are unknown: a reset forgets them. */
  #epoch = 0;

  constructor(
    readonly clock: Clock,
    readonly switches: () => Switches,
    readonly portalOrigin: string,
  ) {
    this.#start();
  }

  /** Back to the start: the same users, the same key, no tokens. */
  reset(): void {
    this.#epoch += 1;
    this.#start();
  }

  #start(): void {
    const now = Date.UTC(2026, 0, 5);
    const user = (name: string, displayName: string, groups: string[], more: Partial<User> = {}): User => ({
      id: guidOf(`user:${name}`),
      name,
      displayName,
      email: name.includes("@") ? name : `${name}@portico.example`,
      status: "ACTIVE",
      groups,
      privileges: ["DATADOWNLOADING", "CAN_USE_SPOTTER"],
      orgs: [0],
      password: sandboxPassword(name),
      createdAt: now,
      failedLogins: 0,
      variables: {},
      ...more,
    });
    this.users = [
      // Name and password are those that the official REST client's own test data uses.
      user("tsadmin", "Administrator", ["Administrator"], {
        password: "admin",
        orgs: [0, 1],
        privileges: ["ADMINISTRATION", "DEVELOPER"],
      }),
      ...personas.flatMap((persona) =>
        persona.accounts.thoughtspot
          ? user(persona.accounts.thoughtspot, persona.name, [...persona.groups], {
              email: persona.email,
              status: persona.persona === "disabled" ? "INACTIVE" : "ACTIVE",
            })
          : [],
      ),
      user("p.partner@portico.example", "Paula Partner", ["viewers"], { orgs: [1] }),
    ];
    this.groups = ["Administrator", "portal-admins", "analysts", "viewers"].map((name) => ({
      id: guidOf(`group:${name}`),
      name,
      displayName: name,
    }));
    this.lists = listsFor([this.portalOrigin]);
    this.#cluster = { enabled: true, key: sandboxGuid("thoughtspot:secret-key"), generation: 1 };
    this.#orgKeys.clear();
    this.#v1.clear();
    this.#sessions.clear();
    this.#revoked.clear();
    this.#live.clear();
    this.minted.clear();
  }

  // Users and groups

  userByName(name: string): User | undefined {
    return this.users.find((user) => user.name.toLowerCase() === name.toLowerCase());
  }

  /** By GUID or name. */
  userBy(identifier: string): User | undefined {
    return this.users.find((user) => user.id === identifier) ?? this.userByName(identifier);
  }

  group(identifier: string) {
    return this.groups.find((group) => group.id === identifier || group.name === identifier);
  }

  /** Makes a user just in time, and the groups that are missing. */
  createUser(
    name: string,
    details: { email?: string; displayName?: string; groups?: readonly string[]; org: number },
  ): User {
    const user: User = {
      id: guidOf(`user:${name}`),
      name,
      displayName: details.displayName ?? name,
      email: details.email ?? "",
      status: "ACTIVE",
      groups: this.#ensureGroups(details.groups ?? []),
      privileges: [],
      orgs: [details.org],
      password: randomUUID(),
      createdAt: this.clock.now(),
      failedLogins: 0,
      variables: {},
    };
    this.users.push(user);
    return user;
  }

  /** What `full` and `object` do at every mint with `auto_create`: names, e-mail and the whole group list are replaced. */
  overwriteUser(user: User, details: { email?: string; displayName?: string; groups?: readonly string[] }): void {
    if (details.displayName !== undefined) user.displayName = details.displayName;
    if (details.email !== undefined) user.email = details.email;
    if (details.groups !== undefined) user.groups = this.#ensureGroups(details.groups);
  }

  #ensureGroups(identifiers: readonly string[]): string[] {
    return identifiers.map((identifier) => {
      const known = this.group(identifier);
      if (known) return known.name;
      if (isGuid(identifier)) throw new Refusal(400, "One of the groups does not exist");
      this.groups.push({ id: guidOf(`group:${identifier}`), name: identifier, displayName: identifier });
      return identifier;
    });
  }

  // Trusted authentication and its keys

  trusted(org?: number): Readonly<TrustedAuth> {
    return org === undefined ? this.#cluster : (this.#orgKeys.get(org) ?? { enabled: false, key: null, generation: 0 });
  }

  /** Switches trusted authentication. Enabling keeps an existing key; disabling kills it for ever. */
  setTrusted(enabled: boolean, org?: number): void {
    const auth =
      org === undefined ? this.#cluster : (this.#orgKeys.get(org) ?? { enabled: false, key: null, generation: 0 });
    if (enabled && !auth.enabled)
      Object.assign(auth, { enabled, key: auth.key ?? this.#nextKey(), generation: auth.generation + 1 });
    if (!enabled && auth.enabled) {
      Object.assign(auth, { enabled, key: null });
      if (this.switches().v2TokensDieWithKey) for (const [jti] of this.#live) this.#revoked.add(jti);
    }
    if (org !== undefined) this.#orgKeys.set(org, auth);
  }

  #nextKey(): string {
    return this.switches().nextSecretKey || randomUUID();
  }

  /**
   * Checks a secret key.
   *
   * @param disabledStatus 500 in v1, 403 in v2; v1 has no 403, so a key of another org is 401 there
   * @returns which key it is, and the org it is bound to (an org-level key mints only for its org)
   */
  checkKey(
    key: string,
    org: number | undefined,
    disabledStatus: 403 | 500,
  ): { key: string; generation: number; org?: number } {
    for (const [id, auth] of this.#orgKeys)
      if (auth.enabled && sameText(auth.key, key)) {
        if (org !== undefined && org !== id)
          throw new Refusal(disabledStatus === 500 ? 401 : 403, "The secret key belongs to another org");
        return { key: `org:${id}`, generation: auth.generation, org: id };
      }
    if (!this.#cluster.enabled && ![...this.#orgKeys.values()].some((auth) => auth.enabled))
      throw new Refusal(disabledStatus, "Trusted authentication is not enabled");
    if (!this.#cluster.enabled || !sameText(this.#cluster.key, key))
      throw new Refusal(401, "The secret key is not valid");
    return { key: "cluster", generation: this.#cluster.generation };
  }

  /** Checks a password and counts failures; the account locks after `lockAfter` in a row. */
  checkPassword(name: string, password: string): User {
    const user = this.userByName(name);
    if (!user) throw new Refusal(401, "User name or password is not valid");
    if (user.status === "LOCKED") throw new Refusal(403, "The account is locked");
    if (!sameText(user.password, password)) {
      this.countFailure(user);
      throw new Refusal(401, "User name or password is not valid");
    }
    if (user.status === "INACTIVE") throw new Refusal(403, "The account is inactive");
    user.failedLogins = 0;
    return user;
  }

  countFailure(user: User | undefined): void {
    if (!user) return;
    user.failedLogins += 1;
    if (user.failedLogins >= this.switches().lockAfter && user.status === "ACTIVE") user.status = "LOCKED";
  }

  // v1 tokens

  /** Makes a v1 token. Earlier tokens of the same key get five more minutes; those of an earlier key end now. */
  mintV1(user: User, named: string, scope: Scope, made: { key: string; generation: number }): string {
    const now = this.clock.now();
    for (const [text, token] of this.#v1) {
      if (token.key !== made.key) continue;
      if (token.generation !== made.generation) this.#v1.delete(text);
      else token.endsAt ??= now + fiveMinutes;
    }
    const part = (bytes: number) => randomBytes(bytes).toString("base64");
    const text = Buffer.from(`$shiro1$SHA-256$500000$${part(16)}$${part(32)}`).toString("base64");
    this.#v1.set(text, { userId: user.id, named, ...made, ...scope, endsAt: undefined });
    this.#count("v1", user);
    return text;
  }

  /** The user and scope of a v1 token that still lives, and the name it was made for. */
  readV1(text: string): { user: User; named: string; scope: Scope } | undefined {
    const token = this.#v1.get(text);
    if (!token) return undefined;
    if (token.endsAt !== undefined && token.endsAt <= this.clock.now()) return undefined;
    const user = this.users.find((entry) => entry.id === token.userId);
    return user?.status === "ACTIVE" ? { user, named: token.named, scope: scopeOf(token) } : undefined;
  }

  // v2 tokens: signed, so that several instances of a sandbox agree on them without talking

  mintV2(user: User, scope: Scope, validitySeconds: number): IssuedToken {
    const issuedAt = this.clock.now();
    const expiresAt = issuedAt + validitySeconds * 1000;
    const jti = randomUUID();
    const claims = { sub: user.name, jti, iat: issuedAt, exp: expiresAt, ep: this.#epoch, ...scope };
    const token = sign(claims);
    this.#live.set(jti, { user: user.name, expiresAt, scope });
    this.#count(scope.access === "FULL" ? "v2 full" : "v2 object", user);
    return { token, user, issuedAt, expiresAt, ...scope };
  }

  /** What a v2 token says and whether it may still be used. */
  readV2(token: string): { state: "malformed" | "expired" | "revoked" } | ({ state: "ok"; jti: string } & IssuedToken) {
    const claims = verify(token);
    if (!claims || claims.ep !== this.#epoch) return { state: "malformed" };
    if (claims.exp <= this.clock.now()) return { state: "expired" };
    const user = this.userByName(claims.sub);
    if (!user || this.#revoked.has(claims.jti) || user.status !== "ACTIVE") return { state: "revoked" };
    return {
      state: "ok",
      jti: claims.jti,
      token,
      user,
      issuedAt: claims.iat,
      expiresAt: claims.exp,
      ...scopeOf(claims),
    };
  }

  revokeV2(token: string): void {
    const claims = verify(token);
    if (claims) this.#revoked.add(claims.jti);
  }

  revokeAllOf(user: User): void {
    for (const [jti, entry] of this.#live) if (entry.user === user.name) this.#revoked.add(jti);
  }

  // Cookie sessions

  openSession(user: User, scope: Scope, remember = false): string {
    const id = randomBytes(20).toString("hex").toUpperCase();
    this.#sessions.set(id, {
      userId: user.id,
      ...scope,
      idleMs: remember ? sevenDays : threeHours,
      seenAt: this.clock.now(),
    });
    user.failedLogins = 0;
    user.lastOrg = scope.org;
    return id;
  }

  /** Which org a token is for when none is named: the key's own, else that of the last session, else the first. */
  orgFor(user: User, made: number | undefined): number {
    return made ?? user.lastOrg ?? user.orgs[0] ?? 0;
  }

  endSession(id: string | undefined): boolean {
    return id !== undefined && this.#sessions.delete(id);
  }

  session(id: string | undefined): { user: User; scope: Scope } | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (!session || id === undefined) return undefined;
    const now = this.clock.now();
    const user = this.users.find((entry) => entry.id === session.userId);
    if (now - session.seenAt > session.idleMs || user?.status !== "ACTIVE") {
      this.#sessions.delete(id);
      return undefined;
    }
    session.seenAt = now;
    return { user, scope: scopeOf(session) };
  }

  // Allow-lists

  /** Changes the security settings, all of them or none. */
  setLists(change: Partial<AllowLists>): void {
    for (const list of [change.cors, ...Object.values(change.corsOfOrgs ?? {})]) checkList(list ?? [], ".*");
    for (const list of [change.frame, change.connect, change.redirect]) checkList(list ?? [], "*");
    this.lists = { ...this.lists, ...change };
  }

  // Objects

  /** Whether these groups let the user see it. */
  maySee(user: User, groups: readonly string[]): boolean {
    return (
      groups.includes(all) ||
      user.privileges.includes("ADMINISTRATION") ||
      user.groups.some((group) => groups.includes(group))
    );
  }

  object(id: string):
    | {
        id: string;
        name: string;
        type: "LIVEBOARD" | "ANSWER" | "LOGICAL_TABLE";
        groups: readonly string[];
        description: string;
      }
    | undefined {
    return this.objects().find((object) => object.id === id);
  }

  objects() {
    return [
      ...liveboards.map((object) => ({ ...object, type: "LIVEBOARD" as const })),
      ...savedAnswers.map((object) => ({ ...object, type: "ANSWER" as const })),
      ...tables.map((table) => ({
        id: table.id,
        name: table.name,
        type: "LOGICAL_TABLE" as const,
        groups: [all],
        description: "Model",
      })),
    ];
  }

  /** For `/sandbox/state`: counts and names, never a token. */
  state(): object {
    const now = this.clock.now();
    return {
      trustedAuth: {
        cluster: { enabled: this.#cluster.enabled, generation: this.#cluster.generation },
        orgs: [...this.#orgKeys].map(([id, auth]) => ({ id, enabled: auth.enabled })),
      },
      users: this.users.map(({ name, displayName, status, groups, orgs: memberOf, failedLogins, variables }) => ({
        name,
        displayName,
        status,
        groups,
        orgs: memberOf,
        failedLogins,
        variables,
      })),
      tokensMinted: Object.fromEntries(this.minted),
      tokensAlive: [...this.#live]
        .filter(([jti, entry]) => entry.expiresAt > now && !this.#revoked.has(jti))
        .map(([, entry]) => ({
          user: entry.user,
          access: entry.scope.access,
          object: entry.scope.object,
          expiresAt: new Date(entry.expiresAt).toISOString(),
        })),
      tokensRevoked: this.#revoked.size,
      sessions: [...this.#sessions.values()]
        .filter((session) => now - session.seenAt <= session.idleMs)
        .map((session) => ({
          user: this.users.find((user) => user.id === session.userId)?.name,
          access: session.access,
          object: session.object,
        })),
      lists: this.lists,
    };
  }

  #count(kind: string, user: User): void {
    const key = `${kind} ${user.name}`;
    this.minted.set(key, (this.minted.get(key) ?? 0) + 1);
  }
}

const listsFor = (origins: readonly string[]): AllowLists => ({
  cors: [...origins],
  corsOfOrgs: {},
  frame: [...origins],
  connect: [],
  redirect: [...origins],
  partitionedCookies: false,
  blockFullApp: false,
});

/**
 * What clusters take into a list of domains: no query strings, 4096 characters in all, and as a wildcard `*`, or in the
 * CORS list only the regular expression `.*` (vendor docs: "Security settings").
 */
function checkList(list: readonly string[], wildcard: ".*" | "*"): void {
  if (list.join(",").length > 4096) throw new Refusal(400, "A list is longer than 4096 characters");
  if (list.some((entry) => /[?#;,\s]/.test(entry))) throw new Refusal(400, "A list holds something else than domains");
  if (wildcard === ".*" && list.some((entry) => entry.replaceAll(".*", "").includes("*")))
    throw new Refusal(400, "CORS takes no wildcard but the regular expression .*");
}

/** The row-security variables in force: those kept with the user since an earlier mint, and the sign-in's own. */
export const rowVariables = ({ user, variables }: Principal): Readonly<Record<string, readonly string[]>> => ({
  ...user.variables,
  ...variables,
});

export const scopeOf = ({ access, org, object, variables }: Scope): Scope => ({
  access,
  org,
  object,
  ...(variables ? { variables } : {}),
});

/** Compares secrets in a time that does not tell how far they agree. */
function sameText(expected: string | null, given: string): boolean {
  if (expected === null) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}

interface Claims extends Scope {
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly ep: number;
}

const head = Buffer.from(JSON.stringify({ alg: "HS256", typ: "JWT" })).toString("base64url");
const mac = (text: string) =>
  createHmac("sha256", sandboxSecret("thoughtspot:token-signing")).update(text).digest("base64url");

function sign(claims: Claims): string {
  const text = `${head}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  return `${text}.${mac(text)}`;
}

function verify(token: string): Claims | undefined {
  const [first, second, third, more] = token.split(".");
  if (!first || !second || !third || more !== undefined || !sameText(mac(`${first}.${second}`), third))
    return undefined;
  return JSON.parse(Buffer.from(second, "base64url").toString("utf8")) as Claims;
}
