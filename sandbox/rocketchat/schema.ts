/**
 * Checks parameters the way the server's JSON-schema validator does: the same first error, the same words, the same
 * coercion. Only the few keywords that these endpoints use.
 */

type Kind = "string" | "text" | "boolean" | "number" | "array" | "object";

/** A kind ending in `?` may also be null; `text` is a string that is not empty; an `array` holds strings. */
type Property = Kind | `${Kind}?` | ObjectSchema;

/** An object schema, with its properties in the vendor's order: that order decides which error is the first. */
export interface ObjectSchema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
  /** Other keys are taken as well. */
  readonly open?: true;
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
  const messages: string[] = [];
  for (const branch of "anyOf" in schema ? schema.anyOf : [schema]) {
    const value = structuredClone(input);
    const message = firstMistake(branch, value);
    if (!message) return { ok: true, value: value as Record<string, unknown> };
    messages.push(message);
  }
  return {
    ok: false,
    error: [...messages, ...("anyOf" in schema ? ["must match a schema in anyOf"] : [])].join("\n "),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Required keys come first, then unknown keys, then types: the validator's order. Coerces in place. */
function firstMistake(schema: ObjectSchema, value: unknown): string | null {
  if (!isObject(value)) return "must be object";
  const missing = schema.required.find((key) => value[key] === undefined);
  if (missing) return `must have required property '${missing}'`;
  if (!schema.open && Object.keys(value).some((key) => !Object.hasOwn(schema.properties, key)))
    return "must NOT have additional properties";
  for (const [key, property] of Object.entries(schema.properties)) {
    if (value[key] === undefined) continue;
    const message =
      typeof property === "string" ? propertyMistake(property, key, value) : firstMistake(property, value[key]);
    if (message) return message;
  }
  return null;
}

function propertyMistake(property: Kind | `${Kind}?`, key: string, holder: Record<string, unknown>): string | null {
  const kind = property.replace("?", "") as Kind;
  if (kind !== property && holder[key] === null) return null;
  const coerced = coerce(kind, holder[key]);
  if (coerced === undefined) {
    const items = kind === "array" && Array.isArray(holder[key]);
    return `must be ${items || kind === "text" ? "string" : kind}`;
  }
  if (kind === "text" && coerced === "") return "must NOT have fewer than 1 characters";
  holder[key] = coerced;
  return null;
}

/** The value as the validator turns it, or undefined when it cannot. */
function coerce(kind: Kind, value: unknown): unknown {
  switch (kind) {
    case "string":
    case "text":
      if (value === null) return "";
      return typeof value === "object" ? undefined : String(value);
    case "boolean":
      if (typeof value === "boolean") return value;
      if (value === "true" || value === 1) return true;
      return value === "false" || value === 0 || value === null ? false : undefined;
    case "number": {
      if (typeof value === "boolean" || value === null) return Number(value);
      const number = typeof value === "string" && value === "" ? Number.NaN : Number(value);
      return typeof value === "object" || Number.isNaN(number) ? undefined : number;
    }
    case "array": {
      if (!Array.isArray(value)) return undefined;
      const items = value.map((item) => coerce("string", item));
      return items.includes(undefined) ? undefined : items;
    }
    case "object":
      return isObject(value) ? value : undefined;
  }
}
