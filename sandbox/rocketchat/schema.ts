/**
 * Checks parameters the way the server's JSON-schema validator does: the same first error, the same words, the same
 * coercion. Only the few keywords that these endpoints use.
 */

type Kind = "string" | "boolean" | "array" | "object";

/** An object schema; a kind ending in `?` may also be null. */
export interface ObjectSchema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Kind | `${Kind}?`>>;
}

/** Schemas of which one must match. */
export type ParameterSchema = ObjectSchema | { readonly anyOf: readonly ObjectSchema[] };

export type Checked =
  | { readonly ok: true; readonly value: Record<string, unknown> }
  | { readonly ok: false; readonly error: string };

/**
 * Checks and coerces parameters.
 *
 * @returns the coerced copy, or the messages joined as the server joins them: newline, space
 */
export function check(schema: ParameterSchema, input: unknown): Checked {
  if (typeof input !== "object" || input === null || Array.isArray(input))
    return { ok: false, error: "must be object" };
  if (!("anyOf" in schema)) {
    const value = { ...input } as Record<string, unknown>;
    const message = firstMistake(schema, value);
    return message ? { ok: false, error: message } : { ok: true, value };
  }
  const messages: string[] = [];
  for (const branch of schema.anyOf) {
    const value = { ...input } as Record<string, unknown>;
    const message = firstMistake(branch, value);
    if (!message) return { ok: true, value };
    messages.push(message);
  }
  return { ok: false, error: [...messages, "must match a schema in anyOf"].join("\n ") };
}

/** Required keys come first, then unknown keys, then types: the validator's order. */
function firstMistake(schema: ObjectSchema, value: Record<string, unknown>): string | null {
  const missing = schema.required.find((key) => value[key] === undefined);
  if (missing) return `must have required property '${missing}'`;
  if (Object.keys(value).some((key) => !Object.hasOwn(schema.properties, key)))
    return "must NOT have additional properties";
  for (const [key, declared] of Object.entries(schema.properties)) {
    if (value[key] === undefined) continue;
    const nullable = declared.endsWith("?");
    const kind = (nullable ? declared.slice(0, -1) : declared) as Kind;
    if (nullable && value[key] === null) continue;
    const coerced = coerce(kind, value[key]);
    if (coerced === undefined) return nullable ? `must be ${kind},null` : `must be ${kind}`;
    value[key] = coerced;
  }
  return null;
}

function coerce(kind: Kind, value: unknown): unknown {
  switch (kind) {
    case "string":
      if (value === null) return "";
      return typeof value === "object" ? undefined : String(value);
    case "boolean":
      if (typeof value === "boolean") return value;
      if (value === "true" || value === 1) return true;
      return value === "false" || value === 0 || value === null ? false : undefined;
    case "array":
      return Array.isArray(value) && value.every((entry) => typeof entry === "string") ? value : undefined;
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  }
}
