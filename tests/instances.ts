/**
 * Plays several instances of the portal in one test: each has its own copy of what it loads and its own state, and all
 * of them share the store.
 */
const sharedNames = new Set(["store"]);

/** @param load requires the modules, with `jest.requireActual` */
export function anotherInstance<Loaded>(load: () => Loaded): Loaded {
  const { perProcess: shared } = jest.requireActual<typeof import("@/lib/per-process")>("@/lib/per-process");
  const own = new Map<string, unknown>();
  const perProcess = <Value>(name: string, make: () => Value): Value => {
    if (sharedNames.has(name)) return shared(name, make);
    if (!own.has(name)) own.set(name, make());
    return own.get(name) as Value;
  };
  const loaded: Loaded[] = [];
  jest.isolateModules(() => {
    jest.doMock("@/lib/per-process", () => ({ perProcess }));
    loaded.push(load());
  });
  jest.dontMock("@/lib/per-process");
  return loaded[0] as Loaded;
}
