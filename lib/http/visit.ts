/**
 * Whether somebody is really going to an address, which is when it may make tokens. Browsers say so in headers that no
 * page's script can set (Fetch Metadata, Resource Hints); who says nothing is taken for a plain visit.
 */

/** How browsers and the framework's links announce that they only look ahead. */
const announcements = ["sec-purpose", "purpose", "x-purpose", "x-moz"];

/** A look ahead (prefetch, prerender, preview) or a look at the headers alone: nobody has decided to come here yet. */
export function isSpeculative({ method, headers }: Pick<Request, "method" | "headers">): boolean {
  return (
    method === "HEAD" ||
    headers.has("next-router-prefetch") ||
    headers.has("next-router-segment-prefetch") ||
    announcements.some((name) => /prefetch|prerender|preview/i.test(headers.get(name) ?? ""))
  );
}

/** A page of its own, not a picture, frame or script in another page. */
export function isDocumentNavigation(headers: Headers): boolean {
  const destination = headers.get("sec-fetch-dest");
  return destination === null || destination === "document";
}

/** The portal's own pages moving on without a page load. */
export function isOwnFetch(headers: Headers): boolean {
  return headers.get("sec-fetch-dest") === "empty" && headers.get("sec-fetch-site") === "same-origin";
}
