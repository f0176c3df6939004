import "server-only";
/**
 * A login token that the server accepts at this very moment.
 *
 * When Rocket.Chat's own client asks the portal for a token, it has just lost its login or had a token refused
 * (https://developer.rocket.chat/docs/iframe-authentication). The token that the portal remembers may be the very one
 * that has ended, so that it is always asked for first, and replaced when it is gone.
 */
import type { GrantOrder } from "@/lib/grants/grant";
import { perProcess } from "@/lib/per-process";
import { isProblem } from "@/lib/problem/problem";
import type { Grant } from "../protocol";
import { RocketChatApi } from "./api";
import { isRocketChatFailure, problemOf } from "./failure";
import { configHere, grantHere } from "./here";
import { type TokenState, tokenState } from "./token-state";

/**
 * `GET me` counts against ten calls a minute and address, of all users together. When it is limited it is unknown whether
 * a token lives, so that a new one is made; but for one session at most once in this time, since some releases ask in a
 * loop (https://github.com/RocketChat/Rocket.Chat/pull/37021).
 */
const unknownRenewalMs = 10_000;
const maxRemembered = 5_000;

/** When a session's token was replaced without knowing whether it had ended. */
const renewals = perProcess("rocketchat:unknown-renewals", () => new Map<string, number>());

function mayRenewUnknown(sessionId: string, now: number): boolean {
  const last = renewals.get(sessionId);
  if (last !== undefined && now - last < unknownRenewalMs) return false;
  renewals.delete(sessionId);
  if (renewals.size >= maxRemembered) renewals.delete(renewals.keys().next().value as string);
  renewals.set(sessionId, now);
  return true;
}

/** @throws Problem, audited */
export async function liveGrant(order: Omit<GrantOrder, "vendorId">, signal: AbortSignal): Promise<Grant> {
  const grant = await grantHere(order);
  let state: TokenState;
  try {
    state = await stateOf(grant, signal);
  } catch (error) {
    // A server that does not answer the portal makes no new token either.
    if (isProblem(error)) return grant;
    throw error;
  }
  const gone = state === "ended" || (state === "unknown" && mayRenewUnknown(order.session.id, Date.now()));
  return gone ? grantHere({ ...order, renew: true }) : grant;
}

/** @throws Problem when the server does not answer, or not as it should */
export async function stateOf({ token, userId }: Grant, signal: AbortSignal): Promise<TokenState> {
  try {
    return await tokenState(new RocketChatApi(configHere(), signal), { token, userId });
  } catch (error) {
    throw isRocketChatFailure(error) ? problemOf(error) : error;
  }
}
