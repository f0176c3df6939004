/** The guard of every admin page. It belongs in the page: a layout does not render again on navigation inside it. */
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { ProblemNotice } from "@/components/shell/notices";
import { requireUser } from "@/lib/auth/session";
import { authorizeAdmin } from "@/lib/http/authorize";
import { requestIdOf } from "@/lib/http/request-id";

/**
 * Redirects to sign-in when there is no session.
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
