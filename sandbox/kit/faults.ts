/** Faults by name: what a person can break with one press, what the portal should then do, and how it is undone. */
import type { FaultRule } from "./fault-rule";

/** The kinds that every service has or says that it has not, in the order of the table. */
const faultKinds = {
  slow: { title: "Slow", note: "7 s" },
  down: { title: "Down", note: "no answer" },
  error: { title: "Server error", note: "500" },
  "session-ended": { title: "Session ended" },
  "token-refused": { title: "Token refused", note: "401" },
  cookies: { title: "Cookies blocked" },
  cors: { title: "CORS off" },
  framing: { title: "Framing refused" },
  clock: { title: "Clock skew", note: "5 min" },
  key: { title: "Key replaced" },
} as const;

export type FaultKind = keyof typeof faultKinds;

/** One fault of one service. */
export interface NamedFault {
  /** A {@link FaultKind}, or a name of the service's own. */
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  /** What the portal should do now, in sentences. */
  readonly expects: readonly string[];
  /** The code that a new frame of the portal shows; null when it goes on. */
  readonly code: string | null;
  readonly rules?: readonly FaultRule[];
  readonly switches?: Readonly<Record<string, unknown>>;
  readonly advanceMs?: number;
  /** Whatever rules and switches cannot do; the returned function undoes it. Without one it happens once. */
  readonly run?: () => (() => void) | undefined;
}

/** A named fault that is on. */
export interface ActiveFault {
  readonly id: string;
  /** When it ends by itself, milliseconds since 1970. */
  readonly until: number;
}

/** What a service says about itself and one of its accounts. */
export interface About {
  /** `MicroStrategy Library` */
  readonly product: string;
  /** What of it is emulated: `REST, embedding SDK, Web` */
  readonly emulates: string;
  /** What is alive of the account: `1 session, no token` */
  readonly alive: string;
}

/** A fault is undone by itself after this time, milliseconds. */
export const faultMs = 120_000;

/** A fault of one of the common kinds. */
export const kind = (id: FaultKind, fault: Omit<NamedFault, "id" | "title" | "note">): NamedFault => ({
  id,
  ...faultKinds[id],
  ...fault,
});

export const counted = (count: number, word: string) =>
  count === 0 ? `no ${word}` : count === 1 ? `1 ${word}` : `${count} ${word}s`;
