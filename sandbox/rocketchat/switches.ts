/**
 * The switches of this sandbox, set by `POST /sandbox/faults`. The README lists them for people.
 */
import { z } from "zod";
import { type VersionName, versionNames } from "./versions";

export interface Switches extends Record<string, unknown> {
  version: VersionName;
  /** Whether `users.createToken` is allowed: configured as the portal expects, switched off, or with another secret. */
  createTokens: "on" | "off" | "other-secret";
  /** The account whose personal access token the portal holds. */
  serviceAccount: "ok" | "revoked" | "no-permissions" | "no-bypass";
  /** Answers admin calls with `totp-required` even to tokens that bypass the second factor. */
  totpOnAdminCalls: boolean;
  /** Error bodies as 9.0 sends them, on any version. */
  shortErrors: boolean;
  /** How many calls of `users.createToken` fail for a user who never logged in (vendor issue 40598). */
  createTokenFails: number;
  /** A new token is known only after this many milliseconds. */
  tokenStoreDelayMs: number;
  /** Another caller creates the user between the look-up and `users.create`; how the loser is told. */
  createRace: "off" | "taken" | "meteor" | "e11000";
  /** An e-mail address that another account owns. */
  emailOwner: string;
  /** Usernames, comma separated, that are deactivated. */
  deactivated: string;
  /** Deletes the user just before `users.createToken` looks for it. */
  deleteBeforeToken: boolean;
  /** Name of an API method (`users.info`, `me`, `*`) that answers 429. */
  rateLimited: string;
  /** What `POST logout` answers. */
  logoutBody: "documented" | "empty";
  /** How the client calls the API URL of the iframe authentication: without headers, or with a JSON content type. */
  ssoStyle: "new" | "old";
  /** The client calls the API URL on each load, also when a user is logged in. */
  ssoWhenLoggedIn: boolean;
  /** The client calls the API URL over and over (vendor pull request 37021). */
  ssoLoop: boolean;
  /** What the client shows when the API URL's token is refused: the login page, or its own form (vendor issue 36919). */
  ssoFallback: "page" | "own-form";
  /** The client ignores the `logout` command until the user's document has arrived, as some 7.x releases do. */
  logoutNeedsUser: boolean;
  /** The client takes this long from its `load` event to `startup`. */
  bootDelayMs: number;
  /** The browser refuses storage to the client, which then fails to start (vendor issue 15616). */
  storageBlocked: boolean;
  /** `frame-ancestors` as the reverse proxy adds it; empty for none. */
  frameAncestors: string;
  /** Whether the scripted colleague answers. */
  colleague: boolean;
  /** The server is gone: connections are cut, new ones get no answer. `/sandbox/*` still answers. */
  down: boolean;
}

export const switchDefaults = (portalOrigin: string): Switches => ({
  version: "8.8",
  createTokens: "on",
  serviceAccount: "ok",
  totpOnAdminCalls: false,
  shortErrors: false,
  createTokenFails: 0,
  tokenStoreDelayMs: 0,
  createRace: "off",
  emailOwner: "",
  deactivated: "",
  deleteBeforeToken: false,
  rateLimited: "",
  logoutBody: "documented",
  ssoStyle: "new",
  ssoWhenLoggedIn: true,
  ssoLoop: false,
  ssoFallback: "page",
  logoutNeedsUser: false,
  bootDelayMs: 0,
  storageBlocked: false,
  frameAncestors: `'self' ${portalOrigin}`,
  colleague: true,
  down: false,
});

const choices = z.looseObject({
  version: z.enum(versionNames).optional(),
  createTokens: z.enum(["on", "off", "other-secret"]).optional(),
  serviceAccount: z.enum(["ok", "revoked", "no-permissions", "no-bypass"]).optional(),
  createRace: z.enum(["off", "taken", "meteor", "e11000"]).optional(),
  logoutBody: z.enum(["documented", "empty"]).optional(),
  ssoStyle: z.enum(["new", "old"]).optional(),
  ssoFallback: z.enum(["page", "own-form"]).optional(),
});

/** What is wrong with the `switches` of a faults body, beyond what the kit checks; null when nothing is. */
export function switchMistake(switches: unknown): string | null {
  const parsed = choices.safeParse(switches ?? {});
  return parsed.success ? null : z.prettifyError(parsed.error);
}
