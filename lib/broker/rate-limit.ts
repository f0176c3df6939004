import "server-only";
/**
 * How many grants one user may ask of one vendor per minute, per instance. Keyed by the signed-in user, never by an
 * address header that a client could forge, so nobody can use it to lock out somebody else.
 */
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { getConfig } from "@/lib/config/config";
import { perProcess } from "@/lib/per-process";
import { Problem } from "@/lib/problem/problem";

/** Counts one request. @throws Problem `rate_limited` with `retryAfter` in seconds */
export async function countGrant(userId: string, vendorId: string): Promise<void> {
  const limiter = perProcess(
    "rate-limit",
    () => new RateLimiterMemory({ points: getConfig().grantsPerMinute, duration: 60 }),
  );
  try {
    await limiter.consume(`${vendorId}:${userId}`);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new Problem("rate_limited", { retryAfter: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) });
  }
}
