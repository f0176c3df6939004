import "server-only";
import { encode } from "next-auth/jwt";
import { getConfig } from "@/lib/config/config";
import { cookieName } from "./cookies";
import type { SessionToken } from "./token";

/** A session cookie as next-auth would set it, `name=value`: for programs that measure the portal as a signed-in user. */
export async function sessionCookieFor(token: SessionToken): Promise<string> {
  const name = cookieName("session-token");
  return `${name}=${await encode({ token: { ...token }, secret: getConfig().authSecret, salt: name })}`;
}
