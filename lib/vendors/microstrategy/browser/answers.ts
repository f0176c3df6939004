import "client-only";
/**
 * What the page's own calls are answered with, parsed before it is believed: a proxy or a sign-in page may answer in place
 * of the vendor. zod's small build, because this runs in the browser; it compiles no code, which the policy forbids.
 */
import * as z from "zod/mini";

const nonEmpty = z.string().check(z.minLength(1));

/** `GET /api/sessions/userInfo` (OpenAPI: `SessionInfo`): whose session it is. */
export const sessionOwner = z.object({ id: nonEmpty });

/** `GET /api/auth/identityToken` (OpenAPI): whose identity token it is. */
export const tokenOwner = z.object({ userId: nonEmpty });

/** The task `createIdentityToken` of MicroStrategy Web (SOURCES.md: task servlet). */
export const webToken = z.object({ identityToken: nonEmpty });

/** The body of an answer, or null when it is not what the vendor documents. */
export async function bodyOf<T>(answer: Response, schema: z.ZodMiniType<T>): Promise<T | null> {
  const body: unknown = await answer.json().catch(() => null);
  return schema.safeParse(body).data ?? null;
}
