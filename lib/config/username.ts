/**
 * A username for users without a username claim. It is made from the immutable subject, so it never changes and never
 * passes to another user. For vendors where the portal creates the accounts.
 */
import { createHash } from "node:crypto";
import type { PortalUser } from "@/lib/broker/user";
import type { AccountMapping } from "./portal";

const longest = 40;
const digestLength = 10;

/**
 * The username of a subject: its letters, digits, dots, dashes and underscores in lower case, then a digest of the whole
 * subject. Rocket.Chat's default rule is `[0-9a-zA-Z-_.]+` (vendor source: UTF8_User_Names_Validation).
 *
 * Every name carries the digest. Without it a subject that reads `admin`, or like a name that another user chose at the
 * vendor, would become that very account; accounts that exist already are named by a claim or a table instead.
 */
export function usernameFor(subject: string): string {
  const digest = createHash("sha256").update(subject).digest("hex").slice(0, digestLength);
  const readable = subject
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^0-9a-z_.-]+/g, "-")
    .slice(0, longest)
    .replace(/^[-_.]+|[-_.]+$/g, "");
  return `${readable || "user"}-${digest}`;
}

/** For portal.config.ts: everyone has an account, named after the subject. Personas have those of the sandbox, or none. */
export const derivedUsername: AccountMapping = Object.assign(
  (user: PortalUser) => (user.persona ? null : usernameFor(user.id)),
  { rule: () => "a name derived from the user's id" },
);
