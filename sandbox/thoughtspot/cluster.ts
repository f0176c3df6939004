/**
 * The state of the emulated cluster: users, orgs, trusted authentication with its keys, tokens, sessions, lock-outs and
 * allow-lists. Rules of lifetimes and rotation are those of the pages that lib/vendors/thoughtspot/SOURCES.md names.
 */
import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { personas, sandboxGuid, sandboxPassword, sandboxSecret } from "@/lib/config/sandbox";
import type { Clock } from "../kit/sandbox";
import { isListed, type ListKind, listRefusal } from "./allow-lists";
import { type Filter, type Table, tables } from "./content/data";
import { all, liveboards, savedAnswers } from "./content/liveboards";
import { Refusal } from "./errors";
import { guidOf, isGuid } from "./guid";
import { RowSecurity } from "./row-security";
import type { Switches } from "./switches";

export type AccountStatus = "ACTIVE" | "INACTIVE" | "EXPIRED" | "LOCKED" | "PENDING" | "SUSPENDED";
export type Visibility = "SHARABLE" | "NON_SHARABLE";

export interface User {
  readonly id: string;
  name: string;
  displayName: string;
  email: string;
  status: AccountStatus;
  visibility: Visibility;
  accountType: string;
  groups: string[];
  readonly privileges: readonly string[];
  orgs: number[];
  readonly password: string;
  readonly createdAt: number;
  modifiedAt: number;
  failedLogins: number;
  /** The org of the last session, which a mint without an org means. */
  lastOrg?: number;
  /** Filter rules kept by custom tokens: the way of limiting rows that formula variables replace. */
  filterRules: readonly FilterRule[];
  /** What `users/create` and `users/update` take and the emulated application does not use. */
  preferences: Record<string, unknown>;
}

export interface Group {
  readonly id: string;
  name: string;
  displayName: string;
  description: string;
  privileges: readonly string[];
  type: string;
  visibility: Visibility;
  subGroups: readonly string[];
  readonly createdAt: number;
  modifiedAt: number;
}

/** A filter on a column, for one model or for all. */
export interface FilterRule extends Filter {
  readonly models: readonly string[];
}

export type Access = "FULL" | "REPORT_BOOK_VIEW";

/** What a token or session allows. */
export interface Scope {
  readonly access: Access;
  readonly org: number;
  /** The one object of `REPORT_BOOK_VIEW`. */
  readonly object: string | null;
  /** Filter rules that came with the token and hold for it alone. */
  readonly filterRules?: readonly FilterRule[];
}

/** Who a request is made as. */
export interface Principal extends Scope {
  readonly user: User;
  /** The user's privileges and those of the groups. */
  readonly privileges: readonly string[];
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

/** The security settings of the cluster, and those that orgs have of their own. */
export interface AllowLists {
  cors: string[];
  /** An org's own list takes the place of the cluster's; without one, the cluster's holds. */
  corsOfOrgs: Record<number, string[]>;
  frame: string[];
  /** Where the application's own scripts may call; kept and shown, since the sandbox runs no custom actions. */
  connect: string[];
  redirect: string[];
  /** Kept and shown: the sandbox loads nothing from elsewhere. */
  sources: { font: string[]; image: string[]; style: string[]; iframe: string[]; script: string[]; scripts: boolean };
  partitionedCookies: boolean;
  /** "Block non-embed full app access", and the groups that are let in nevertheless. */
  blockFullApp: boolean;
  fullAppGroups: string[];
  fullAppOfOrgs: Record<number, { block: boolean; groups: string[] }>;
}

export const orgs = [
  { id: 0, name: "Primary" },
  { id: 1, name: "Partners" },
] as const;

const fiveMinutes = 5 * 60_000;
const threeHours = 3 * 3_600_000;
const sevenDays = 7 * 86_400_000;

export class Cluster {
  users: User[] = [];
  groups: Group[] = [];
  readonly rows = new RowSecurity();
  lists: AllowLists = listsFor([]);
  /** How many tokens of each kind were made, by username: for `/sandbox/state`. */
  readonly minted = new Map<string, number>();
  #cluster: TrustedAuth = { enabled: true, key: null, generation: 0 };
  #orgKeys = new Map<number, TrustedAuth>();
  #keyToCome: string | undefined;
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
    /** Whether browsers reach it on the portal's own site, where its cookies need no `SameSite=None`. */
    readonly isSameSite = false,
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
      visibility: "SHARABLE",
      accountType: "LOCAL_USER",
      groups,
      privileges: ["DATADOWNLOADING", "CAN_USE_SPOTTER"],
      orgs: [0],
      password: sandboxPassword(name),
      createdAt: now,
      modifiedAt: now,
      failedLogins: 0,
      filterRules: [],
      preferences: {},
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
          ? user(persona.accounts.thoughtspot, persona.name, persona.groups.filter(isThoughtSpotGroup), {
              email: persona.email,
              status: persona.persona === "disabled" ? "INACTIVE" : "ACTIVE",
            })
          : [],
      ),
      user("p.partner@portico.example", "Paula Partner", ["viewers"], { orgs: [1] }),
    ];
    this.groups = [];
    for (const name of ["Administrator", "portal-admins", "analysts", "viewers"]) this.createGroup({ name });
    this.rows.reset(tables.flatMap(({ rules }) => rules ?? []).map(({ variable }) => variable));
    // Anna had this region once. Nothing in ThoughtSpot takes it away when she leaves the group.
    const formerReader = this.userByName("a.analyst@portico.example");
    if (formerReader)
      this.rows.assign({
        userId: formerReader.id,
        org: 0,
        models: [],
        operation: "REPLACE",
        variables: [{ name: "region_var", values: ["East"] }],
      });
    this.lists = listsFor([this.portalOrigin]);
    this.#cluster = { enabled: true, key: sandboxGuid("thoughtspot:secret-key"), generation: 1 };
    this.#orgKeys.clear();
    this.#keyToCome = undefined;
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

  /** Makes a user, and the groups that are missing. */
  createUser(
    name: string,
    details: { email?: string; displayName?: string; groups?: readonly string[]; org: number },
    more: Partial<User> = {},
  ): User {
    const now = this.clock.now();
    const user: User = {
      id: guidOf(`user:${name}`),
      name,
      displayName: details.displayName ?? name,
      email: details.email ?? "",
      status: "ACTIVE",
      visibility: "SHARABLE",
      accountType: "LOCAL_USER",
      groups: this.#ensureGroups(details.groups ?? []),
      privileges: [],
      orgs: [details.org],
      password: randomUUID(),
      createdAt: now,
      modifiedAt: now,
      failedLogins: 0,
      filterRules: [],
      preferences: {},
      ...more,
    };
    this.users.push(user);
    return user;
  }

  createGroup({ name, ...more }: Pick<Group, "name"> & Partial<Group>): Group {
    const now = this.clock.now();
    const group: Group = {
      id: guidOf(`group:${name}`),
      name,
      displayName: name,
      description: "",
      privileges: [],
      type: "LOCAL_GROUP",
      visibility: "SHARABLE",
      subGroups: [],
      createdAt: now,
      modifiedAt: now,
      ...more,
    };
    this.groups.push(group);
    return group;
  }

  /** The user's own privileges and those of the groups. */
  privilegesOf(user: User): string[] {
    const inherited = user.groups.flatMap((name) => this.group(name)?.privileges ?? []);
    return [...new Set([...user.privileges, ...inherited])];
  }

  /** What `full` and `object` do at every mint with `auto_create`: names, e-mail and the whole group list are replaced. */
  overwriteUser(user: User, details: { email?: string; displayName?: string; groups?: readonly string[] }): void {
    if (details.displayName !== undefined) user.displayName = details.displayName;
    if (details.email !== undefined) user.email = details.email;
    if (details.groups !== undefined) user.groups = this.#ensureGroups(details.groups);
  }

  /** The user, with every token, session and value. */
  deleteUser(user: User): void {
    this.revokeAllOf(user);
    this.endSessionsOf(user);
    this.users = this.users.filter((entry) => entry !== user);
    this.rows.forget(user.id);
  }

  deleteGroup(group: Group): void {
    this.groups = this.groups.filter((entry) => entry !== group);
    for (const user of this.users) user.groups = user.groups.filter((name) => name !== group.name);
  }

  renameGroup(group: Group, name: string): void {
    for (const user of this.users) user.groups = user.groups.map((entry) => (entry === group.name ? name : entry));
    group.name = name;
  }

  #ensureGroups(identifiers: readonly string[]): string[] {
    return identifiers.map((identifier) => {
      const known = this.group(identifier);
      if (known) return known.name;
      if (isGuid(identifier)) throw new Refusal(400, "One of the groups does not exist");
      return this.createGroup({ name: identifier }).name;
    });
  }

  // Trusted authentication and its keys

  trusted(org?: number): Readonly<TrustedAuth> {
    return org === undefined ? this.#cluster : (this.#orgKeys.get(org) ?? { enabled: false, key: null, generation: 0 });
  }

  /** Switches trusted authentication. Enabling keeps an existing key; disabling kills it forever. */
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

  /** Replaces the cluster's key, as an administrator does. @returns puts the former one back */
  replaceKey(): () => void {
    const { key } = this.#cluster;
    this.#cluster.key = randomUUID();
    return () => {
      this.#cluster.key = key;
    };
  }

  /** Ends every session and every v2 token. */
  endEverything(): void {
    this.#sessions.clear();
    for (const [jti] of this.#live) this.#revoked.add(jti);
  }

  /** The key that switching trusted authentication on will make. Shown before it counts, it stays the same until then. */
  keyToCome(): string {
    this.#keyToCome ??= this.switches().nextSecretKey || randomUUID();
    return this.#keyToCome;
  }

  #nextKey(): string {
    const key = this.switches().nextSecretKey || this.keyToCome();
    this.#keyToCome = undefined;
    return key;
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
    if (this.switches().multiFactor) throw new Refusal(403, "Multi-factor authentication is required");
    if (!sameText(user.password, password)) {
      this.countFailure(user);
      throw new Refusal(401, "User name or password is not valid");
    }
    if (user.status !== "ACTIVE") throw new Refusal(403, "The account is inactive");
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

  mintV2(
    user: User,
    scope: Scope,
    validitySeconds: number,
    kind = scope.access === "FULL" ? "v2 full" : "v2 object",
  ): IssuedToken {
    const issuedAt = this.clock.now();
    const expiresAt = issuedAt + validitySeconds * 1000;
    const jti = randomUUID();
    const claims = { sub: user.name, jti, iat: issuedAt, exp: expiresAt, ep: this.#epoch, ...scope };
    const token = sign(claims);
    this.#live.set(jti, { user: user.name, expiresAt, scope });
    this.#count(kind, user);
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

  /** Every session of a user, in whichever browser. Bearer tokens live on: they are no sessions. */
  endSessionsOf(user: User): void {
    for (const [id, session] of this.#sessions) if (session.userId === user.id) this.#sessions.delete(id);
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
    const check = (kind: ListKind, list: readonly string[] = []) => {
      const refusal = listRefusal(kind, list);
      if (refusal) throw new Refusal(400, refusal);
    };
    for (const list of [change.cors, ...Object.values(change.corsOfOrgs ?? {})]) check("cors", list);
    for (const list of [change.frame, change.redirect, change.sources?.iframe]) check("visual-embed", list);
    const { font, image, style, script } = change.sources ?? {};
    for (const list of [change.connect, font, image, style, script]) check("connect-src", list);
    this.lists = { ...this.lists, ...change };
  }

  /**
   * Whether an origin may call the cluster.
   *
   * @param org of the sign-in that the call carries. Preflights and calls without a sign-in carry none: what any of the
   *   lists allows is allowed then, since the answer holds nothing of an org (the vendor does not document this case)
   */
  mayCall(origin: string, org: number | undefined): boolean {
    const { cors, corsOfOrgs } = this.lists;
    const own = (id: number) => (corsOfOrgs[id]?.length ? corsOfOrgs[id] : undefined);
    if (org !== undefined) return isListed(own(org) ?? cors, origin);
    return [cors, ...orgs.flatMap(({ id }) => [own(id) ?? []])].some((list) => isListed(list, origin));
  }

  // Objects

  /** Whether these groups let the user see it. */
  maySee(user: User, groups: readonly string[]): boolean {
    return (
      groups.includes(all) ||
      this.privilegesOf(user).includes("ADMINISTRATION") ||
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
      users: this.users.map(({ id, name, displayName, status, groups, orgs: memberOf, failedLogins }) => ({
        name,
        displayName,
        status,
        groups,
        orgs: memberOf,
        failedLogins,
        variables: this.rows.valuesOfUser(id),
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
  sources: { font: [], image: [], style: [], iframe: [], script: [], scripts: false },
  partitionedCookies: false,
  blockFullApp: false,
  fullAppGroups: [],
  fullAppOfOrgs: {},
});

/** Groups that only the portal knows say which rows a person sees there; ThoughtSpot has variables for that. */
const isThoughtSpotGroup = (group: string) => !group.startsWith("region-");

/**
 * The row security in force for a sign-in on a model: formula variables, and filter rules kept or of its own.
 *
 * @throws NoValuesAssigned when a variable that a rule of the model names has no value
 */
export function rowFilters(cluster: Cluster, who: Principal, table: Table): Filter[] {
  const { user, org, privileges } = who;
  if (privileges.includes("ADMINISTRATION") || privileges.includes("BYPASSRLS")) return [];
  const legacy = [...user.filterRules, ...(who.filterRules ?? [])].flatMap(({ models, ...rule }) => {
    const column = table.columns.find(({ name }) => name.toLowerCase() === rule.column.toLowerCase());
    const fits = models.length === 0 || models.includes(table.id);
    return fits && column ? [{ ...rule, column: column.name }] : [];
  });
  return [...cluster.rows.filtersFor(table.rules ?? [], user.id, org, table.id), ...legacy];
}

export const scopeOf = ({ access, org, object, filterRules }: Scope): Scope => ({
  access,
  org,
  object,
  ...(filterRules?.length ? { filterRules } : {}),
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
