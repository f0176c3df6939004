/**
 * The types of portal.config.ts, and the small words it is written in.
 */
import type { PortalUser } from "@/lib/broker/user";
import { personaBySubject } from "./sandbox";

/** One embeddable thing in the catalog. */
export interface Item {
  /** Its name in addresses: lower case, digits and dashes, unique within its vendor. */
  readonly slug: string;
  readonly vendor: string;
  /** One of the vendor's kinds. */
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** Groups whose members may open it; `everyone` for every signed-in user. */
  readonly open: readonly string[];
  /** Where it is at the vendor. The browser sends a slug; this never comes from a request. */
  readonly target: Readonly<Record<string, string>>;
  /** The slug of the item beside which it is discussed: a room of a vendor that has the capability `discuss`. */
  readonly discuss?: string;
}

/** Names the vendor account of a user, or null when the user has none. */
export interface AccountMapping {
  (user: PortalUser): string | null;
  /** By which rule it names this user's account, in a few words: what "How this opened" shows. */
  rule?(user: PortalUser): string;
}

const withRule = (map: (user: PortalUser) => string | null, rule: (user: PortalUser) => string): AccountMapping =>
  Object.assign(map, { rule });

export interface PortalConfig {
  readonly name: string;
  /** Members may open the admin pages. */
  readonly adminGroups: readonly string[];
  /** Users who may sign in but open nothing: takes effect at the next grant, whatever their session says. */
  readonly disabledUsers: readonly string[];
  /** Claims of the ID token to keep in the session for the mappings. */
  readonly claims: readonly string[];
  readonly accounts: Readonly<Record<string, AccountMapping>>;
  readonly items: readonly Item[];
}

/** Group name that stands for every signed-in user. */
export const everyone = "everyone";

/** Checks what types cannot: unique slugs and a mapping for every vendor that has items. */
export function definePortal(config: PortalConfig): PortalConfig {
  const seen = new Set<string>();
  for (const item of config.items) {
    const key = `${item.vendor}/${item.slug}`;
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(item.slug))
      throw new Error(`portal.config.ts: "${item.slug}" is no slug; use lower-case letters, digits and dashes.`);
    if (seen.has(key)) throw new Error(`portal.config.ts: ${key} is listed twice.`);
    if (!config.accounts[item.vendor])
      throw new Error(`portal.config.ts: ${key} needs an entry for ${item.vendor} under accounts.`);
    seen.add(key);
  }
  for (const { vendor, slug, discuss } of config.items)
    if (discuss !== undefined && !config.items.some((room) => room.slug === discuss && room.vendor !== vendor))
      throw new Error(
        `portal.config.ts: ${vendor}/${slug} is discussed in "${discuss}", which is no item of another vendor.`,
      );
  return config;
}

/** The account a persona has at a sandbox vendor. Personas never reach a real vendor, so real users never match. */
export const personaAccount = (vendor: string): AccountMapping =>
  withRule(
    (user) => (user.persona ? (personaBySubject(user.id)?.accounts[vendor] ?? null) : null),
    () => "the sandbox's account of the persona",
  );

/** The account named by a claim of the ID token. */
export const byClaim = (claim: string): AccountMapping =>
  withRule(
    (user) => user.claims[claim] ?? null,
    () => `the claim ${claim} of the ID token`,
  );

/** The account listed for the user's immutable id. */
export const byTable = (table: Readonly<Record<string, string>>): AccountMapping =>
  withRule(
    (user) => (Object.hasOwn(table, user.id) ? table[user.id] : null) ?? null,
    () => "the table in portal.config.ts, by the user's id",
  );

/** The first mapping that knows the user. */
export const firstOf = (...mappings: AccountMapping[]): AccountMapping => {
  const knowing = (user: PortalUser) => mappings.find((mapping) => mapping(user));
  return withRule(
    (user) => knowing(user)?.(user) ?? null,
    (user) => knowing(user)?.rule?.(user) ?? "portal.config.ts",
  );
};
