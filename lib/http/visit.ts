/**
 * Whether a request is a real navigation, which is when a page may create tokens. Browsers tell in headers that a page's
 * script cannot set (Fetch Metadata, Resource Hints); a request without them counts as a navigation.
 */

/** Headers by which browsers and the framework's links announce a speculative load. */
const announcements = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/** A speculative load (prefetch, prerender, preview) or `HEAD`: the user has not decided to come here yet. */
export function isSpeculative({ method, headers }: Pick<Request, "method" | "headers">): boolean {
  return (
    method === "HEAD" ||
    headers.has("next-router-prefetch") ||
    headers.has("next-router-segment-prefetch") ||
    announcements.some((name) => /prefetch|prerender|preview/i.test(headers.get(name) ?? ""))
  );
}

/** A top-level navigation, not an image, frame or script of another page. */
export function isDocumentNavigation(headers: Headers): boolean {
  const destination = headers.get("sec-fetch-dest");
  return destination === null || destination === "document";
}

/** A client-side navigation of the portal's own pages. */
export function isOwnFetch(headers: Headers): boolean {
  return headers.get("sec-fetch-dest") === "empty" && headers.get("sec-fetch-site") === "same-origin";
}
