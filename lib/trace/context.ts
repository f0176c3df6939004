import "server-only";
/** How spans find the recording that they belong to: by OpenTelemetry's context, which follows every await. */
import { type Context, createContextKey } from "@opentelemetry/api";
import { perProcess } from "@/lib/per-process";
import type { Recording } from "./recording";

/** Our instrumentation scope. The framework has its own. */
export const scopeName = "portico";

// A key is a symbol of its module's copy, so that the copies must share one.
const key = perProcess("trace:recording-key", () => createContextKey("portico.recording"));

export const recordingOf = (context: Context): Recording | undefined => context.getValue(key) as Recording | undefined;

export const withRecording = (context: Context, recording: Recording): Context => context.setValue(key, recording);
