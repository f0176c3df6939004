"use client";
/**
 * Grants in the browser: one React Query entry per vendor and item, filled by the stream from the server and renewed
 * through the vendor's route handler.
 */
import type { QueryClient } from "@tanstack/react-query";
import { GrantRefused, type GrantSource, isGrantRefused } from "@/lib/vendors/embed-host";
import { askPortal } from "./ask-portal";
import { type GrantAddress, grantKey, type Streamed } from "./grant-query";

/**
 * How long a streamed grant may wait for its embed. The shortest-lived grants are identity tokens, which the vendor calls
 * "short-lived" without a number (lib/vendors/microstrategy/SOURCES.md), so this is well below a minute.
 */
const freshForMs = 20_000;

/** Single-use grants that were taken. Back restores a page with the same streamed grant. */
const spent = new WeakSet<object>();

/**
 * Asks the vendor's route handler for a grant.
 *
 * @throws GrantRefused with the code of the problem+json answer, or `offline` when the portal does not answer
 */
export async function fetchGrant<Grant>(
  address: GrantAddress,
  renew: boolean,
): Promise<{ readonly grant: Grant; readonly at: number; readonly requestId?: string | undefined }> {
  const answer = await askPortal(address.endpoint, {
    ...(address.item ? { item: address.item } : {}),
    ...(renew ? { renew: true } : {}),
  });
  if (!answer.ok) throw new GrantRefused(answer.problem);
  return { grant: answer.body as Grant, at: Date.now(), requestId: answer.requestId };
}

/**
 * The grants of one embed.
 *
 * @param reusable whether one grant may be taken twice; a single-use grant is forgotten once taken
 * @param told hears with which request each grant came
 */
export function grantSource<Grant>(
  queries: QueryClient,
  address: GrantAddress,
  reusable: boolean,
  told: (requestId: string | undefined) => void = () => {},
): GrantSource<Grant> {
  const queryKey = grantKey(address.vendor, address.item);
  const ask = (renew: boolean, staleTime: number) =>
    queries.fetchQuery<Streamed<Grant>>({
      queryKey,
      queryFn: () => fetchGrant<Grant>(address, renew),
      staleTime,
      retry: false,
    });
  function granted(taken: Streamed<Grant>): Grant {
    // A single-use grant belongs to one caller, and a retry must not find a cached refusal.
    if (!reusable || taken.problem) queries.removeQueries({ queryKey });
    if (!reusable) spent.add(taken);
    if (taken.problem) throw new GrantRefused(taken.problem);
    told(taken.requestId);
    return taken.grant;
  }
  // Concurrent callers would share one answer, which is right only for a reusable grant.
  const fresh = async (renew: boolean) =>
    granted(reusable ? await ask(renew, 0) : await fetchGrant<Grant>(address, renew));
  let streamTaken = false;
  return {
    async take() {
      if (!reusable && streamTaken) return fresh(false);
      streamTaken = true;
      const streamed = await ask(false, Number.POSITIVE_INFINITY).catch((error: unknown) => {
        if (isGrantRefused(error)) throw error;
        // The stream itself broke off: ask as if nothing had been streamed.
        queries.removeQueries({ queryKey });
        return ask(false, 0);
      });
      if (Date.now() - streamed.at < freshForMs && !spent.has(streamed)) return granted(streamed);
      queries.removeQueries({ queryKey });
      return fresh(false);
    },
    async renew() {
      await queries.cancelQueries({ queryKey });
      return fresh(true);
    },
  };
}
