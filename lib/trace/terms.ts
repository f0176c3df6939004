/**
 * What a hop of an opening is called, between whom it runs, and where to read more: data that server, browser and tests
 * share. The spans (trace.ts) carry the ids; the drawer shows the terms.
 */
import type { PromiseId } from "./promises";

/** From left to right in the drawer. */
export const lanes = ["browser", "portal", "broker", "store", "idp", "vendor", "frame"] as const;

export type Lane = (typeof lanes)[number];

/** A function in the repository: `lib/broker/policy.ts#admit`. */
export type SourceRef = `${string}#${string}`;

export interface Docs {
  readonly title: string;
  readonly url: string;
}

export interface Term {
  /** In the vendor's own words where it has some, e.g. `Identity token`. */
  readonly name: string;
  readonly from: Lane;
  /** The same as `from` for what happens in one place. */
  readonly to: Lane;
  readonly source: SourceRef;
  readonly docs?: Docs;
  /** The promise in SECURITY.md that this hop keeps. */
  readonly promise?: PromiseId;
}

/**
 * How much of a value is shown. Whatever a term does not list is shown by its name alone.
 *
 * - `value`: as it is; for user names, modes and the like, never for anything that could be used
 * - `password`: neither the value nor its length
 * - a token: its kind, its last three characters, its length and its end
 */
export type Disclosure =
  | "value"
  | "password"
  | {
      /** Names the token, e.g. `identity token`. */
      readonly token: string;
      /** Milliseconds, where the vendor fixes it. An answer that says it itself comes first. */
      readonly livesMs?: number;
      /** What else there is to know: `short-lived`, `works once`. */
      readonly note?: string;
    };

/** By the name of a header, a form field, or a field of a JSON body (`data.authToken` for a nested one). */
export type Disclosures = Readonly<Record<string, Disclosure>>;

/** One call of the portal's server to a vendor. */
export interface CallTerm extends Omit<Term, "from" | "to"> {
  readonly id: string;
  /** `POST /api/auth/login`; `*` stands for one segment of the path. */
  readonly match: string;
  readonly sent?: Disclosures;
  readonly received?: Disclosures;
  /** It is made on a vendor session that an earlier call, or an earlier grant, has opened. */
  readonly onSession?: boolean;
  /** Opens such a session. */
  readonly opensSession?: boolean;
  /** Every opening comes to it: one that failed before lists it as not sent. */
  readonly always?: boolean;
}

/** One step of the vendor's half in the browser, found in the events of the embed's state machine. */
export interface StepTerm extends Term {
  readonly id: string;
  /** The events or effects that begin it; without one it begins where the step before ended. */
  readonly begins?: readonly string[];
  readonly ends: readonly string[];
  /** Method and path, where it is one request of the vendor's client. */
  readonly request?: string;
  /** Not every opening has it: it is not missed when the opening fails. */
  readonly optional?: boolean;
}

/** What a vendor calls its hops. */
export interface VendorHops {
  readonly calls: readonly CallTerm[];
  readonly steps: readonly StepTerm[];
}

const matches = (pattern: string, text: string) => {
  const [expected, given] = [pattern.split("/"), text.split("/")];
  return expected.length === given.length && expected.every((part, index) => part === "*" || part === given[index]);
};

/**
 * The term of a call, or undefined when the vendor has none for it.
 *
 * @param path below the vendor's address; a query is ignored
 */
export function callTerm(calls: readonly CallTerm[], method: string, path: string): CallTerm | undefined {
  const text = `${method} ${path.split("?")[0]}`;
  return calls.find(({ match }) => matches(match, text));
}
