/**
 * The portal's use of React Query: the server starts a query without awaiting it, streams it to the browser, and the
 * embed takes it from the cache.
 */
import { defaultShouldDehydrateQuery, environmentManager, QueryClient } from "@tanstack/react-query";

/** A client with the portal's defaults: pending queries are dehydrated; nothing is refetched automatically. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, refetchOnWindowFocus: false, staleTime: Number.POSITIVE_INFINITY },
      dehydrate: {
        shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === "pending",
        // Next uses errors as control flow too, and redacts real ones on their way to the browser.
        shouldRedactErrors: () => false,
      },
    },
  });
}

let browserClient: QueryClient | undefined;

/** A new client per render on the server, one for the lifetime of the page in the browser. */
export function getQueryClient(): QueryClient {
  if (environmentManager.isServer()) return makeQueryClient();
  browserClient ??= makeQueryClient();
  return browserClient;
}
