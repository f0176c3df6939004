import "server-only";
/** Sealing with the keys of the configuration, and the move of stored values from an older key to the first. */
import { getConfig } from "@/lib/config/config";
import { log } from "@/lib/log";
import { Sealer } from "@/lib/security/seal";

let sealer: Sealer | undefined;

export function getSealer(): Sealer {
  sealer ??= new Sealer(getConfig().sealingKeys);
  return sealer;
}

/**
 * Unseals the value of a row. If an older key sealed it, the row is resealed with the first key, so that the older key can
 * be removed; `npm run reseal` does the same for rows that are not read.
 *
 * @param rewrite stores the resealed value if the row still holds the one that was read
 * @throws UnsealError
 */
export async function unsealRow(
  sealingContext: string,
  sealed: string,
  rewrite: (fresh: string) => Promise<unknown>,
): Promise<unknown> {
  const keys = getSealer();
  const value = await keys.unseal(sealingContext, sealed);
  if (keys.isCurrent(sealed)) return value;
  try {
    await rewrite(await keys.seal(sealingContext, value));
  } catch (error) {
    // The value was read all the same, and the next reader tries again.
    log.warn({ reason: (error as Error).message }, "A row could not be sealed with the first key");
  }
  return value;
}
