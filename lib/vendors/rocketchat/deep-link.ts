/**
 * Addresses in Rocket.Chat itself: which ones may be linked to, and how a link logs the person in.
 */

/** One part of a path, as a browser writes it: plain characters and percent-encoded ones. */
const segment = /^(?:[\w.~!$&'()*+,;=:@-]|%[0-9a-f]{2})+$/i;

/**
 * The path of a room, or of the home page, taken from a link.
 *
 * @param input what came with the request; anything
 * @returns the path, or null for everything that is none: other addresses, other hosts, other schemes
 */
export function roomPath(input: string | null): string | null {
  if (input === null || input.length > 300) return null;
  if (input === "/home" || input === "/") return "/home";
  const [before, kind, name = "", ...rest] = input.split("/");
  if (before !== "" || rest.length > 0 || !kind || !["channel", "group", "direct"].includes(kind)) return null;
  if (!segment.test(name)) return null;
  try {
    // A name that decodes to a separator, a dot segment or a control character is no name.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
    if (/[/\\\u0000-\u001f\u007f]|^\.{1,2}$/.test(decodeURIComponent(name))) return null;
  } catch {
    return null;
  }
  return `/${kind}/${name}`;
}

/**
 * The address that opens a path with a login: the client takes the token out of its address once it has loaded.
 *
 * @param url Rocket.Chat's own address, without a trailing slash
 */
export function deepLink(url: string, path: string, token: string): string {
  return `${url}${path}?${new URLSearchParams({ resumeToken: token })}`;
}

/** The portal's address for it: it mints, then sends the browser on. Holds no token. */
export const openAddress = (path: string) => `/open/rocketchat?path=${encodeURIComponent(path)}`;
