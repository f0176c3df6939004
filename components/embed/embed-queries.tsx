"use client";
/** The page's one query client, with what the server started. Around embeds only: other pages need no queries. */
import { type DehydratedState, HydrationBoundary, QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { getQueryClient } from "@/components/query-client";

export function EmbedQueries({ state, children }: { state?: DehydratedState; children: ReactNode }) {
  return (
    <QueryClientProvider client={getQueryClient()}>
      <HydrationBoundary state={state}>{children}</HydrationBoundary>
    </QueryClientProvider>
  );
}
