/**
 * The error bodies of ThoughtSpot: the flat one of v1 and the two that v2 is known for.
 * `debug` is text; in v1 and in the nested v2 shape it is a JSON array of strings inside a string.
 */
import { randomUUID } from "node:crypto";
import type { Switches } from "./switches";

/** Codes of the OpenAPI examples. */
const codes: Record<number, number> = {
  400: 10002,
  401: 10097,
  403: 10023,
  404: 10005,
  415: 10002,
  429: 10429,
  500: 10038,
};

/** A refusal. `debug` is for logs, as at the vendor; it never holds a key or token. */
export class Refusal extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 415 | 429 | 500,
    readonly debug: string,
  ) {
    super(debug);
    this.name = "Refusal";
  }
}

const ids = () => ({ incident_id_guid: randomUUID(), trace_id_guid: randomUUID() });

/** v1: flat. */
export function v1Error(refusal: Refusal): Response {
  const body = { code: codes[refusal.status], ...ids(), debug: JSON.stringify([refusal.debug]) };
  return Response.json(body, { status: refusal.status });
}

/** v2: `error.message` with the facts, or one level deeper. */
export function v2Error(refusal: Refusal, shape: Switches["errorShape"]): Response {
  const facts = { code: codes[refusal.status], ...ids() };
  const message =
    shape === "nested"
      ? { debug: { ...facts, debug: JSON.stringify([refusal.debug]) } }
      : { ...facts, debug: refusal.debug };
  return Response.json({ error: { message } }, { status: refusal.status });
}
