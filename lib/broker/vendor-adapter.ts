/**
 * What the broker needs of a vendor. The broker knows no vendor by name: it meets them through this interface, which
 * `lib/vendors/vendor.ts` extends.
 *
 * Two steps, because vendors differ in what is expensive: `connect` opens the vendor session or token of one portal
 * session (one at a time per key, across instances), `mint` makes a grant out of it. For MicroStrategy the connection is a
 * Library session and every grant a new identity token; for Rocket.Chat and ThoughtSpot the grant is the token itself.
 */
import { hasBrand } from "@/lib/brand";
import type { Item } from "@/lib/config/portal";
import type { PortalUser } from "./user";

/** A user's own vendor login, as the credential store gives it back. */
export interface Credential {
  readonly username: string;
  readonly password: string;
  /** Vendor-specific, e.g. MicroStrategy's login mode. */
  readonly mode?: number;
}

/** Tokens of the portal's own OpenID Connect sign-in, for vendors behind the same identity provider. */
export interface OidcTokens {
  readonly accessToken: string;
  readonly idToken: string;
}

/** What every call to a vendor has at hand. */
export interface CallContext<Config> {
  readonly config: Config;
  /** Aborts at the broker's own deadline. */
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/** A call made for one user. */
export interface UserContext<Config> extends CallContext<Config> {
  readonly user: PortalUser;
  /** Who the user is at this vendor, from the mapping in portal.config.ts and from nowhere else. */
  readonly account: string;
  readonly item: Item;
  /** BCP 47, from the request; for vendors that take one. */
  readonly locale: string;
  /** IANA name such as `Europe/Zurich`, as the browser told it; null until it has. */
  readonly timeZone: string | null;
  /** The user's own sealed vendor login, or null when none is linked. */
  credential(): Promise<Credential | null>;
  /** The tokens of the user's sign-in, kept on the server and renewed; null when there are none or they have expired. */
  oidcTokens(): Promise<OidcTokens | null>;
}

/** A fresh connection. `state` is sealed before it is stored; it must survive JSON. */
export interface Connected<State> {
  readonly state: State;
  /** When it must not be used any more; absent when the vendor does not say. */
  readonly expiresAt?: Date;
}

export interface VendorAdapter<Config = unknown, State extends object = object, Grant extends object = object> {
  readonly id: string;
  /** The product's name for the sentences, e.g. `Rocket.Chat`. */
  readonly name: string;
  /**
   * What a renewal replaces: the grant on the same connection (MicroStrategy's identity tokens), or the connection,
   * because the grant is the connection's own token (Rocket.Chat, ThoughtSpot).
   */
  readonly renewal: "grant" | "connection";
  /**
   * After this time the vendor itself has ended what the portal opened there, milliseconds: until then a revocation that
   * the vendor has not confirmed is retried.
   */
  readonly maxLifetimeMs: number;
  /** Which connection an item uses: equal scopes share one. Empty when one connection serves every item. */
  scope(item: Item): string;
  /** What a grant for this item requests from the vendor (access level, object), in the vendor's own terms, for the audit. */
  requestedAccess?(item: Item, config: Config): Readonly<Record<string, string>>;
  /** Opens the vendor session or mints the token. Throws a Problem. */
  connect(context: UserContext<Config>): Promise<Connected<State>>;
  /**
   * Makes the grant. May return a changed state (new cookies), which is then stored.
   *
   * Throws {@link ConnectionLost} when the vendor no longer knows the connection: the broker then connects once more
   * and mints again, exactly once.
   */
  mint(context: UserContext<Config>, state: State): Promise<{ grant: Grant; state?: State }>;
  /** Ends the connection at the vendor. Resolves when the vendor says that it was gone already. */
  revoke(context: CallContext<Config>, state: State): Promise<void>;
}

const connectionLostBrand = Symbol.for("portico.ConnectionLost");

/** The vendor no longer knows this connection. Carries no detail: the broker only needs to know that it is gone. */
export class ConnectionLost extends Error {
  readonly [connectionLostBrand] = true;
  constructor() {
    super("The vendor no longer knows this connection");
    this.name = "ConnectionLost";
  }
}

export const isConnectionLost = (value: unknown): value is ConnectionLost => hasBrand(value, connectionLostBrand);
