/** How an opening is handed to the drawer: plain data, with no value in it that could be used. Safe in the browser. */
import type { ProblemCode } from "@/lib/problem/codes";
import type { RecordingKind } from "@/lib/trace/recording";
import type { Docs, Lane } from "@/lib/trace/terms";

export interface Fact {
  readonly label: string;
  readonly text: string;
}

export interface HopView {
  /** Unique in its sequence. */
  readonly key: string;
  /** The term's id, e.g. `identity-token`. */
  readonly id: string;
  readonly name: string;
  /** What was decided, in a word or two. */
  readonly note?: string | undefined;
  readonly from: Lane;
  readonly to: Lane;
  /** Milliseconds since the sequence's beginning. */
  readonly start: number;
  /** Milliseconds; null when it never happened. */
  readonly duration: number | null;
  /** `never`: what would have followed after a failure. */
  readonly state: "done" | "failed" | "never";
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  /** The address without its query, for curl. */
  readonly url?: string | undefined;
  readonly status?: number | undefined;
  /** `header X-MSTR-AuthToken: auth…k2Q (32 characters)`, as lib/trace/mask.ts writes it. */
  readonly sent: readonly string[];
  readonly received: readonly string[];
  readonly sentAs?: string | undefined;
  readonly facts: readonly Fact[];
  readonly source: { readonly label: string; readonly href: string | null };
  readonly docs?: (Docs & { readonly vendor: string }) | undefined;
  readonly promise?: { readonly title: string; readonly href: string | null } | undefined;
  readonly failure?: Failure | undefined;
}

export interface Failure {
  readonly code: string;
  readonly cause: string;
  readonly remedy: string;
  readonly help?: { readonly href: string; readonly label: string } | undefined;
}

export interface LaneView {
  readonly id: Lane;
  readonly name: string;
}

export interface Sequence {
  /** The request's id. */
  readonly id: string;
  readonly kind: RecordingKind;
  /** `opened`, `renewed`, `signed in`: between who and what. */
  readonly verb: string;
  readonly who: string;
  readonly what: string;
  readonly account?: string | undefined;
  /** The vendor's id, for its hue. */
  readonly vendor?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly total: number;
  readonly lanes: readonly LaneView[];
  readonly hops: readonly HopView[];
  readonly connectionsReused: number;
  readonly sessionsReused: number;
  readonly code?: ProblemCode | undefined;
}

/** What the drawer shows. */
export interface Inspection {
  readonly opening: Sequence | null;
  /** The session's sign-in, and the sign-out before it. */
  readonly signIn: readonly Sequence[];
  readonly renewals: readonly Sequence[];
}

/** `header name: value` in its parts. */
export interface WireEntry {
  readonly place: "header" | "cookie" | "query" | "field";
  readonly name: string;
  readonly value?: string | undefined;
}

export function wireEntry(text: string): WireEntry | null {
  const [, place, name = "", value] = /^(header|cookie|query|field) ([^:]+)(?:: ([\s\S]*))?$/.exec(text) ?? [];
  return place ? { place: place as WireEntry["place"], name, value } : null;
}
