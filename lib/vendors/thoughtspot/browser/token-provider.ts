import { recoveryOf } from "@/lib/problem/codes";
import "client-only";
/**
 * Which token the SDK gets when it asks. The SDK knows one global `getAuthToken` and one cached token; the portal's
 * tokens belong to one item each. This one serves whichever embed is on the page now, and never hands a token out again that
 * the SDK has come back for: it was refused, or is about to end.
 */
import { GrantRefused, isGrantRefused } from "@/lib/vendors/embed-host";
import type { Grant } from "../protocol";

/** The embed that tokens are for. */
export interface TokenOwner {
  /** Tokens of equal scopes are interchangeable. */
  readonly scope: string;
  /** The SDK's own check of tokens is off: then it asks for one with each of its calls, and not only for a new one. */
  readonly isUnchecked?: boolean;
  take(): Promise<Grant>;
  renew(): Promise<Grant>;
  /** A token that the SDK has already is being replaced. */
  renewing?(): void;
  renewed?(): void;
  /** The portal refused a token. */
  refused?(error: unknown): void;
}

/** Waits between attempts of a renewal that a transient problem stopped; the SDK would remove the frame at the first error. */
const renewalPausesMs = [1_000, 2_000, 4_000];
/** The calls that belong to one start or one renewal of an embed come within this time. */
const burstMs = 5_000;

export class SdkTokenProvider {
  #owner: TokenOwner | undefined;
  /** The scope of the token that the SDK holds. */
  #held: string | undefined;
  #last: string | undefined;
  #servedAt = Number.NEGATIVE_INFINITY;
  readonly #spent = new Set<string>();
  #flight: { owner: TokenOwner; token: Promise<string> } | undefined;
  readonly #pause: (ms: number) => Promise<void>;

  constructor(pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))) {
    this.#pause = pause;
  }

  get owner(): TokenOwner | undefined {
    return this.#owner;
  }

  /** Whether the SDK's cached token fits the owner; if not, the cache must be emptied before the embed starts. */
  claim(owner: TokenOwner): { cacheFits: boolean } {
    this.#owner = owner;
    return { cacheFits: this.#held === owner.scope };
  }

  /** The cache was emptied: the next token is a first one again. */
  cacheEmptied(): void {
    this.#held = undefined;
  }

  /** Whether the token that the SDK holds was made for this owner. A late answer to an earlier embed can slip in between. */
  holdsFor(owner: TokenOwner): boolean {
    return this.#held === owner.scope;
  }

  /** The token in the SDK's hands is no good, e.g. the application refused it although it looked alive. */
  rejectCurrent(): void {
    if (this.#last !== undefined) this.#spent.add(this.#last);
  }

  release(owner: TokenOwner): boolean {
    if (this.#owner !== owner) return false;
    this.#owner = undefined;
    return true;
  }

  /** What `getAuthToken` answers. Concurrent calls share one answer. */
  async next(): Promise<string> {
    for (;;) {
      const owner = this.#owner;
      if (!owner) throw new Error("No ThoughtSpot embed is on this page");
      if (this.#flight?.owner !== owner) {
        const token = this.#serve(owner).finally(() => {
          if (this.#flight?.token === token) this.#flight = undefined;
        });
        this.#flight = { owner, token };
      }
      const token = await this.#flight.token;
      // The page may have moved to another item meanwhile: this token is not for it.
      if (this.#owner === owner) return token;
    }
  }

  /** What was handed out just now, to an SDK that asks with each of its calls. */
  #servedInBurst({ isUnchecked }: TokenOwner): string | undefined {
    const isOver = performance.now() - this.#servedAt > burstMs;
    return isUnchecked && !isOver && this.#last !== undefined && !this.#spent.has(this.#last) ? this.#last : undefined;
  }

  async #serve(owner: TokenOwner): Promise<string> {
    const isRenewal = this.#held === owner.scope;
    const served = isRenewal ? this.#servedInBurst(owner) : undefined;
    if (served !== undefined) return served;
    if (isRenewal) {
      this.rejectCurrent();
      owner.renewing?.();
    }
    try {
      let grant = isRenewal ? await this.#renewPatiently(owner) : await owner.take();
      if (this.#spent.has(grant.token)) grant = await owner.renew();
      if (this.#spent.has(grant.token)) throw new GrantRefused({ code: "embed_refused" });
      if (this.#owner === owner) {
        this.#held = owner.scope;
        this.#last = grant.token;
        this.#servedAt = performance.now();
        if (isRenewal) owner.renewed?.();
      }
      return grant.token;
    } catch (error) {
      owner.refused?.(error);
      throw error;
    }
  }

  async #renewPatiently(owner: TokenOwner): Promise<Grant> {
    for (const pause of renewalPausesMs) {
      try {
        return await owner.renew();
      } catch (error) {
        const mayHeal = isGrantRefused(error) && recoveryOf(error.problem.code) === "transient";
        if (!mayHeal || this.#owner !== owner) throw error;
        await this.#pause(pause);
      }
    }
    return owner.renew();
  }
}
