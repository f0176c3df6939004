/** The guard of every admin page. It stands in the page itself: a layout is not drawn anew when one moves inside it. */
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { ProblemNotice } from "@/components/shell/notices";
import { requireUser } from "@/lib/auth/session";
import { authorizeAdmin } from "@/lib/http/authorize";
import { requestIdOf } from "@/lib/http/request-id";

/**
 * Sends whoever is not signed in to sign in.
 *
 * @param here the page's path
 * @returns what to show instead of the page, or null for an administrator
 */
export async function adminRefusal(here: string): Promise<ReactNode> {
  const session = await requireUser(here);
  const requestId = requestIdOf(await headers());
  const code = await authorizeAdmin(session, here, requestId);
  return code && <ProblemNotice problem={{ code, requestId }} here={here} />;
}
