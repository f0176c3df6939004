/**
 * Addresses in Rocket.Chat itself: which ones may be linked to, and how a link logs the person in.
 */

/** A room's name or id, decoded: letters of any script, and the signs that Rocket.Chat allows in names. */
const roomName = /^(?!\.{1,2}$)[\p{L}\p{M}\p{N} _.~!$&'()*+,;=:@-]{1,120}$/u;

/** The id of a message, alone or as the start of a thread. */
const messageId = /^[\w-]{1,64}$/;

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/**
 * The address of a room, of a message in it (`?msg=`, the vendor's own message link), of a thread (`/thread/<id>`), or of
 * the home page, taken from a link.
 *
 * @param input what came with the request; anything
 * @returns the address as a browser writes it, or null for everything that is none: other addresses, other hosts, other
 *   schemes, other parameters
 */
export function roomPath(input: string | null): string | null {
  if (input === null || input.length > 300 || !input.startsWith("/")) return null;
  const [path = "", query, ...more] = input.split("?");
  if (more.length > 0) return null;
  const [, kind = "", encoded, ...rest] = path.replace(/(?<=[^/])\/$/, "").split("/");
  if ((kind === "" || kind === "home") && encoded === undefined) return query === undefined ? "/home" : null;
  const name = decode(encoded ?? "");
  if (!["channel", "group", "direct"].includes(kind) || name === null || !roomName.test(name)) return null;
  const [thread, id, ...deeper] = rest;
  const isThread = thread === "thread" && id !== undefined && messageId.test(id) && deeper.length === 0;
  if (rest.length > 0 && !isThread) return null;
  const message = query === undefined ? null : /^msg=([^&]*)$/.exec(query)?.[1];
  if (message === undefined || (message !== null && !messageId.test(message))) return null;
  return `/${kind}/${encodeURIComponent(name)}${isThread ? `/thread/${id}` : ""}${message ? `?msg=${message}` : ""}`;
}

/**
 * The address that opens a path with a login: the client takes the token out of its address once it has loaded.
 *
 * @param url Rocket.Chat's own address, without a trailing slash
 * @param path from {@link roomPath}
 */
export function deepLink(url: string, path: string, token: string): string {
  return `${url}${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ resumeToken: token })}`;
}

/** The portal's address for it: it mints, then sends the browser on. Holds no token. */
export const openAddress = (path: string) => `/open/rocketchat?path=${encodeURIComponent(path)}`;
