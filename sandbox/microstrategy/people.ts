/** The users of the emulated Library: the personas' accounts, a service account, and one account per kind of refusal. */
import { createHash } from "node:crypto";
import { personas, sandboxPassword } from "@/lib/config/sandbox";

export interface LibraryUser {
  /** Object ID: 32 upper-case hexadecimal digits. */
  readonly id: string;
  readonly username: string;
  readonly fullName: string;
  readonly initials: string;
  readonly password: string;
  readonly email: string | null;
  /** Subject at the identity provider, for OpenID Connect. */
  readonly subject: string | null;
  readonly groups: readonly string[];
  /** Privilege ids. */
  readonly privileges: readonly number[];
  readonly disabled?: boolean;
  readonly locked?: boolean;
  readonly passwordExpired?: boolean;
  readonly newPasswordRequired?: boolean;
  readonly mayNotLogIn?: boolean;
}

/** Privilege "Create API tokens for other users". */
export const createApiTokens = 299;

/** The service account for signing in with API tokens. */
export const serviceAccount = "portico-service";
export const guestAccount = "guest";

/** A stable object ID for a name. */
export const objectId = (name: string): string =>
  createHash("md5").update(`portico:${name}`).digest("hex").toUpperCase();

const initialsOf = (name: string) =>
  name
    .split(" ")
    .map((part) => part[0] ?? "")
    .join("")
    .toUpperCase();

type Details = Partial<LibraryUser>;

function user(username: string, fullName: string, details: Details = {}): LibraryUser {
  return {
    id: objectId(`user:${username}`),
    username,
    fullName,
    initials: initialsOf(fullName),
    password: sandboxPassword(username),
    email: null,
    subject: null,
    groups: [],
    privileges: [],
    ...details,
  };
}

const personaUsers = personas.flatMap((persona) => {
  const account = persona.accounts.microstrategy;
  if (!account) return [];
  return user(account, persona.name, {
    email: persona.email,
    subject: persona.subject,
    groups: persona.groups,
    disabled: persona.persona === "disabled",
  });
});

export const people: readonly LibraryUser[] = [
  ...personaUsers,
  user(serviceAccount, "Portico Service", { privileges: [createApiTokens] }),
  user(guestAccount, "Public User", { groups: ["guests"], password: "" }),
  user("l.locked", "Lena Locked", { locked: true }),
  user("e.expired", "Emil Expired", { passwordExpired: true }),
  user("n.newpassword", "Nora Newpassword", { newPasswordRequired: true }),
  user("n.nologin", "Nils Nologin", { mayNotLogIn: true }),
];
