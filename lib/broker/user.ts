/** The person signed in to the portal. */
export interface PortalUser {
  /** The immutable subject, never the e-mail. */
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  /** Whether the identity provider vouches for the e-mail. */
  readonly emailVerified: boolean;
  readonly groups: readonly string[];
  /** Claims of the ID token that portal.config.ts asks for, e.g. a vendor login name. */
  readonly claims: Readonly<Record<string, string>>;
  /** True for a sandbox persona: such a user can never reach a real vendor. */
  readonly persona: boolean;
}

/** One signed-in browser. */
export interface PortalSession {
  /** Random, made at sign-in; connections belong to it. */
  readonly id: string;
  readonly user: PortalUser;
  readonly expiresAt: Date;
}
