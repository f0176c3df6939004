import "server-only";
/**
 * The second half of the fourth decision, where a mint does not take it: may this user see the object? A token of one
 * object is refused at the mint. A token for the whole application is not, so the portal looks the object up as the user
 * and remembers a yes for a short while.
 */
import { perProcess } from "@/lib/per-process";
import { Problem } from "@/lib/problem/problem";
import type { ThoughtSpotConfig } from "../config";
import { type objectOf, vendorName } from "../protocol";
import { findObject } from "./api";

const validationTtlMs = 5 * 60_000;
const maxRemembered = 5_000;

/** Until when (milliseconds since the epoch) an account is known to see an object. A no is asked again every time. */
const seenUntil = perProcess("thoughtspot:seen", () => new Map<string, number>());

/** What an account was found to see. */
interface View {
  readonly config: Pick<ThoughtSpotConfig, "internalUrl" | "orgId">;
  readonly account: string;
  /** The object's id; empty for a page of the application. */
  readonly objectId: string;
}

const keyOf = ({ config, account, objectId }: View) => `${config.internalUrl} ${config.orgId} ${account} ${objectId}`;

/** Whether a yes is still fresh. */
export const isKnownToView = (view: View): boolean => (seenUntil.get(keyOf(view)) ?? 0) > Date.now();

export function rememberView(view: View): void {
  if (seenUntil.size >= maxRemembered) seenUntil.clear();
  seenUntil.set(keyOf(view), Date.now() + validationTtlMs);
}

interface LookUp {
  readonly config: ThoughtSpotConfig;
  readonly signal: AbortSignal;
  readonly account: string;
  /** A v2 token of that account. */
  readonly token: string;
  readonly object: NonNullable<ReturnType<typeof objectOf>>;
}

/**
 * Refuses when ThoughtSpot clearly does not show the object to the account. An unclear answer refuses nothing: the
 * application decides again, in the frame.
 *
 * @throws Problem `account_forbidden`
 */
export async function assertCanView({ config, signal, account, token, object }: LookUp): Promise<void> {
  const view = { config, account, objectId: object.id };
  if (isKnownToView(view)) return;
  const found = await findObject({ config, signal }, token, object).catch(() => undefined);
  if (found === "not seen")
    throw new Problem("account_forbidden", {
      vendorName,
      detail:
        "ThoughtSpot does not show this item to your account: it was removed, or is not shared with you. Ask its owner.",
    });
  if (found === "seen") rememberView(view);
}
