import "server-only";
/** The content of the session cookie: who the user is. It never holds a token of a vendor or of the identity provider. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { PortalSession } from "@/lib/broker/user";
import type { Persona } from "@/lib/config/sandbox";
import portal from "@/portal.config";

/** A session ends this long after its sign-in, whether it is used or not. */
export const sessionSeconds = 8 * 3600;

/** What an identity provider may put into the cookie is bounded: Node refuses headers of more than 16 KiB. */
const maxGroups = 64;
const maxTextLength = 255;

const text = z.string().max(maxTextLength);

const tokenSchema = z.object({
  /** The portal session. */
  sid: z.uuid(),
  sub: text.min(1),
  name: text.min(1),
  email: text.nullable(),
  emailVerified: z.boolean(),
  groups: z.array(text).max(maxGroups),
  claims: z.record(z.string(), text),
  persona: z.boolean(),
  /** When the session ends, milliseconds since the epoch. Fixed at sign-in. */
  until: z.int().positive(),
});

export type SessionToken = z.infer<typeof tokenSchema>;

/** What an identity provider says about a user: the claims of a validated ID token. */
export type IdClaims = Readonly<Record<string, unknown>>;

const shortText = (value: unknown): string | undefined =>
  typeof value === "string" && value.length > 0 && value.length <= maxTextLength ? value : undefined;

/** Groups that portal.config.ts names come first, so that the limit never hides an item from a user. */
function groupsOf(value: unknown): string[] {
  const all = (Array.isArray(value) ? value : [value]).flatMap((group) => shortText(group) ?? []);
  const named = new Set([...portal.adminGroups, ...portal.items.flatMap((item) => item.open)]);
  const unique = [...new Set(all)];
  return [...unique.filter((group) => named.has(group)), ...unique.filter((group) => !named.has(group))].slice(
    0,
    maxGroups,
  );
}

const newSession = () => ({ sid: randomUUID(), until: Date.now() + sessionSeconds * 1000 });

/**
 * The token of a user who signed in with OpenID Connect.
 *
 * @param persona whether the identity provider is the sandbox's, where anyone can sign in as any persona
 * @returns null when the ID token names no subject
 */
export function tokenFromClaims(claims: IdClaims, persona: boolean): SessionToken | null {
  const sub = shortText(claims.sub);
  if (!sub) return null;
  const email = shortText(claims.email) ?? null;
  return {
    ...newSession(),
    sub,
    name: shortText(claims.name) ?? shortText(claims.preferred_username) ?? email ?? sub,
    email,
    emailVerified: email !== null && claims.email_verified === true,
    groups: groupsOf(claims.groups),
    claims: Object.fromEntries(
      portal.claims.flatMap((claim) => {
        const value = shortText(claims[claim]);
        return value === undefined ? [] : [[claim, value]];
      }),
    ),
    persona,
  };
}

/** The token of a persona who signed in with one click. */
export function tokenFromPersona(persona: Persona): SessionToken {
  return {
    ...newSession(),
    sub: persona.subject,
    name: persona.name,
    email: persona.email,
    emailVerified: true,
    groups: [...persona.groups],
    claims: {},
    persona: true,
  };
}

/**
 * The session of a decoded cookie.
 *
 * @returns null for any other shape and for a session that has expired
 */
export function sessionFromToken(token: unknown, now = Date.now()): PortalSession | null {
  const parsed = tokenSchema.safeParse(token);
  if (!parsed.success || parsed.data.until <= now) return null;
  const { sid, sub, until, ...user } = parsed.data;
  return { id: sid, user: { id: sub, ...user }, expiresAt: new Date(until) };
}
