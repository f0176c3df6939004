"use client";
/** The one way in which the portal's pages call the portal's routes: same origin, the portal's header, JSON. */
import { isProblemCode } from "@/lib/problem/codes";
import type { EmbedProblem } from "@/lib/vendors/embed-host";

export type PortalAnswer =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>>; readonly requestId?: string | undefined }
  | { readonly ok: false; readonly problem: EmbedProblem };

/**
 * Posts a small JSON object to a route such as `/api/account/link`.
 *
 * @returns the answer's object, empty for 204, or why there is none: the code of the problem+json answer, `offline` when the portal does
 *   not answer, `portal_failed` for anything else. Never throws.
 */
export async function askPortal(path: string, body: Readonly<Record<string, unknown>>): Promise<PortalAnswer> {
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
  const answer: unknown = await response.json().catch(() => null);
  const fields = (answer && typeof answer === "object" ? answer : {}) as Record<string, unknown>;
  // Routes that have nothing to tell answer 204. A 200 without an object comes from something in front of the portal.
  if (response.status === 204 || (response.ok && fields === answer))
    return { ok: true, body: fields, requestId: response.headers.get("x-request-id") ?? undefined };
  const { code, detail, requestId, retryAfter } = fields as Partial<EmbedProblem>;
  return {
    ok: false,
    problem: {
      code: isProblemCode(code) ? code : "portal_failed",
      detail,
      requestId: requestId ?? response.headers.get("x-request-id") ?? undefined,
      retryAfter,
    },
  };
}
