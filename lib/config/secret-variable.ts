/** Checks of the portal's own secrets. They must be random: anything else can be guessed. */
import { z } from "zod";
import { estimatedBits, estimatedKeyBits } from "./entropy";

/**
 * The estimate that a secret must reach. `openssl rand -hex 16` has 128 bits, and in 300,000 draws its estimate was 109
 * or more; sentences and samples stay below 100.
 */
const enoughBits = 100;
/** A random key of 32 bytes has 256. */
const enoughKeyBits = 200;

/** A secret of at least 32 characters that is hard to guess. The sentences begin with the variable's name. */
export function secretVariable(name: string) {
  const remedy = "make one with `openssl rand -base64 33`.";
  return z
    .string()
    .min(32, { error: `${name} is shorter than 32 characters: ${remedy}`, abort: true })
    .refine(
      (value) => estimatedBits(value) >= enoughBits,
      `${name} can be guessed, since it is made of words, sequences or repetitions: ${remedy}`,
    );
}

const keyRemedy = "make one with `openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`.";

/** 32 bytes in base64url, with or without padding, and written in the one way that gives exactly these bytes. */
function keyOf(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(text)) return null;
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text.slice(0, 43) ? new Uint8Array(bytes) : null;
}

/**
 * The keys in `PORTAL_SEALING_KEYS`, in their order. Adds a sentence to `problems` when one of them is unusable.
 *
 * @param value base64url keys of 32 bytes, separated by commas
 */
export function sealingKeys(value: string, problems: string[]): readonly Uint8Array[] {
  const keys = value.split(",").map((key) => keyOf(key.trim()));
  const usable = keys.filter((key) => key !== null);
  if (usable.length < keys.length)
    problems.push(
      `PORTAL_SEALING_KEYS must hold keys of 32 bytes in base64url (letters, digits, - and _), separated by commas: ${keyRemedy}`,
    );
  else if (usable.some((key) => estimatedKeyBits(key) < enoughKeyBits))
    problems.push(
      `PORTAL_SEALING_KEYS holds a key that can be guessed, since its bytes are text, count or repeat: ${keyRemedy}`,
    );
  return usable;
}
