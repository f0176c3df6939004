import "server-only";
/**
 * How many grants one user may request of one vendor per minute, and how many messages post. Keyed by the signed-in user, never by an address header
 * that a client could forge, so it cannot be used to lock out another user. With PostgreSQL the instances count together;
 * while the database is away, each counts for itself.
 */
import { RateLimiterMemory, RateLimiterPostgres, type RateLimiterRes } from "rate-limiter-flexible";
import { getConfig } from "@/lib/config/config";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isProblem, Problem } from "@/lib/problem/problem";
import { counterClient, counterTable } from "@/lib/store/rate-limits";

type Limiter = RateLimiterMemory | RateLimiterPostgres;

/** The name is the prefix of the keys; `duration` is in seconds. */
const limits = {
  grant: () => ({ points: getConfig().grantsPerMinute, duration: 60 }),
  message: () => ({ points: 10, duration: 60 }),
  guess: () => ({ points: 10, duration: 300 }),
  refusal: () => ({ points: 600, duration: 60 }),
};
type LimitName = keyof typeof limits;

const limiters = perProcess("rate-limits", () => new Map<string, Limiter>());

function limiterNamed(name: string, make: () => Limiter): Limiter {
  const limiter = limiters.get(name) ?? make();
  limiters.set(name, limiter);
  return limiter;
}

const ownLimiter = (limit: LimitName): Limiter =>
  limiterNamed(limit, () => new RateLimiterMemory({ keyPrefix: limit, ...limits[limit]() }));

/** The limiter that all instances share, or this instance's own where there is nothing to share. */
async function sharedLimiter(limit: LimitName): Promise<Limiter> {
  try {
    const storeClient = await counterClient();
    if (!storeClient) return ownLimiter(limit);
    return limiterNamed(
      `${limit}:shared`,
      () =>
        new RateLimiterPostgres({
          storeClient,
          storeType: "client",
          tableName: counterTable,
          tableCreated: true,
          keyPrefix: limit,
          insuranceLimiter: ownLimiter(limit),
          ...limits[limit](),
        }),
    );
  } catch (error) {
    log.warn({ reason: (error as Error).name }, "Rate limits count in this instance only: the database does not open");
    return ownLimiter(limit);
  }
}

/** By its shape: another copy of the library may have made the limiter. */
const isRefusal = (thrown: unknown): thrown is RateLimiterRes =>
  typeof thrown === "object" && thrown !== null && "msBeforeNext" in thrown && "consumedPoints" in thrown;

/** @returns null, or how long to wait */
async function refusalOf(limiter: Limiter, key: string): Promise<RateLimiterRes | null> {
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
  const refusal = await refusalOf(await sharedLimiter("grant"), `${vendorId}:${userId}`);
  if (refusal) throw limited(refusal);
}

/** Counts one message that a user posts through the portal: ten a minute. @throws Problem `rate_limited` */
export async function countMessage(userId: string): Promise<void> {
  const refusal = await refusalOf(await sharedLimiter("message"), userId);
  if (refusal) throw limited(refusal);
}

/**
 * Tries a user's own vendor login: ten that the vendor refuses in five minutes, and the portal asks it no more. A stolen
 * portal session must not serve to guess the vendor password, nor to lock the account.
 *
 * @param attempt throws the Problem `credential_rejected` or `account_locked` when the login is wrong
 */
export async function countGuess(userId: string, vendorId: string, attempt: () => Promise<void>): Promise<void> {
  const key = `${vendorId}:${userId}`;
  const guesses = await sharedLimiter("guess");
  // Taken first and given back, so that attempts made at the same time cannot all slip through.
  const refusal = await refusalOf(guesses, key);
  if (refusal) throw limited(refusal);
  try {
    await attempt();
  } catch (error) {
    if (isProblem(error) && ["credential_rejected", "account_locked"].includes(error.code)) throw error;
    await guesses.reward(key);
    throw error;
  }
  await guesses.reward(key);
}

/**
 * Whether one more refusal of this user, or of all anonymous callers together, is stored: asking often must not fill the
 * audit. Counted in this instance only: the point is to spare the database.
 */
export async function keepsRefusal(userId: string | undefined): Promise<boolean> {
  const key = userId === undefined ? "anonymous" : `user:${userId}`;
  return (await refusalOf(ownLimiter("refusal"), key)) === null;
}
