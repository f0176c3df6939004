/**
 * The scripted colleague: sees what users write, types for a moment and answers with a mention.
 */
import type { Accounts } from "./accounts";
import { answerTo } from "./conversation";
import type { Message, Room, Rooms } from "./rooms";

const thinkingMs = 700;
const typingMs = 1_500;

/** Accounts whose words are scripted or who are no persons: no one answers them. */
const quiet = new Set(["regional.lead", "data.engineer", "store.planner", "portal.broker"]);

export class Colleague {
  readonly #accounts: Accounts;
  readonly #rooms: Rooms;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Told that someone started or stopped typing. */
  onTyping: (room: Room, name: string, typing: boolean) => void = () => {};

  constructor(accounts: Accounts, rooms: Rooms) {
    this.#accounts = accounts;
    this.#rooms = rooms;
  }

  /** Drops the answers under way. */
  reset(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Answers a message of a person, a little later. */
  hear(room: Room, message: Message): void {
    if (quiet.has(message.u.username)) return;
    const colleague = this.#accounts.byUsername("data.engineer");
    if (!colleague) return;
    this.#later(thinkingMs, () => this.onTyping(room, colleague.name, true));
    this.#later(thinkingMs + typingMs, () => {
      this.onTyping(room, colleague.name, false);
      this.#rooms.say(room, colleague, answerTo(message.msg, message.u.username, message.ts));
    });
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    timer.unref();
    this.#timers.add(timer);
  }
}
