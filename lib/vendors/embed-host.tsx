"use client";
/**
 * What a vendor's embed gets from the frame around it, and what it reports to the frame. The frame owns states, live
 * regions, error cards and retry; the embed owns the vendor's SDK or iframe and reports facts.
 */
import { createContext, useContext } from "react";
import { hasBrand } from "@/lib/brand";
import type { ProblemCode } from "@/lib/problem/codes";
import type { ShownView } from "./shown-view";
import type { View } from "./view";

/** A failure in the browser: from a problem+json answer, or detected there. */
export interface EmbedProblem {
  readonly code: ProblemCode;
  /** Replaces the table's sentence with a more specific one. */
  readonly detail?: string;
  readonly requestId?: string;
  readonly retryAfter?: number;
}

const grantRefusedBrand = Symbol.for("portico.GrantRefused");

/** Thrown by {@link GrantSource} when the portal refused. */
export class GrantRefused extends Error {
  readonly [grantRefusedBrand] = true;
  constructor(readonly problem: EmbedProblem) {
    super(problem.code);
    this.name = "GrantRefused";
  }
}

export const isGrantRefused = (value: unknown): value is GrantRefused => hasBrand(value, grantRefusedBrand);

export interface GrantSource<Grant> {
  /**
   * A grant that no embed has had before, or, for vendors whose grants are reusable, the current one. The first call
   * takes the one that was streamed with the page, if it is still fresh. Throws {@link GrantRefused}.
   */
  take(): Promise<Grant>;
  /** A new grant: the vendor rejected the current one, or will soon. Throws {@link GrantRefused}. */
  renew(): Promise<Grant>;
}

/** The facts an embed reports. `interactive` only on the vendor's own proof, never on `load` or on a timer. */
export type EmbedReport =
  /** `slow`: a sentence for the user. The embed then looks after its own end, and the frame waits for it. */
  | { readonly state: "loading"; readonly waitingFor?: string; readonly slow?: string }
  | { readonly state: "interactive" }
  | { readonly state: "renewing" }
  | { readonly state: "failed"; readonly problem: EmbedProblem };

export interface EmbedHost<Grant = unknown> {
  readonly grant: GrantSource<Grant>;
  /** Stable for one item, like `grant`: safe in dependency lists. */
  readonly report: (report: EmbedReport) => void;
  /** Hears the name of every event and effect of the driver's state machine; stable like `report`. */
  readonly note?: (name: string) => void;
  /** The signed-in user: a frame must never outlive its user. */
  readonly userId: string;
  /** The portal's theme, for embeds that can follow it. */
  readonly theme: "light" | "dark";
  readonly locale: string;
  /** False while a kept-alive frame is hidden behind another page. */
  readonly visible: boolean;
  /** True while a kept-alive frame lies beside another vendor's item. */
  readonly docked: boolean;
  /** The view that the page's address asks for, and the way to report the one on the screen. */
  readonly view: ViewHost;
}

/** The view of an item: its page and filters, kept in the address of the portal's page (view.ts). */
export interface ViewHost {
  /** What the address asks for. Read it when the embed starts; a later change is the embed's own. */
  asked(): View;
  /** The user has gone to another page of the item, or changed its filters. */
  shown(view: ShownView): void;
  /** The vendor does not know the page or a filter of the asked view: the item has opened at its start. Tells the user. */
  lost(): void;
}

export const EmbedHostContext = createContext<EmbedHost | null>(null);

/** The frame around this embed. The frame remounts the embed for a retry, so an embed need not reset itself. */
export function useEmbedHost<Grant>(): EmbedHost<Grant> {
  const host = useContext(EmbedHostContext);
  if (!host) throw new Error("A vendor embed must be rendered inside an embed frame");
  return host as EmbedHost<Grant>;
}
