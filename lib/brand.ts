/**
 * Recognizes our classes without `instanceof`. Pages, route handlers and instrumentation each load their own copy of a
 * server module, so one process holds several classes of the same name, while `perProcess` shares the objects. A symbol
 * of the global registry is the same in every copy (docs/decisions/0018).
 *
 * ```ts
 * const brand = Symbol.for("portico.Problem");
 * class Problem extends Error { readonly [brand] = true; }
 * const isProblem = (value: unknown): value is Problem => hasBrand(value, brand);
 * ```
 */
export function hasBrand(value: unknown, brand: symbol): boolean {
  return typeof value === "object" && value !== null && brand in value;
}
