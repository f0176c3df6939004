/**
 * The vendor contract. Everything that differs between vendors is behind this object; navigation, CSP, doctor, audit,
 * tests and the connections page read it from the registry and know no vendor by name.
 */
import type { ReactNode } from "react";
import type { ZodType } from "zod";
import type { CallContext, Credential, VendorAdapter } from "@/lib/broker/vendor-adapter";
import type { Item } from "@/lib/config/portal";
import type { SandboxServices } from "@/lib/config/sandbox";
import type { CspSources } from "@/lib/security/csp";
import type { VendorHops } from "@/lib/trace/terms";

/** What a vendor's embed receives besides the grant: nothing in here is secret. */
export interface EmbedProps<Browser = Record<string, unknown>> {
  readonly item: EmbedItem;
  /** The vendor's public addresses and switches, from {@link Vendor.browser}. */
  readonly browser: Browser;
  /** For a kept-alive frame: every item of the vendor that this user may open, so that the portal's URL can follow. */
  readonly items?: readonly EmbedItem[];
}

/** The part of an item that the browser may know. */
export type EmbedItem = Pick<Item, "slug" | "vendor" | "kind" | "title" | "description" | "target">;

/** How a vendor is configured: one zod schema over the environment. */
export interface VendorEnvironment<Config> {
  /** Every variable the vendor reads. When all are absent its sandbox serves it (or it is hidden, in production). */
  readonly variables: readonly string[];
  /** Parses an environment (only the variables above) into the configuration; each issue's message is one sentence with the fix. */
  readonly schema: ZodType<Config, Record<string, string | undefined>>;
  /**
   * The same variables with the sandbox's values, so that the sandbox is parsed the same way. Empty for a vendor without
   * a sandbox: it is hidden until its variables are set.
   *
   * @param services where the sandbox listens; by default in a process of its own
   */
  sandbox(services?: SandboxServices): Record<string, string>;
}

/**
 * What a check found. A warning works, but not as it should; `not checked` is for what could not be judged, which is
 * never `ok`. Both `warning` and `failed` name what to change, and how.
 */
export type CheckResult =
  | { readonly result: "ok"; readonly detail?: string }
  | {
      readonly result: "warning" | "failed";
      /** What is wrong, in one sentence. */
      readonly detail: string;
      /** The screen, setting or variable to change: `Library Admin > Library Server > Security Settings`, `ROCKETCHAT_URL`. */
      readonly where: string;
      /** What to do there. */
      readonly fix: string;
      /** The vendor's own page for that setting, where it has an address. */
      readonly href?: string;
    }
  | {
      readonly result: "not checked";
      /** Why it cannot be judged. */
      readonly detail: string;
      /** True when no examination without a user can judge it: not a fault of this run. */
      readonly beyond?: boolean;
    };

/** One check of the doctor: what it examines, and what it finds. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /**
   * Ids of the checks that must pass first: where one of them fails, this one would only repeat it. Without the field a
   * check needs the vendor's first one; an empty list needs nothing.
   */
  readonly needs?: readonly string[];
  run(signal: AbortSignal): Promise<CheckResult>;
}

/**
 * Capability `discuss`: the vendor's kept-alive frame can lie beside another product's item. Its embed follows
 * `useEmbedHost().docked`, without loading anything again; the portal decides where the frame lies.
 */
export interface Discuss {
  /**
   * Where an item is in the product, in the product's own terms, e.g. a path.
   *
   * @param docked in the product's layout for a narrow frame, where it has one
   */
  placeOf(item: EmbedItem, docked: boolean): string;
}

/** Something at a product that waits for the user: one entry for each conversation or alert. */
export interface InboxEntry {
  /** Stable for one conversation or alert of the vendor. */
  readonly id: string;
  readonly kind: "mention" | "direct" | "alert";
  /** Who or where: `Data engineer`, `sales-emea`. */
  readonly title: string;
  readonly text: string;
  /** How much of it is unread; 0 once the user has seen it in the product. */
  readonly unread: number;
  /** When it last changed, milliseconds since the epoch. */
  readonly at: number;
  /** Where it is in the product, in the product's terms: what `lib/live` opens. */
  readonly place: string | null;
}

/**
 * Capability `notify`: what the product's page tells the portal becomes entries of the inbox. The vendor's `Live` hands
 * them to `lib/live`; nothing is asked for again and again.
 */
export interface Notify {
  /**
   * Reads one message of the product's page. Pure, and never throws: the message is untrusted.
   *
   * @returns the entry, with 0 unread for a conversation that has been read; null for everything else
   */
  entryOf(message: unknown): Omit<InboxEntry, "at"> | null;
}

/** A conversation at a chat vendor in which the user may post. */
export interface Room {
  /** The vendor's own id. */
  readonly id: string;
  /** As the vendor shows it, without a sign in front. */
  readonly name: string;
  readonly kind: "channel" | "group" | "direct";
  /** How many people are in it; absent when the vendor did not say. */
  readonly members?: number;
}

/**
 * Capability `share`: the vendor takes messages, so that a link to a view can be posted as the user. Both functions get
 * the grant that the broker has made for this very user, and throw a Problem, or ConnectionLost when the vendor no longer
 * accepts the grant.
 */
export interface Share<Config, Grant extends object> {
  /** The user's own conversations, and no others. */
  rooms(context: CallContext<Config>, grant: Grant): Promise<readonly Room[]>;
  /**
   * Posts one message as the user. The vendor decides once more whether the user may: `room_unavailable` when not,
   * `message_too_long` for its own limit.
   *
   * @param message `text` is plain: what would be a link with another text, or a mention that no one typed, is defused
   *   already (lib/grants/share-text.ts)
   */
  post(context: CallContext<Config>, grant: Grant, message: { room: string; text: string }): Promise<void>;
}

export interface Vendor<
  Config = unknown,
  State extends object = object,
  Grant extends object = object,
  Browser extends object = object,
> extends VendorAdapter<Config, State, Grant> {
  /** What the portal calls it in the navigation, e.g. `Chat`. */
  readonly section: string;
  /** Where its items live: `/dashboards`. An item's page is `<route>/<slug>`. */
  readonly route: string;
  /** The route handler that renews a grant: `/api/microstrategy/identity-token`. */
  readonly endpoint: string;
  /** The item kinds it can embed. */
  readonly kinds: readonly string[];
  /** True when its frame stays mounted while the user moves through the portal. */
  readonly keepAlive: boolean;
  /** True when its embed can navigate to another item: the frame then stays when the user opens the next item. */
  readonly supportsInFrameNavigation?: boolean;
  readonly environment: VendorEnvironment<Config>;
  /** Origins the portal's pages must allow for this vendor. */
  csp(config: Config): CspSources;
  /** What the vendor's embed needs in the browser: public addresses, never a secret. */
  browser(config: Config): Browser;
  /** URL that opens the item in a new tab, for when the frame fails; absent when there is none. */
  openAddress?(item: Item, config: Config): string | undefined;
  /** True when "Open in new tab" should always use that URL, not only after a failure. */
  readonly prefersNewTab?: boolean;
  /** Whether this configuration signs in with the user's own vendor login, which must then be linked first. */
  credentialNeeded?(config: Config): boolean;
  /** Verifies a login that the user wants to link: signs in and out again. Throws a Problem when the vendor rejects it. */
  verifyCredential?(context: CallContext<Config>, credential: Credential): Promise<void>;
  /** How users are signed in, in plain words for an administrator: `With login tokens, by users.createToken`. No secret. */
  loginDescription(config: Config): string;
  /** For the doctor and the readiness route. The first check is the cheap one: does the vendor answer at all? */
  checks(config: Config): readonly Check[];
  /**
   * What the vendor calls the steps of an opening, for "How this opened": its calls on the server, and its half in the
   * browser. Without them the drawer shows method and path.
   */
  readonly hops?: VendorHops;
  /** The client component that drives the vendor's SDK or frame. */
  Embed(props: EmbedProps<Browser>): ReactNode;
  /**
   * A client component that renders nothing and joins `lib/live` while a user is signed in: unread counts, notices,
   * presence, clean-up at sign-out. Absent when the product has none of these.
   */
  Live?(): ReactNode;
  /** Its frame can lie beside the items of other vendors: the portal offers Discuss. Needs `keepAlive`. */
  readonly discuss?: Discuss;
  /** It tells what waits for the user: mentions, direct messages, alerts. Needs `Live`. */
  readonly notify?: Notify;
  /** Messages can be posted in it: the portal offers Share. */
  readonly share?: Share<Config, Grant>;
}

export type { CallContext, VendorAdapter };
