import "server-only";
/** The four decisions of a trusted authenticator, before ThoughtSpot is asked for a token. */
import type { UserContext } from "@/lib/broker/vendor-adapter";
import type { Item } from "@/lib/config/portal";
import { Problem } from "@/lib/problem/problem";
import portal from "@/portal.config";
import type { ThoughtSpotConfig } from "../config";
import { type Access, accessOf, objectIdOf, objectOf, routeOf, variablesOf, vendorName } from "../protocol";
import type { TokenOrder } from "./api";
import { decideRows, type RowDecision } from "./rows";

export type Context = UserContext<ThoughtSpotConfig>;

/** `v1`: a token for the redirect login of 2021. `v2`: a bearer token. */
export type Generation = "v1" | "v2";

/**
 * The four decisions, each with its source:
 *
 * 1. is the requester signed in, and who is it: the broker, from the portal session;
 * 2. which ThoughtSpot username: the mapping in portal.config.ts and nothing else, also the broker's;
 * 3. what is asked for: the item, see {@link accessFor}, and which rows of it, see `rows.ts`;
 * 4. does that username exist and may it see the object: ThoughtSpot's typed refusal of the mint, because users are
 *    never created unless configured, and `look-up.ts` for tokens that are not bound to the object.
 */
export interface Decision {
  readonly requester: string;
  readonly username: string;
  readonly access: Access;
  /** Absent when nothing in the catalog has row security. */
  readonly rows?: RowDecision;
  readonly create: TokenOrder["create"];
}

/**
 * @param catalog every item of portal.config.ts
 * @throws Problem when the item's rules are incomplete, or users are to be created and this one cannot be
 */
export function decide(
  { user, account, item, config }: Context,
  generation: Generation,
  catalog: readonly Item[] = portal.items,
): Decision {
  const rows = decideRows(item, catalog, user.groups);
  return {
    requester: user.id,
    username: account,
    access: accessFor(item, config, generation),
    ...(rows ? { rows } : {}),
    create: config.autoCreate ? profileOf(user) : undefined,
  };
}

/** What a token for this item opens. A v1 token knows no variables; those that ThoughtSpot keeps hold for it too. */
function accessFor(item: Item, config: ThoughtSpotConfig, generation: Generation): Access {
  const objectId = objectIdOf(item);
  if (generation === "v1") return objectId ? { level: "object", objectId } : { level: "application" };
  // A cookie session is one for all tabs: bound to one object it would close the objects of the others.
  return accessOf(item, config.login === "cookie" ? "full" : config.token);
}

const endpoints = { object: "object", application: "full", custom: "custom" } as const;

/**
 * The third decision in ThoughtSpot's words, for the audit: which kind of token (`v1`, or v2's `full`, `object`,
 * `custom`), its access level, the object, the page, the org, and whether an unknown user would be created.
 */
export function requestedAccess(
  item: Item,
  config: ThoughtSpotConfig,
  generation: Generation,
): Readonly<Record<string, string>> {
  const { level } = accessFor(item, config, generation);
  const object = objectOf(item)?.id;
  const variables = variablesOf(item).join(",");
  return {
    token: generation === "v1" ? "v1" : endpoints[level],
    access_level: level === "object" ? "REPORT_BOOK_VIEW" : "FULL",
    ...(object ? { object } : {}),
    page: routeOf(item),
    org: String(config.orgId),
    auto_create: String(config.autoCreate),
    ...(variables ? { variables } : {}),
  };
}

/** What a created user gets. All three are always sent, because a mint replaces what ThoughtSpot has. */
function profileOf(user: Context["user"]): TokenOrder["create"] {
  if (!user.email || !user.emailVerified)
    throw new Problem("account_unknown", {
      vendorName,
      detail: "ThoughtSpot accounts are made from a confirmed e-mail address, and your sign-in has none.",
    });
  return { email: user.email, displayName: user.name, groups: user.groups };
}
