import "server-only";
/**
 * The last openings of each portal session, in memory: what the drawer shows. It is filled by a span processor, so that it
 * holds the very spans that operators get, and it is bounded in sessions, in openings per session and in spans.
 */
import type { Context } from "@opentelemetry/api";
import type { ReadableSpan, Span, SpanProcessor } from "@opentelemetry/sdk-trace";
import { LRUCache } from "lru-cache";
import { perProcess } from "@/lib/per-process";
import { recordingOf, scopeName } from "./context";
import type { Recording } from "./recording";

const maxSessions = 500;
const maxPerSession = 30;
export const maxSpansPerRecording = 80;
/** Of all sessions together: about 20 MB. */
const maxSpans = 40_000;
/** A sign-in that somebody began, until the browser is back. */
const maxPending = 200;
const pendingMs = 10 * 60_000;

interface Kept {
  readonly recordings: Recording[];
}

const rings = perProcess(
  "trace:recordings",
  () =>
    new LRUCache<string, Kept>({
      max: maxSessions,
      maxSize: maxSpans,
      sizeCalculation: ({ recordings }) => 1 + recordings.reduce((sum, { spans }) => sum + spans.length, 0),
    }),
);

const pending = perProcess("trace:pending", () => new LRUCache<string, Recording>({ max: maxPending, ttl: pendingMs }));

/** Keeps a recording with its session; one that belongs to no session is dropped. */
export function keep(recording: Recording): void {
  if (recording.kind === "request") return;
  const { sessionId } = recording;
  if (!sessionId) {
    if (recording.pairing) pending.set(recording.pairing, recording);
    return;
  }
  if (recording.pairing) adopt(recording, recording.pairing);
  const ring = rings.get(sessionId) ?? { recordings: [] };
  if (!ring.recordings.includes(recording)) ring.recordings.push(recording);
  // The sign-in is what an opening is explained with: the oldest of the others goes first.
  while (ring.recordings.length > maxPerSession) {
    const oldest = ring.recordings.findIndex(({ kind }) => kind !== "sign-in");
    ring.recordings.splice(Math.max(oldest, 0), 1);
  }
  // Set again, because its size has changed.
  rings.set(sessionId, ring);
}

/** The first half of a sign-in, from before there was a session, joins the second. */
function adopt(recording: Recording, pairing: string): void {
  const first = pending.get(pairing);
  if (!first || first === recording) return;
  pending.delete(pairing);
  recording.spans.unshift(...first.spans);
}

/** The recordings of a session, oldest first. */
export const recordingsOf = (sessionId: string): readonly Recording[] => rings.get(sessionId)?.recordings ?? [];

/** The recordings of all sessions of a user, oldest first. */
export function recordingsOfUser(userId: string): readonly Recording[] {
  const found: Recording[] = [];
  for (const { recordings } of rings.values()) found.push(...recordings.filter((one) => one.userId === userId));
  return found.sort((one, other) => one.at - other.at);
}

/** The recording of a request, whoever's it is. */
export function recordingById(id: string): Recording | undefined {
  for (const { recordings } of rings.values()) {
    const found = recordings.find((recording) => recording.id === id);
    if (found) return found;
  }
  return undefined;
}

const milliseconds = ([seconds, nanoseconds]: readonly [number, number]) => seconds * 1000 + nanoseconds / 1e6;

/** Puts each ended span of ours into the recording that it began in. */
export class RecordingProcessor implements SpanProcessor {
  readonly #owners = new WeakMap<object, Recording>();

  onStart(span: Span, context: Context): void {
    const recording = recordingOf(context);
    if (recording) this.#owners.set(span, recording);
  }

  onEnd(span: ReadableSpan): void {
    const recording = this.#owners.get(span);
    if (!recording || span.instrumentationScope.name !== scopeName) return;
    if (recording.spans.length >= maxSpansPerRecording) return;
    recording.spans.push({
      name: span.name,
      start: milliseconds(span.startTime),
      end: milliseconds(span.endTime),
      attributes: span.attributes,
    });
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}
