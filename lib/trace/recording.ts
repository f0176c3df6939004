/** What is kept of one request of a person. */
import type { Attributes } from "@opentelemetry/api";
import type { PortalHop } from "./portal-terms";

/**
 * `request` is kept only when it turns out to be one of the others. `call` is a grant for no item, `client` a call of the
 * vendor's own client.
 */
export type RecordingKind = "request" | "open" | "renew" | "call" | "client" | "sign-in" | "sign-out" | "revoke";

/** One ended span of a recording. */
export interface RecordedSpan {
  readonly name: string;
  /** Milliseconds since the epoch, with fractions. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
}

/** Everything that happened for one request of a person. */
export interface Recording {
  /** The request's id: the audit's, the answer's header's and the support code's. */
  readonly id: string;
  readonly at: number;
  kind: RecordingKind;
  /** Whose it is; without a session it is not kept. */
  sessionId?: string | undefined;
  userId?: string | undefined;
  userName?: string | undefined;
  vendor?: string | undefined;
  item?: string | undefined;
  account?: string | undefined;
  /** The problem's code and the vendor's own reference, when it failed. */
  code?: string | undefined;
  reference?: string | undefined;
  /** What the request turned out to be, in place of the term that it began with. */
  root?: PortalHop | undefined;
  rootFacts?: Attributes | undefined;
  /** Joins the two requests of one sign-in. */
  pairing?: string | undefined;
  readonly spans: RecordedSpan[];
}
