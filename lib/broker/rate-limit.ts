import "server-only";
/**
 * How many grants one user may ask of one vendor per minute, per instance. Keyed by the signed-in user, never by an
 * address header that a client could forge, so it cannot be used to lock out another user.
 */
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { getConfig } from "@/lib/config/config";
import { perProcess } from "@/lib/per-process";
import { isProblem, Problem } from "@/lib/problem/problem";

/** By its shape: another copy of the library may have made the limiter. */
const isRefusal = (thrown: unknown): thrown is RateLimiterRes =>
  typeof thrown === "object" && thrown !== null && "msBeforeNext" in thrown && "consumedPoints" in thrown;

async function taken(limiter: RateLimiterMemory, key: string): Promise<RateLimiterRes | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal;
    return refusal;
  }
}

const limited = ({ msBeforeNext }: RateLimiterRes) =>
  new Problem("rate_limited", { retryAfter: Math.max(1, Math.ceil(msBeforeNext / 1000)) });

/** Counts one request. @throws Problem `rate_limited` with `retryAfter` in seconds */
export async function countGrant(userId: string, vendorId: string): Promise<void> {
  const limiter = perProcess(
    "rate-limit",
    () => new RateLimiterMemory({ points: getConfig().grantsPerMinute, duration: 60 }),
  );
  const refusal = await taken(limiter, `${vendorId}:${userId}`);
  if (refusal) throw limited(refusal);
}

const guesses = () =>
  perProcess("rate-limit:guesses", () => new RateLimiterMemory({ points: 10, duration: 300, keyPrefix: "guess" }));

/**
 * Tries a user's own vendor login: ten that the vendor refuses in five minutes, and the portal asks it no more. A stolen
 * portal session must not serve to guess the vendor password, nor to lock the account.
 *
 * @param attempt throws the Problem `credential_rejected` or `account_locked` when the login is wrong
 */
export async function countGuess(userId: string, vendorId: string, attempt: () => Promise<void>): Promise<void> {
  const key = `${vendorId}:${userId}`;
  // Taken first and given back, so that attempts made at the same time cannot all slip through.
  const refusal = await taken(guesses(), key);
  if (refusal) throw limited(refusal);
  try {
    await attempt();
  } catch (error) {
    if (isProblem(error) && ["credential_rejected", "account_locked"].includes(error.code)) throw error;
    await guesses().reward(key);
    throw error;
  }
  await guesses().reward(key);
}

const mostRefusalsKept = 600;

/** Whether one more refusal of this user, or of all anonymous callers together, is stored: asking often must not fill the audit. */
export async function keepsRefusal(userId: string | undefined): Promise<boolean> {
  const limiter = perProcess(
    "rate-limit:refusals",
    () => new RateLimiterMemory({ points: mostRefusalsKept, duration: 60, keyPrefix: "refusal" }),
  );
  return (await taken(limiter, userId === undefined ? "anonymous" : `user:${userId}`)) === null;
}
