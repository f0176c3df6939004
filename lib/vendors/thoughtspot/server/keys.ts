import "server-only";
/**
 * The secret keys: `THOUGHTSPOT_SECRET_KEY` and, while keys are exchanged, `THOUGHTSPOT_SECRET_KEY_NEXT`. ThoughtSpot has
 * no time in which both are valid, so the portal tries the other one when one is refused.
 */
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isProblem } from "@/lib/problem/problem";
import type { ThoughtSpotConfig } from "../config";
import { isKeyRefused, keyAdvice } from "./refusal";

/** Which of the configured keys worked last. While keys are exchanged, the other one is tried once and then kept. */
const keyInUse = perProcess("thoughtspot:key-in-use", () => new Map<string, number>());
/** Which clusters refuse every key: the operator is told once, and once more when one works again. */
const refusing = perProcess("thoughtspot:refusing", () => new Set<string>());

const isKeyProblem = (error: unknown) =>
  isProblem(error) && ["trusted_auth_disabled", "secret_key_rejected"].includes(error.code);

/**
 * Runs a mint with the key in use and, when ThoughtSpot refuses the key, once with the other one.
 *
 * @throws Problem of the first key when both are refused
 */
export async function withKey<T>(config: ThoughtSpotConfig, run: (secretKey: string) => Promise<T>): Promise<T> {
  const { internalUrl } = config;
  try {
    const result = await withEitherKey(config, run);
    if (refusing.delete(internalUrl)) log.info({ vendor: "thoughtspot" }, "ThoughtSpot takes the secret key again");
    return result;
  } catch (error) {
    if (isProblem(error) && isKeyProblem(error) && !refusing.has(internalUrl)) {
      refusing.add(internalUrl);
      log.error({ vendor: "thoughtspot", reference: error.options.reference }, keyAdvice(error, keyVariable(config)));
    }
    throw error;
  }
}

async function withEitherKey<T>(config: ThoughtSpotConfig, run: (secretKey: string) => Promise<T>): Promise<T> {
  const { secretKeys, internalUrl } = config;
  const first = Math.min(keyInUse.get(internalUrl) ?? 0, secretKeys.length - 1);
  try {
    return await run(secretKeys[first] ?? secretKeys[0]);
  } catch (error) {
    const other = secretKeys[1 - first];
    if (other === undefined || !isProblem(error) || !isKeyRefused(error)) throw error;
    try {
      const result = await run(other);
      keyInUse.set(internalUrl, 1 - first);
      return result;
    } catch (second) {
      throw isProblem(second) && !isKeyRefused(second) ? second : error;
    }
  }
}

const keyVariable = ({ secretKeys }: ThoughtSpotConfig) =>
  secretKeys.length > 1 ? "THOUGHTSPOT_SECRET_KEY and THOUGHTSPOT_SECRET_KEY_NEXT" : "THOUGHTSPOT_SECRET_KEY";
