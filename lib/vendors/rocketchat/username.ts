/**
 * A Rocket.Chat username for people whom no claim names: derived from the immutable subject, so that it never changes
 * and never passes to somebody else.
 */
import { createHash } from "node:crypto";
import type { AccountMapping } from "@/lib/config/portal";

/** Names that the server, or its mention syntax, keeps for itself (vendor source: reserved usernames). */
const reserved = new Set(["admin", "administrator", "system", "user", "users", "all", "here", "rocket.cat", "guest"]);

const longest = 40;
const digestLength = 10;

/**
 * The username of a subject: legal under the server's default rule `[0-9a-zA-Z-_.]+`, lower case, stable, and different
 * for different subjects. A subject that already is such a name stays as it is; any other carries a digest.
 */
export function usernameFor(subject: string): string {
  const digest = createHash("sha256").update(subject).digest("hex").slice(0, digestLength);
  const plain = subject
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^0-9a-z_.-]+/g, "-")
    .replace(/^[-_.]+|[-_.]+$/g, "")
    .slice(0, longest);
  const endsLikeDigest = new RegExp(`(^|-)[0-9a-f]{${digestLength}}$`).test(plain);
  if (plain === subject && !reserved.has(plain) && !endsLikeDigest) return plain;
  return plain ? `${plain}-${digest}` : `user-${digest}`;
}

/** For portal.config.ts: everybody has an account, named after the subject. Personas are left to the sandbox's table. */
export const derivedUsername: AccountMapping = (user) => (user.persona ? null : usernameFor(user.id));
