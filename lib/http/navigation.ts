import "server-only";
/** Routes that a user opens as a page and that redirect to a vendor with a token in the address. */
import { Problem } from "@/lib/problem/problem";
import { type Guarded, publicRoute, type RouteHandler } from "./guard";
import { isDocumentNavigation, isSpeculative } from "./visit";

/**
 * A {@link publicRoute} for the user's own navigations only: a speculative load gets 204 and an image, frame or script of
 * another page 403, so that neither creates a token.
 */
export const navigationRoute = (
  handler: (context: Guarded<null, null>) => Promise<Response> | Response,
): RouteHandler =>
  publicRoute((context) => {
    if (isSpeculative(context.request)) return new Response(null, { status: 204 });
    if (!isDocumentNavigation(context.request.headers)) throw new Problem("foreign_origin");
    return handler(context);
  });

/** A redirect whose address may carry a token: it must not travel on as a referrer. */
export const redirectWithoutReferrer = (location: string): Response =>
  new Response(null, { status: 303, headers: { location, "referrer-policy": "no-referrer" } });
