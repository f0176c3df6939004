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

/** What a vendor's browser half receives, beside the grant: nothing in here is secret. */
export interface EmbedProps<Browser = Record<string, unknown>> {
  readonly item: EmbedItem;
  /** The vendor's public addresses and switches, from {@link Vendor.browser}. */
  readonly browser: Browser;
  /** For a frame that is kept alive: every item of the vendor that this user may open, so that the address can follow. */
  readonly items?: readonly EmbedItem[];
}

/** The part of an item that its page may know. */
export type EmbedItem = Pick<Item, "slug" | "vendor" | "kind" | "title" | "description" | "target">;

/** How a vendor is configured: one zod schema over the environment. */
export interface VendorEnvironment<Config> {
  /** Every variable the vendor reads. When all are absent its sandbox serves it (or it is hidden, in production). */
  readonly variables: readonly string[];
  /** Parses an environment (only the variables above) into the configuration; each issue's message is one sentence with the fix. */
  readonly schema: ZodType<Config, Record<string, string | undefined>>;
  /**
   * The same variables with the sandbox's values, so that the sandbox goes through the very same parsing. Empty for a
   * vendor that has no sandbox: it is hidden until its variables are set.
   *
   * @param services where the sandbox is, unless in processes of its own
   */
  sandbox(services?: SandboxServices): Record<string, string>;
}

/** One finding of the doctor: what was looked at, whether it holds, and the vendor's admin screen to open when not. */
export interface Check {
  readonly id: string;
  readonly title: string;
  run(signal: AbortSignal): Promise<{ ok: true; detail?: string } | { ok: false; detail: string; fix: string }>;
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
  /** True when its embed can take another item in: the frame then stays while the user goes from one item to the next. */
  readonly supportsInFrameNavigation?: boolean;
  readonly environment: VendorEnvironment<Config>;
  /** Origins the portal's pages must allow for this vendor. */
  csp(config: Config): CspSources;
  /** What the vendor's embed needs in the browser: public addresses, never a secret. */
  browser(config: Config): Browser;
  /** Address that opens the item in a tab of its own, where the frame does not help; absent when there is none. */
  openAddress?(item: Item, config: Config): string | undefined;
  /** True when that address is also the better one for whoever asks for a new tab, without anything being wrong. */
  readonly prefersNewTab?: boolean;
  /** Whether this configuration signs in with the user's own vendor login, which must then be linked first. */
  credentialNeeded?(config: Config): boolean;
  /** Signs in with a login that the user wants to link, and out again. Throws a Problem that says what is wrong with it. */
  verifyCredential?(context: CallContext<Config>, credential: Credential): Promise<void>;
  /** How users are signed in, in plain words for an administrator: `With login tokens, by users.createToken`. No secret. */
  loginDescription(config: Config): string;
  /** For the doctor and the readiness route. The first check is the cheap one: does the vendor answer at all? */
  checks(config: Config): readonly Check[];
  /** The client component that drives the vendor's SDK or frame. */
  Embed(props: EmbedProps<Browser>): ReactNode;
  /**
   * A client component that draws nothing and joins `live.ts` while somebody is signed in: unread counts, notices,
   * presence, what to clear at sign-out. Absent when the product has nothing of the kind.
   */
  Live?(): ReactNode;
}

export type { CallContext, VendorAdapter };
