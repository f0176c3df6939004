/**
 * Second factors on admin calls and logins (vendor source: 2fa/code).
 */
import { type StoredToken, totpCode, type User } from "./accounts";
import { BusinessError } from "./envelope";
import type { Workspace } from "./workspace";

type Method = "totp" | "password";

const methodOf = (user: User): Method => (user.totpSecret ? "totp" : "password");

/**
 * Demands a second factor for a call, unless the token bypasses it or gave one lately.
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
  const bypasses = token.bypassTwoFactor && !workspace.control.switches.totpOnAdminCalls;
  if (bypasses && !(workspace.isBroker(user) && workspace.control.switches.serviceAccount === "no-bypass")) return;
  if ((token.secondFactorUntil ?? 0) > now || now - user.createdAt < rememberMs) return;
  const code = header("x-2fa-code");
  const method = header("x-2fa-method") ?? methodOf(user);
  if (!code) throw challenge(user);
  if (!codeIsRight(workspace, user, method, code))
    throw new BusinessError("TOTP Invalid", "totp-invalid", { method: methodOf(user) });
  token.secondFactorUntil = now + rememberMs;
}

/** Demands a login's code from users with an authenticator app. */
export function demandLoginCode(workspace: Workspace, user: User, code: string | undefined): void {
  if (!workspace.settings.flag("Accounts_TwoFactorAuthentication_Enabled") || !user.totpSecret) return;
  if (!code) throw challenge(user);
  if (!codeIsRight(workspace, user, "totp", code))
    throw new BusinessError("TOTP Invalid", "totp-invalid", { method: "totp" });
}

const challenge = (user: User) =>
  new BusinessError("TOTP Required", "totp-required", {
    method: methodOf(user),
    availableMethods: user.totpSecret ? ["totp"] : [],
  });

function codeIsRight(workspace: Workspace, user: User, method: string, code: string): boolean {
  if (method === "password") return !user.totpSecret && workspace.accounts.passwordMatches(user, code);
  if (method !== "totp" || !user.totpSecret) return false;
  const secret = user.totpSecret;
  return [-30_000, 0, 30_000].some((drift) => totpCode(secret, workspace.now + drift) === code);
}
