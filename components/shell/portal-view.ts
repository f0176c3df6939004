/** The portal as the shell and its pages see it: plain data, made on the server for one user. */

import type { ProblemCode } from "@/lib/problem/codes";

export type VendorState = "connected" | "ready" | "unlinked" | "unmapped" | "unavailable" | "failing";

/** One vendor, as the navigation and the status lines show it. */
export interface SectionView {
  /** The vendor's id. */
  readonly id: string;
  /** The product's name, e.g. `Rocket.Chat`. */
  readonly name: string;
  /** What the portal calls it, e.g. `Chat`. */
  readonly section: string;
  readonly route: string;
  /** Its first item kind: decides icon and drawings. */
  readonly kind: string;
  readonly state: VendorState;
  readonly account: string | null;
  /** Since when it is unavailable or failing, ISO 8601. */
  readonly since: string | null;
  /** Why; null in every other state. */
  readonly code: ProblemCode | null;
  /** Since when this portal session has a live connection there, ISO 8601. */
  readonly openedAt: string | null;
  readonly sandboxed: boolean;
  /** Whether the user links a login of their own here. */
  readonly linkable: boolean;
  /** False while that login is missing. */
  readonly linked: boolean;
}

/** One item this user may open. */
export interface ItemView {
  readonly slug: string;
  readonly vendor: string;
  readonly section: string;
  readonly kind: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly href: string;
  /** What a new tab opens: the same page, or the product itself. */
  readonly tabHref: string;
  /** Index of the kind's drawing. */
  readonly drawing: number;
  /** The page of the room in which it is discussed, when this user may open that. */
  readonly discuss?: string;
  /** Where it is in a product that can lie beside others, in that product's terms. */
  readonly place?: string;
}

/** Where links to views can be posted. */
export interface ShareView {
  /** The product's name, e.g. `Rocket.Chat`. */
  readonly name: string;
  /** Who the user is there. */
  readonly account: string;
  readonly roomsEndpoint: string;
  readonly messageEndpoint: string;
}

export interface PortalView {
  readonly name: string;
  readonly user: { readonly id: string; readonly name: string; readonly email: string | null };
  readonly admin: boolean;
  readonly disabled: boolean;
  /** True when at least one vendor is served by the sandbox. */
  readonly sandbox: boolean;
  /** Whether this user may see how items opened. */
  readonly inspector: boolean;
  /** When the portal session ends, ISO 8601. */
  readonly endsAt: string;
  readonly sections: readonly SectionView[];
  readonly items: readonly ItemView[];
  /** The vendor whose frame can lie beside the items of others; null without one, or when this user has nothing there. */
  readonly discuss: string | null;
  /** Null without such a vendor, or when this user has no account there: then links are copied. */
  readonly share: ShareView | null;
}
