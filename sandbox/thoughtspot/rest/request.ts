/** What the v2 endpoints share: reading bodies, orgs, pages of a list, name patterns. */
import type { Context } from "hono";
import { z } from "zod";
import { orgs } from "../cluster";
import { Refusal } from "../errors";

export const base = "/api/rest/2.0";

export const text = z.string().min(1);
export const optionalText = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? undefined);
export const identifiers = z.array(z.string());
export const scalars = z.array(z.union([z.string(), z.number(), z.boolean()]));

export const accountStatuses = ["ACTIVE", "INACTIVE", "EXPIRED", "LOCKED", "PENDING", "SUSPENDED"] as const;
export const accountTypes = ["LOCAL_USER", "LDAP_USER", "SAML_USER", "OIDC_USER", "REMOTE_USER"] as const;
export const visibilities = ["SHARABLE", "NON_SHARABLE"] as const;
export const privilegeName = z.string().regex(/^[A-Z0-9_]+$/);

/** The JSON body in its schema; anything else is 400 with the first thing that is wrong. */
export async function body<T>(c: Context, schema: z.ZodType<T>, emptyAllowed = false): Promise<T> {
  const raw = await c.req.text();
  let json: unknown = {};
  if (raw || !emptyAllowed) {
    if (!/^application\/json\b/i.test(c.req.header("content-type") ?? ""))
      throw new Refusal(415, "The body must be JSON");
    try {
      json = JSON.parse(raw);
    } catch {
      throw new Refusal(400, "The body is not JSON");
    }
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Refusal(400, `Invalid parameter values: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim());
}

export const orgById = (id: number | undefined): number | undefined => {
  if (id !== undefined && !orgs.some((org) => org.id === id)) throw new Refusal(400, "There is no such org");
  return id;
};

/** By id or name. */
export const orgByIdentifier = (identifier: string | undefined): number | undefined => {
  if (!identifier) return undefined;
  const org = orgs.find((entry) => String(entry.id) === identifier || entry.name === identifier);
  if (!org) throw new Refusal(400, "There is no such org");
  return org.id;
};

export const orgName = (id: number): string => orgs.find((org) => org.id === id)?.name ?? "";

/** `%` stands for any run of characters, as in the vendor's name patterns. */
export const patternOf = (pattern: string): RegExp => {
  const source = pattern.split("%").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(source.join(".*"), "i");
};

export const page = <T>(list: readonly T[], offset = 0, size = 10): T[] =>
  size === -1 ? list.slice(offset) : list.slice(offset, offset + size);

/** `ADD`, `REMOVE` or `REPLACE` on a list of names. */
export function changed(
  before: readonly string[],
  operation: "ADD" | "REMOVE" | "REPLACE",
  names: readonly string[],
): string[] {
  if (operation === "REPLACE") return [...new Set(names)];
  if (operation === "ADD") return [...new Set([...before, ...names])];
  return before.filter((name) => !names.includes(name));
}

/** Sorts by one of an object's facts; without an order the list stays as it is. */
export function sorted<T>(list: readonly T[], value: (entry: T) => string | number, order: "ASC" | "DESC"): T[] {
  const ascending = [...list].sort((left, right) =>
    String(value(left)).localeCompare(String(value(right)), "en", { numeric: true }),
  );
  return order === "DESC" ? ascending.reverse() : ascending;
}
