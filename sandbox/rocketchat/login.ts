/**
 * Logins, shared by REST and DDP: with a password, a resume token or a token from the database.
 */
import { passwordDigest, type User } from "./accounts";
import { BusinessError } from "./envelope";
import { demandLoginCode } from "./second-factor";
import type { Workspace } from "./workspace";

/** A login that the server refuses. `code` is Meteor's number or Rocket.Chat's text. */
export class LoginRefused extends Error {
  constructor(
    readonly code: string | number,
    /** The sentence in Meteor's `reason`. */
    readonly reason: string,
    readonly details?: object,
  ) {
    super(reason);
  }
}

export interface LoggedIn {
  readonly user: User;
  readonly token: string;
  /** Milliseconds. */
  readonly expiresAt: number;
  readonly type: "resume" | "password" | "iframe";
}

const loggedOutByServer = "You've been logged out by the server. Please log in again.";
const sessionExpired = "Your session has expired. Please log in again.";

/**
 * Logs in with the options of a DDP `login` call.
 *
 * @throws LoginRefused
 */
export function logIn(workspace: Workspace, options: unknown): LoggedIn {
  if (typeof options !== "object" || options === null) throw unusable();
  const given = options as Record<string, unknown>;
  if (given.totp && typeof given.totp === "object") {
    const totp = given.totp as { login?: unknown; code?: unknown };
    if (typeof totp.login !== "object" || totp.login === null) throw unusable();
    return logIn(workspace, { ...totp.login, code: totp.code });
  }
  if (typeof given.resume === "string") return resume(workspace, given.resume);
  if (given.iframe === true && typeof given.token === "string") return withDatabaseToken(workspace, given.token);
  if (given.password !== undefined) return withPassword(workspace, given);
  throw unusable();
}

const unusable = () => new LoginRefused(400, "Unrecognized options for login request");

function resume(workspace: Workspace, token: string): LoggedIn {
  const found = workspace.accounts.byToken(token);
  if (!found) throw new LoginRefused(403, loggedOutByServer);
  // A personal access token is stored beside the others, without an age.
  const expiresAt = workspace.tokenExpiry(found.token.type ? workspace.now : found.token.when);
  if (expiresAt <= workspace.now) throw new LoginRefused(403, sessionExpired);
  mayLogIn(workspace, found.user);
  found.user.lastLogin = workspace.now;
  return { user: found.user, token, expiresAt, type: "resume" };
}

function withDatabaseToken(workspace: Workspace, token: string): LoggedIn {
  const user = token === "" ? undefined : workspace.accounts.all().find(({ iframeToken }) => iframeToken === token);
  if (!user) throw new LoginRefused(403, "User not found");
  mayLogIn(workspace, user);
  return stamp(workspace, user, "iframe");
}

function withPassword(workspace: Workspace, given: Readonly<Record<string, unknown>>): LoggedIn {
  const user = userOf(workspace, given.user);
  const digest = digestOf(given.password);
  if (!user || digest === null) throw new LoginRefused(403, "User not found");
  if (!workspace.accounts.passwordMatches(user, digest)) throw new LoginRefused(403, "User not found");
  const unverified = !user.emails.some(({ verified }) => verified);
  if (workspace.settings.flag("Accounts_EmailVerification") && unverified && !user.roles.includes("admin"))
    throw new LoginRefused("error-invalid-email", "Invalid email");
  mayLogIn(workspace, user);
  try {
    demandLoginCode(workspace, user, typeof given.code === "string" ? given.code : undefined);
  } catch (error) {
    if (error instanceof BusinessError) throw new LoginRefused(error.code ?? 403, error.message, error.details);
    throw error;
  }
  return stamp(workspace, user, "password");
}

function userOf(workspace: Workspace, selector: unknown): User | undefined {
  // REST turns a plain text into one of these; Meteor's own check takes no text.
  if (typeof selector !== "object" || selector === null) throw new LoginRefused(400, "Match failed");
  const { username, email, id } = selector as Record<string, unknown>;
  if (typeof username === "string") return workspace.accounts.byUsername(username);
  if (typeof email === "string") return workspace.accounts.byEmail(email);
  return typeof id === "string" ? workspace.accounts.byId(id) : undefined;
}

/** A password in clear, or Meteor's digest object. */
function digestOf(password: unknown): string | null {
  if (typeof password === "string") return passwordDigest(password);
  if (typeof password !== "object" || password === null) return null;
  const { digest, algorithm } = password as Record<string, unknown>;
  return typeof digest === "string" && algorithm === "sha-256" ? digest.toLowerCase() : null;
}

function mayLogIn(workspace: Workspace, user: User): void {
  if (user.type === "app")
    throw new LoginRefused("error-app-user-is-not-allowed-to-login", "App user is not allowed to login");
  if (!workspace.isActive(user)) throw new LoginRefused("error-user-is-not-activated", "User is not activated");
  if (user.roles.length === 0) throw new LoginRefused("error-user-has-no-roles", "User has no roles");
}

function stamp(workspace: Workspace, user: User, type: LoggedIn["type"]): LoggedIn {
  const token = workspace.accounts.mintToken(user, "login");
  user.lastLogin = workspace.now;
  return { user, token, expiresAt: workspace.tokenExpiry(workspace.now), type };
}
