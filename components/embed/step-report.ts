"use client";
/** Sends the steps of an embed to the portal, which adds them to the trace of their opening. */
import { askPortal } from "@/lib/grants/ask-portal";
import { type SeenStep, type StepPattern, StepWatch } from "@/lib/vendors/steps";

/** Steps of the same moment go together. */
const gatherMs = 250;
const maxSteps = 20;

/** After these the portal has nothing to add steps to, or does not answer: a refusal would be one more audit event. */
const unreachable: readonly string[] = ["unauthenticated", "offline"];

/** Said in the window when steps have arrived at the portal: the drawer looks again. */
export const stepsArrived = "portal-steps-arrived";

/** One opening: knows under which request it is kept once its grant is there. */
export class StepReport {
  readonly #item: string;
  readonly #watch: StepWatch;
  #seen: SeenStep[] = [];
  #opening: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(patterns: readonly StepPattern[], item: string) {
    this.#item = item;
    this.#watch = new StepWatch(patterns, (step) => {
      this.#seen.push(step);
      this.#sendSoon();
    });
  }

  note(name: string): void {
    this.#watch.note(name);
  }

  fail(code: string): void {
    if (unreachable.includes(code)) this.#isOver = true;
    else this.#watch.fail(code);
  }

  /** The grant came with this request. */
  granted(requestId: string | undefined): void {
    if (!requestId) return;
    this.#opening = requestId;
    this.#sendSoon();
  }

  #sendSoon(): void {
    if (!this.#opening || this.#seen.length === 0 || this.#timer || this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isOver) void this.#send();
    }, gatherMs);
  }

  async #send(): Promise<void> {
    const now = performance.now();
    const steps = this.#seen.splice(0, maxSteps).map(({ id, start, end, code }) => {
      const [ago, took] = [now - start, end - start].map((ms) => Math.min(999_999, Math.max(0, Math.round(ms))));
      return `${id} ${ago} ${took}${code ? ` ${code}` : ""}`;
    });
    // What does not arrive is missing in the drawer, and nowhere else.
    const answer = await askPortal("/api/inspector/steps", { opening: this.#opening, item: this.#item, steps });
    if (answer.ok) window.dispatchEvent(new Event(stepsArrived));
    else this.#isOver = true;
  }
}
