import "server-only";
/**
 * What the last grants and embeds tell of a vendor. A failed grant that is the vendor's fault counts for everyone, until a
 * grant works again; what one user's page saw counts for that user's session. In this process: another instance learns it
 * from its own users.
 */
import { LRUCache } from "lru-cache";
import { perProcess } from "@/lib/per-process";
import { type ProblemCode, problems } from "@/lib/problem/codes";
import { isTrouble } from "@/lib/problem/trouble";

/** Why a vendor does not open, and since when. */
export interface Trouble {
  readonly code: ProblemCode;
  readonly since: Date;
  /** The last time that it was seen. */
  readonly at: Date;
}

/**
 * Whether it is the vendor's, not this user's: a login or an account is refused with a 4xx. `vendor_busy` may be this
 * user's own requests that got in each other's way, so one user cannot speak for the others with it.
 */
const isForEveryone = (code: ProblemCode) =>
  problems[code].status >= 500 && code !== "session_cap" && code !== "vendor_busy";

interface Seen extends Trouble {
  /** What met it last. A call that no user needs is the weakest witness: a login may fail where it does not. */
  readonly by: "grant" | "embed" | "check";
}

const maxSessions = 10_000;

const forEveryone = perProcess("vendor-troubles:all", () => new Map<string, Seen>());
const forSession = perProcess("vendor-troubles:sessions", () => new LRUCache<string, Seen>({ max: maxSessions }));

const sessionKey = (sessionId: string, vendor: string) => `${sessionId} ${vendor}`;

/** The first of several failures dates the trouble. */
const again = (before: Seen | undefined, code: ProblemCode, by: Seen["by"]): Seen => {
  const at = new Date(Date.now());
  return { code, since: before?.since ?? at, at, by };
};

/** A grant failed. */
export function noteGrantFailure(sessionId: string, vendor: string, code: ProblemCode): void {
  if (!isTrouble(code)) return;
  const key = sessionKey(sessionId, vendor);
  if (isForEveryone(code)) forEveryone.set(vendor, again(forEveryone.get(vendor), code, "grant"));
  else forSession.set(key, again(forSession.get(key), code, "grant"));
}

/** A grant worked. What the browser met after an earlier one that worked, only the embed can clear. */
export function noteGrantSuccess(sessionId: string, vendor: string): void {
  forEveryone.delete(vendor);
  const key = sessionKey(sessionId, vendor);
  if (forSession.get(key)?.by === "grant") forSession.delete(key);
}

/** An embed failed in this session's browser. Another browser need not meet the same. */
export function noteEmbedFailure(sessionId: string, vendor: string, code: ProblemCode): void {
  const key = sessionKey(sessionId, vendor);
  if (isTrouble(code)) forSession.set(key, again(forSession.get(key), code, "embed"));
}

/** An embed says that the product is shown: a page's word, which counts for its own session alone. */
export function noteEmbedSuccess(sessionId: string, vendor: string): void {
  forSession.delete(sessionKey(sessionId, vendor));
}

/** A trouble that no one met again for so long, while the vendor answers, is no longer told as the present state. */
const staleMs = 120_000;

/**
 * A call that no user needs went well or badly. It ends only a trouble that such a call has met too, or an old one: the
 * status page of a product may answer while every login fails.
 */
export function noteCheck(vendor: string, works: boolean, now = Date.now()): void {
  const trouble = forEveryone.get(vendor);
  if (!works) forEveryone.set(vendor, again(trouble, trouble?.code ?? "vendor_failed", "check"));
  else if (trouble && (trouble.by === "check" || now - trouble.at.getTime() > staleMs)) forEveryone.delete(vendor);
}

/** What is wrong with a vendor, as this session knows it; undefined when nothing is. */
export function troubleOf(sessionId: string, vendor: string): Trouble | undefined {
  return forSession.get(sessionKey(sessionId, vendor)) ?? forEveryone.get(vendor);
}
