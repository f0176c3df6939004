/**
 * React Query as the portal uses it: the server starts a query without waiting, the stream carries it to the browser,
 * and the embed takes it from there.
 */
import { defaultShouldDehydrateQuery, environmentManager, QueryClient } from "@tanstack/react-query";

/** A client with the portal's defaults: pending queries travel; nothing is asked again behind the user's back. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, refetchOnWindowFocus: false, staleTime: Number.POSITIVE_INFINITY },
      dehydrate: {
        shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === "pending",
        // Next tells its own signals from errors, and redacts the latter on their way to the browser.
        shouldRedactErrors: () => false,
      },
    },
  });
}

let browserClient: QueryClient | undefined;

/** A new client for every render on the server, one for the life of the page in the browser. */
export function getQueryClient(): QueryClient {
  if (environmentManager.isServer()) return makeQueryClient();
  browserClient ??= makeQueryClient();
  return browserClient;
}
