/**
 * Where sign-in and sign-out may lead: pages of this portal and nothing else. Safe to import in the browser.
 */

const maxLength = 2048;

/** Only its origin matters: a path that leaves it when resolved is not a path. */
const base = "http://portal.invalid";

/** Control characters, white space that parsers strip or that splits a header, and the backslash browsers read as a slash. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const neverInAPath = /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff\\]/;

/** Pages that would loop or are none. */
const noDestination = /^\/(signin|signed-out|api|_next)(\/|$)/i;

/**
 * The page to go to after sign-in.
 *
 * @param input what came with the request; anything
 * @param fallback where to go instead when the input is not a page of this portal
 * @returns a path with query, beginning with exactly one slash; its fragment is dropped
 */
export function safeReturnTo(input: unknown, fallback = "/"): string {
  if (typeof input !== "string" || input.length > maxLength) return fallback;
  const [withoutFragment = ""] = input.split("#");
  const [path = "", ...query] = withoutFragment.split("?");
  if (!isPagePath(path) || neverInAPath.test(query.join("?"))) return fallback;

  let url: URL;
  try {
    url = new URL(withoutFragment, base);
  } catch {
    return fallback;
  }
  // Parsing resolves dot segments, which can bring two slashes to the front.
  if (url.origin !== base || !isPagePath(url.pathname)) return fallback;
  return url.pathname + url.search;
}

/** Looks at a path as it stands and as it reads once a proxy has decoded it, up to three times. */
function isPagePath(path: string): boolean {
  let seen = path;
  for (let round = 0; round < 4; round += 1) {
    // No page has an empty part in its path; proxies that drop parts or parameters would bring the two slashes to the front.
    if (!seen.startsWith("/") || seen.includes("//") || neverInAPath.test(seen) || noDestination.test(seen))
      return false;
    const decoded = decode(seen);
    if (decoded === undefined) return false;
    if (decoded === seen) return true;
    seen = decoded;
  }
  // Still encoded after three rounds: no legitimate link looks like that.
  return false;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The sign-in page that brings the person back to where they were. */
export function signInPath(returnTo: unknown): string {
  const target = safeReturnTo(returnTo);
  return target === "/" ? "/signin" : `/signin?from=${encodeURIComponent(target)}`;
}
