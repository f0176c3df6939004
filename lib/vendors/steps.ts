import "client-only";
/**
 * The browser's half of "How this opened": finds the vendor's steps in what the embed's state machine takes in and does,
 * once for all vendors. Each vendor lists its steps in `hops.ts`.
 */

/** A step by the names of the events and effects between which it runs; a part of lib/trace/terms.ts's `StepTerm`. */
export interface StepPattern {
  readonly id: string;
  /** Without one the step begins where the one before ended. */
  readonly begins?: readonly string[] | undefined;
  readonly ends: readonly string[];
  readonly optional?: boolean | undefined;
}

/** Times by `performance.now()`. */
export interface SeenStep {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  /** Why it failed. */
  readonly code?: string;
}

/** Watches one opening. */
export class StepWatch {
  readonly #patterns: readonly StepPattern[];
  readonly #tell: (step: SeenStep) => void;
  readonly #begun = new Map<string, number>();
  readonly #done = new Set<string>();
  #last: number;

  constructor(patterns: readonly StepPattern[], tell: (step: SeenStep) => void) {
    this.#patterns = patterns;
    this.#tell = tell;
    this.#last = performance.now();
  }

  /** Something happened: an event of the state machine, or an effect that it runs. */
  note(name: string): void {
    const now = performance.now();
    for (const { id, begins, ends } of this.#patterns) {
      if (this.#done.has(id)) continue;
      if (begins?.includes(name) && !this.#begun.has(id)) this.#begun.set(id, now);
      if (ends.includes(name)) this.#end(id, now);
    }
  }

  /** The embed gave up: the step that was under way failed, or the next one. */
  fail(code: string): void {
    const open = this.#patterns.filter(({ id }) => !this.#done.has(id));
    const failed = open.find(({ id }) => this.#begun.has(id)) ?? open.find(({ optional }) => !optional);
    if (failed) this.#end(failed.id, performance.now(), code);
    for (const { id } of open) this.#done.add(id);
  }

  #end(id: string, now: number, code?: string): void {
    this.#done.add(id);
    this.#tell({ id, start: this.#begun.get(id) ?? this.#last, end: now, ...(code ? { code } : {}) });
    this.#last = now;
  }
}

/** The name under which an event or effect is known: its type, and what it is about where that tells two apart. */
export function nameOfStep(happened: unknown): string {
  if (typeof happened !== "object" || happened === null) return String(happened);
  const {
    type,
    do: effect,
    event,
    message,
  } = happened as {
    type?: string;
    do?: string;
    event?: { name?: string };
    message?: { externalCommand?: string };
  };
  return [type ?? effect, event?.name ?? message?.externalCommand].filter(Boolean).join(" ");
}
