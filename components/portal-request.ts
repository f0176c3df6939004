"use client";
/** Asks the portal's own action routes: same origin, their header, JSON. */
import { isProblemCode } from "@/lib/problem/codes";
import type { EmbedProblem } from "@/lib/vendors/embed-host";

export type PortalAnswer =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: EmbedProblem };

/** Sends a small JSON object to a route such as `/api/account/link`. Never throws: what went wrong is in the answer. */
export async function askPortal(path: string, body: Readonly<Record<string, string>>): Promise<PortalAnswer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-portal-request": "1" },
      body: JSON.stringify(body),
      cache: "no-store",
    });
  } catch {
    return { ok: false, problem: { code: "offline" } };
  }
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return { ok: true, body: answer };
  const problem = answer as Partial<EmbedProblem>;
  return { ok: false, problem: { ...problem, code: isProblemCode(problem.code) ? problem.code : "portal_failed" } };
}
