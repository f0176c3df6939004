/** Identifiers in the shape that ThoughtSpot's have. */
import { createHash } from "node:crypto";

/** A GUID that is the same at every start. */
export function guidOf(label: string): string {
  const hex = createHash("sha256").update(`thoughtspot:${label}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `9${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
