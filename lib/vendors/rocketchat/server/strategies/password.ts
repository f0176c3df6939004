import "server-only";
/** `ROCKETCHAT_LOGIN=password`: the portal logs in with a password that it derives. */
import { Problem } from "@/lib/problem/problem";
import { vendorName } from "../../protocol";
import { accountMark, passwordFor } from "../account";
import type { LoginToken, RocketChatApi, RocketChatUser } from "../api";
import { isRocketChatFailure } from "../failure";
import type { Context } from "../state";

/**
 * Logs in, and sets the password once where it is not the derived one.
 *
 * @throws Problem, RocketChatFailure
 */
export async function loginWithPassword(
  api: RocketChatApi,
  context: Context,
  user: RocketChatUser,
): Promise<LoginToken> {
  const password = passwordFor(context);
  const login = async () => {
    const token = await api.loginWithPassword(context.account, password);
    if (token.userId !== user._id) throw new Problem("vendor_bad_answer", { vendorName });
    return token;
  };
  try {
    return await login();
  } catch (error) {
    const refused = isRocketChatFailure(error) && error.kind === "login-refused";
    // Only an account that the portal made has a password that the portal may set.
    if (!refused || user.bio !== accountMark) throw error;
    await api.updateUser(user._id, { password });
    return login();
  }
}
