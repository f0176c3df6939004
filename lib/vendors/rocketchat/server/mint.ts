import "server-only";
/**
 * From a portal user to a Rocket.Chat login token: make sure that the account exists, then mint; verify; reuse; revoke.
 */
import { type CallContext, type Connected, ConnectionLost } from "@/lib/broker/vendor-adapter";
import { Problem } from "@/lib/problem/problem";
import type { Config } from "../config";
import { type Grant, vendorName } from "../protocol";
import { ensureUser } from "./account";
import { RocketChatApi } from "./api";
import { isRocketChatFailure, problemOf } from "./failure";
import type { Context, State } from "./state";
import { createToken } from "./strategies/create-token";
import { loginWithPassword } from "./strategies/password";
import { tokenState } from "./token-state";

/** Far below the 90 days after which the server forgets a token by default. */
const tokenLifetimeMs = 24 * 3600_000;
/** A token that was accepted this recently is handed out without asking again. */
const validationTtlMs = 60_000;

/** Runs calls of the API and puts their failures into the portal's words. */
async function asProblems<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    throw isRocketChatFailure(error) ? problemOf(error) : error;
  }
}

/** Makes the account if there is none, and a login token for it. */
export function connect(context: Context): Promise<Connected<State>> {
  return asProblems(async () => {
    const api = new RocketChatApi(context.config, context.signal);
    const user = await ensureUser(api, context);
    // Tokens are made for deactivated accounts too: the server does not look, so the portal must.
    if (user.active === false) throw new Problem("account_disabled", { vendorName });
    const { token, userId } =
      context.config.login === "password"
        ? await loginWithPassword(api, context, user)
        : await createToken(api, context, user);
    const now = Date.now();
    const endsAt = now + tokenLifetimeMs;
    return { state: { token, userId, checkedAt: now, endsAt }, expiresAt: new Date(endsAt) };
  });
}

/** Hands out the session's token; asks the server first when it was last accepted more than a minute ago. */
export function mint({ config, signal }: CallContext<Config>, state: State): Promise<{ grant: Grant; state?: State }> {
  return asProblems(async () => {
    const { token, userId, checkedAt, endsAt } = state;
    const grant = { token, userId, expiresAt: new Date(endsAt).toISOString() };
    if (Date.now() - checkedAt < validationTtlMs) return { grant };
    // Being limited says nothing about the token, so that it then counts as known.
    const now = await tokenState(new RocketChatApi(config, signal), { token, userId });
    if (now === "ended") throw new ConnectionLost();
    return { grant, state: { ...state, checkedAt: Date.now() } };
  });
}

/** Ends the token at the server. The other sessions of the user live on. */
export function revoke({ config, signal }: CallContext<Config>, state: State): Promise<void> {
  return asProblems(() => new RocketChatApi(config, signal).logout(state));
}
