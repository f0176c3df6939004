/** The row of one problem: status, what ends it, sentences for a person, and what helps. */

/** What the page may offer beside a failure. */
export type Remedy =
  | "retry" // ask again, in place
  | "sign-in" // the portal session has ended
  | "connect" // link the vendor account on /account/connections
  | "open-tab" // open the product itself in a new tab
  | "request-access" // tell an administrator that the user wants the item
  | "home" // back to the launchpad
  | "tell-admin"; // an administrator must act

/**
 * What ends a problem: time (`transient`: asking again may work, and the frame does so by itself), something that the user
 * does in the portal or at the vendor (`needsUser`), or only someone else (`terminal`).
 */
export type Recovery = "transient" | "needsUser" | "terminal";

/**
 * What a vendor's own problem tells of the vendor, where that is not simply that something is wrong: nothing, because it
 * is about one `item`; or something that only the `browser` can notice, so that a grant that works proves nothing.
 */
export type About = "item" | "browser";

export interface ProblemText {
  readonly about?: About;
  readonly status: number;
  readonly recovery: Recovery;
  readonly title: string;
  /** What it means for the person, in a sentence. `{vendor}` is replaced by the product's name. */
  readonly detail: string;
  readonly remedies: readonly Remedy[];
}

/** Rows by code, in `snake_case`. */
export type ProblemTable = Readonly<Record<string, ProblemText>>;

export const text = (
  status: number,
  recovery: Recovery,
  title: string,
  detail: string,
  ...remedies: Remedy[]
): ProblemText => ({ status, recovery, title, detail, remedies });
