/**
 * The contract of the three browser drivers, and the little that they share. A driver runs one embed from its first
 * request to its end. It has two parts:
 *
 * - `state.ts`: a pure reducer. It takes what happened (a message, a timer, an answer) and returns the next state and the
 *   effects to run. It knows no DOM, so every transition can be tested with plain objects.
 * - `driver.ts`: runs the effects (SDK calls, timers, requests) and sends what they lead to back into the reducer, with
 *   small watchers that turn browser events into the reducer's events.
 */
import "client-only";
import { nameOfStep } from "./steps";

/** One embed that is running. */
export interface EmbedDriver<Order> {
  /** Starts the embed. Called once. */
  start(): void;
  /** Ends it: no report, request or timer follows. Safe to call at any moment and more than once. */
  stop(): void;
  /**
   * Shows another item in the same frame.
   *
   * @returns false when the driver cannot; the caller then stops it and starts another one
   */
  moveTo?(order: Order): boolean;
  /** Follows the portal's theme. */
  setTheme?(theme: "light" | "dark"): void;
}

/** What follows from an event: the next state, and what to do in the world. */
export interface Step<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** A pure function: equal arguments give equal steps. */
export type Reducer<State, Event, Effect> = (state: State, event: Event) => Step<State, Effect>;

/** A running reducer. */
export interface Machine<State, Event> {
  readonly state: State;
  /** Takes an event in. An event sent while effects run waits until they have been started. */
  send(event: Event): void;
  /** Takes no further event in. */
  stop(): void;
}

/**
 * Runs a reducer.
 *
 * @param perform starts one effect; what it leads to comes back through `send`
 * @param note hears the name of every event and effect (`steps.ts`): the browser's half of "How this opened"
 */
export function createMachine<State, Event, Effect>(
  initial: State,
  reduce: Reducer<State, Event, Effect>,
  perform: (effect: Effect, state: State) => void,
  note: (name: string) => void = () => {},
): Machine<State, Event> {
  let state = initial;
  let stopped = false;
  let running = false;
  const queue: Event[] = [];
  const drain = () => {
    running = true;
    try {
      for (let event = queue.shift(); event !== undefined && !stopped; event = queue.shift()) {
        note(nameOfStep(event));
        const step = reduce(state, event);
        state = step.state;
        for (const effect of step.effects) {
          if (stopped) return;
          note(nameOfStep(effect));
          perform(effect, state);
        }
      }
    } finally {
      running = false;
    }
  };
  return {
    get state() {
      return state;
    },
    send(event) {
      if (stopped) return;
      queue.push(event);
      if (!running) drain();
    },
    stop() {
      stopped = true;
      queue.length = 0;
    },
  };
}

/** Timers by name: setting one again replaces it, and all end together. */
export class Timers<Name extends string = string> {
  readonly #timers = new Map<Name, ReturnType<typeof setTimeout>>();

  /** Calls back once after `ms` milliseconds, unless the timer is cleared or set again before. */
  set(name: Name, ms: number, callback: () => void): void {
    this.clear(name);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      callback();
    }, ms);
    this.#timers.set(name, timer);
  }

  clear(name: Name): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  clearAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
