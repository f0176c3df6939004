/**
 * State that must exist once per process. A bundler may load a server module more than once (pages, route handlers and
 * instrumentation are built apart), and a map of promises that exists twice is no single flight.
 */
const holder = globalThis as typeof globalThis & { portico?: Map<string, unknown> };

/** The value of this name, made at first use. */
export function perProcess<Value>(name: string, make: () => Value): Value {
  holder.portico ??= new Map();
  if (!holder.portico.has(name)) holder.portico.set(name, make());
  return holder.portico.get(name) as Value;
}
