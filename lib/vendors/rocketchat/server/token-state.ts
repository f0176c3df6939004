import "server-only";
/** What the server says of a login token. */
import type { LoginToken, RocketChatApi } from "./api";
import { isRocketChatFailure } from "./failure";

/** It lives, it has ended, or nothing, because the call was limited. */
export type TokenState = "live" | "ended" | "unknown";

/**
 * Asks with `GET me`, which runs with the user's own rights and counts against the server's limit of ten calls a minute and
 * address, of all users together.
 *
 * @throws RocketChatFailure, Problem
 */
export async function tokenState(api: RocketChatApi, token: LoginToken): Promise<TokenState> {
  try {
    return (await api.me(token)) === token.userId ? "live" : "ended";
  } catch (error) {
    if (isRocketChatFailure(error) && error.kind === "rate-limited") return "unknown";
    throw error;
  }
}
