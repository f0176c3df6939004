/**
 * Second factors on admin calls and logins (vendor source: 2fa/code).
 */
import { type StoredToken, totpCode, type User } from "./accounts";
import { BusinessError } from "./envelope";
import type { Workspace } from "./workspace";

type Method = "totp" | "password";

/** The methods that the user has set up; a password is none, but stands in where there is no other. */
const availableMethods = (user: User): readonly Method[] => (user.totpSecret ? ["totp"] : []);

/** The method that a call is checked with: the one named, if it is one to be set up, else the user's first. */
function methodFor(user: User, named?: string): Method | undefined {
  if (named === "totp") return named;
  return availableMethods(user)[0] ?? (user.password === "" ? undefined : "password");
}

/**
 * Demands a second factor for a call, unless the token bypasses it or gave one lately, or the user has no means at all.
 *
 * @throws BusinessError `totp-required` or `totp-invalid`, whose details name the method
 */
export function demandSecondFactor(
  workspace: Workspace,
  user: User,
  token: StoredToken,
  header: (name: string) => string | undefined,
): void {
  const { settings, now } = workspace;
  if (!settings.flag("Accounts_TwoFactorAuthentication_Enabled")) return;
  const rememberMs = settings.number("Accounts_TwoFactorAuthentication_RememberFor") * 1000;
  if (token.bypassTwoFactor && !bypassFails(workspace, user)) return;
  // Whoever is new has time to set a method up.
  if (now - user.createdAt < rememberMs && availableMethods(user).length === 0) return;
  if ((token.secondFactorUntil ?? 0) > now) return;
  const method = methodFor(user, header("x-2fa-method"));
  if (!method) return;
  demandCode(workspace, user, method, header("x-2fa-code"));
  token.secondFactorUntil = now + rememberMs;
}

/** The switches that take the bypass of a personal access token away. */
function bypassFails(workspace: Workspace, user: User): boolean {
  const { totpOnAdminCalls, serviceAccount } = workspace.control.switches;
  return totpOnAdminCalls || (workspace.isBroker(user) && serviceAccount === "no-bypass");
}

/** Demands a login's code from users with an authenticator app. */
export function demandLoginCode(workspace: Workspace, user: User, code: string | undefined): void {
  if (!workspace.settings.flag("Accounts_TwoFactorAuthentication_Enabled") || !user.totpSecret) return;
  demandCode(workspace, user, "totp", code);
}

function demandCode(workspace: Workspace, user: User, method: Method, code: string | undefined): void {
  const details = { method, availableMethods: availableMethods(user) };
  if (!code) throw new BusinessError("TOTP Required", "totp-required", details);
  if (!codeIsRight(workspace, user, method, code)) throw new BusinessError("TOTP Invalid", "totp-invalid", details);
}

function codeIsRight(workspace: Workspace, user: User, method: Method, code: string): boolean {
  if (method === "password") return workspace.accounts.passwordMatches(user, code);
  const secret = user.totpSecret;
  return secret !== undefined && [-30_000, 0, 30_000].some((drift) => totpCode(secret, workspace.now + drift) === code);
}
