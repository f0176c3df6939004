/** What a fault does to the calls that match it. */
import { z } from "zod";

export const ruleSchema = z.strictObject({
  /**
   * `POST /api/auth/login`, `/api/*` (any method) for HTTP; `ddp:login`, `ddp:*` for calls of another protocol, by its
   * name. `*` stands for any run of characters.
   */
  match: z.string().min(1),
  /** How often it strikes; without it, until cleared. */
  times: z.int().positive().optional(),
  /** Waits before answering, milliseconds. */
  delayMs: z.int().min(0).max(60_000).optional(),
  /** Answers in the service's place. */
  status: z.int().min(200).max(599).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  /** Closes the connection without an answer. */
  hangUp: z.boolean().optional(),
});

/** A fault to inject into matching calls. */
export type FaultRule = z.infer<typeof ruleSchema>;
