import "client-only";
/**
 * What all embeds of one Library share: the SDK keeps one login state for them, so they sign in one after the other, and a
 * login that failed blocks the Library until every embed of it is destroyed (measured).
 */

/** More containers in one page slow the browser down or crash it (SOURCES.md: properties). */
export const maxEmbeds = 4;

/** An embed, as the others know it. */
export interface Sharer {
  /** A failed login blocks the Library: destroy what is there and start again. */
  reset(): void;
}

export class SharedLibrary {
  readonly live = new Set<Sharer>();
  #queue: Promise<void> = Promise.resolve();
  #destroying: Promise<void> = Promise.resolve();

  /** Waits for its turn and keeps it until `work` settles. */
  async takeTurn(work: () => Promise<void>): Promise<void> {
    const before = this.#queue;
    const mine = before.then(() => this.#destroying).then(work);
    this.#queue = mine.catch(() => undefined);
    await mine;
  }

  /**
   * Destroys an embed once the SDK has left the call that it is in: one that is destroyed while it hears a message fails
   * with "Cannot read properties of null" (measured with the builds of June 2022 and January 2024).
   */
  destroyLater(destroy: () => void): void {
    const done = new Promise<void>((resolve) => {
      setTimeout(() => {
        try {
          destroy();
        } finally {
          resolve();
        }
      });
    });
    this.#destroying = Promise.all([this.#destroying, done]).then(() => undefined);
  }

  resetOthers(me: Sharer): void {
    for (const other of [...this.live]) if (other !== me) other.reset();
  }
}

const libraries = new Map<string, SharedLibrary>();

export function sharedLibrary(libraryUrl: string): SharedLibrary {
  const known = libraries.get(libraryUrl);
  if (known) return known;
  const made = new SharedLibrary();
  libraries.set(libraryUrl, made);
  return made;
}
