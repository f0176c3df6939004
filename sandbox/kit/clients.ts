/** What tells clients apart, where the sandbox's plain http matters to them. */
import type { Context } from "hono";

/**
 * Whether a client keeps no `Secure` cookies of this address, where every real server has https. Browsers and most others
 * take a loopback address for secure; Python's, the vendors' own among them, do not, and would be left without a session.
 */
export const dropsSecureCookies = (c: Context): boolean =>
  new URL(c.req.url).protocol === "http:" && /^(python|mstrio)/i.test(c.req.header("user-agent") ?? "");
