import "client-only";
/** Drives one framed Rocket.Chat client: runs the effects of `state.ts`. Knows nothing of React; `embed.tsx` gives it a window. */
import { createMachine, type EmbedDriver, Timers } from "../../driver";
import { type EmbedProblem, type EmbedReport, type GrantSource, isGrantRefused } from "../../embed-host";
import {
  type ChatEvent,
  type Command,
  type Diagnosis,
  type Grant,
  type Proof,
  parseEvent,
  type Silence,
} from "../protocol";
import { type Effect, type Event, initialState, reduce, type Wait } from "./state";

/** How the frame stands on the page: seen; unseen but with the keyboard; or out of reach altogether. */
export type Appearance = "shown" | "veiled" | "covered";

export interface ChatFrameOptions {
  readonly userId: string;
  /** The room to be shown first. */
  readonly path: string;
  readonly grant: GrantSource<Grant>;
  /** Asks for the session's token without a say in what is on the screen: a look that fails may pass. */
  readonly current: () => Promise<Grant>;
  /** Asks the portal's server which of these subscriptions are the user's. */
  readonly prove: (subscriptions: readonly string[]) => Promise<Proof>;
  /** Asks the portal's server why the client is silent. */
  readonly diagnose: (about: Silence, path: string) => Promise<Diagnosis>;
  /** Whether Rocket.Chat answers this browser at all; asked only when its client stays silent. */
  readonly reachable: () => Promise<boolean>;
  readonly report: (report: EmbedReport) => void;
  /** Hears what the state machine does (lib/vendors/steps.ts). */
  readonly note?: ((name: string) => void) | undefined;
  /** Puts a new document into the frame: a path of Rocket.Chat. */
  readonly load: (path: string) => void;
  readonly appear: (as: Appearance) => void;
  /** Posts to the framed window, to Rocket.Chat's origin and no other. */
  readonly post: (message: Command) => void;
  /** Told of every event of a client that is proved to be the user's. */
  readonly onEvent: (event: ChatEvent) => void;
  readonly onConnected: () => void;
  readonly onGone: () => void;
  /** Whose login was proved last in this browser; storage that another user of the browser shares. */
  readonly lastUser: { get(): string | null; set(userId: string): void };
}

const problemOf = (error: unknown): EmbedProblem => (isGrantRefused(error) ? error.problem : { code: "portal_failed" });

const appearances = { show: "shown", veil: "veiled", cover: "covered" } as const;

export class ChatFrame implements EmbedDriver<string> {
  readonly #options: ChatFrameOptions;
  readonly #timers = new Timers<Wait>();
  readonly #machine;

  constructor(options: ChatFrameOptions) {
    this.#options = options;
    const first = initialState(options.userId, options.path, options.lastUser.get());
    this.#machine = createMachine(first, reduce, (effect: Effect) => this.#perform(effect), options.note);
  }

  /** Begins. The grant is fetched while the client loads. */
  start(): void {
    this.#machine.send({ type: "start" });
  }

  /** The frame is about to go. */
  stop(): void {
    this.#timers.clearAll();
    this.#machine.stop();
    this.#options.onGone();
  }

  /** Shows another room in the same frame. */
  moveTo(path: string): boolean {
    this.#machine.send({ type: "open", path });
    return true;
  }

  /** Lies beside another product from now on, or fills the page again. */
  dock(docked: boolean): void {
    this.#machine.send({ type: "dock", docked });
  }

  /** The frame's `load` event: something has arrived, which may be the browser's own error page. */
  loaded(): void {
    this.#machine.send({ type: "frame-loaded" });
  }

  /** Takes a message that came from the framed window and from Rocket.Chat's origin. */
  receive(data: unknown, now = Date.now()): void {
    const event = parseEvent(data);
    if (event) this.#machine.send({ type: "told", event, now });
  }

  /** The portal's own page shows inside the client, in place of its login form. */
  loginPageShown(now = Date.now()): void {
    this.#machine.send({ type: "login-page", now });
  }

  /** The person is back at the window: does the token still hold? */
  look(now = Date.now()): void {
    this.#machine.send({ type: "look", now });
  }

  /** The person signs out of the portal: the client forgets them too, and is not logged in again. */
  leave(): void {
    this.#machine.send({ type: "leave" });
  }

  #perform(effect: Effect): void {
    const { appear, load, lastUser, onConnected, onEvent, onGone, post, report, userId } = this.#options;
    switch (effect.do) {
      case "load":
        load(effect.path);
        break;
      case "post":
        post(effect.message);
        break;
      case "set-timer":
        this.#timers.set(effect.name, effect.ms, () => this.#machine.send({ type: "timer", name: effect.name }));
        break;
      case "clear-timer":
        this.#timers.clear(effect.name);
        break;
      case "show":
      case "veil":
      case "cover":
        appear(appearances[effect.do]);
        break;
      case "report":
        report(effect.report);
        break;
      case "tell":
        onEvent(effect.event);
        break;
      case "connected":
        onConnected();
        break;
      case "gone":
        onGone();
        break;
      case "remember":
        lastUser.set(userId);
        break;
      default:
        void this.#ask(effect);
    }
  }

  /** The effects that the portal's server answers. */
  async #ask(effect: Effect & { do: "grant" | "prove" | "diagnose" | "look" }): Promise<void> {
    this.#machine.send(await this.#answerTo(effect));
  }

  async #answerTo(effect: Effect & { do: "grant" | "prove" | "diagnose" | "look" }): Promise<Event> {
    const { current, diagnose, grant, prove, reachable } = this.#options;
    switch (effect.do) {
      case "grant":
        try {
          const { token, userId: account } = await (effect.renew ? grant.renew() : grant.take());
          return { type: "granted", token, account };
        } catch (error) {
          return { type: "refused", problem: problemOf(error) };
        }
      case "prove":
        try {
          const proof = await prove(effect.subscriptions);
          return { type: "proof", asked: effect.subscriptions, change: effect.change, proof };
        } catch (error) {
          return { type: "proof-failed", problem: problemOf(error) };
        }
      case "diagnose": {
        const { about, change, path } = effect;
        if (about === "startup" && !(await reachable()))
          return { type: "diagnosis-failed", about, problem: { code: "vendor_unreachable" } };
        try {
          return { type: "diagnosed", about, change, diagnosis: await diagnose(about, path) };
        } catch (error) {
          return { type: "diagnosis-failed", about, problem: problemOf(error) };
        }
      }
      case "look":
        try {
          const { token, userId: account } = await current();
          return { type: "looked", token, account };
        } catch (error) {
          return { type: "look-failed", problem: problemOf(error) };
        }
    }
  }
}
