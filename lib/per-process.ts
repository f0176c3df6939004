/**
 * State that must exist once per process. Next.js loads a server module more than once (pages, route handlers and
 * instrumentation are built apart), and two maps of promises are not a single flight.
 *
 * Objects are shared this way, classes are not: compare with a brand, never with `instanceof` (lib/brand.ts).
 */
const holder = globalThis as typeof globalThis & { portico?: Map<string, unknown> };

/** The value of this name, made at first use. */
export function perProcess<Value>(name: string, make: () => Value): Value {
  holder.portico ??= new Map();
  if (!holder.portico.has(name)) holder.portico.set(name, make());
  return holder.portico.get(name) as Value;
}
