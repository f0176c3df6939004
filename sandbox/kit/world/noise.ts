/**
 * What looks like chance: the same at every start, for the same keys.
 *
 * @param keys whole numbers, e.g. a month, a region and what the number is for
 * @returns between -1 and 1
 */
export function noise(...keys: number[]): number {
  let hash = 0x9e3779b9;
  for (const key of keys) {
    hash = Math.imul(hash ^ key, 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 2147483648 - 1;
}

/** The same between 0 and 1. */
export const chance = (...keys: number[]): number => (noise(...keys) + 1) / 2;

/** One of a list. */
export const pick = <Value>(list: readonly Value[], at: number): Value =>
  list[Math.min(list.length - 1, Math.floor(at * list.length))] as Value;
