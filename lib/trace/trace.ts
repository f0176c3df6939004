import "server-only";
/**
 * Tracing: OpenTelemetry spans around every step of an opening. With `OTEL_EXPORTER_OTLP_ENDPOINT` they are exported; the
 * drawer "How this opened" reads the same spans from memory (buffer.ts). With neither, no span is made
 * (docs/decisions/0030).
 *
 * A span holds names, decisions and what mask.ts makes of values. It never holds a message of an error: vendors and
 * libraries write tokens into theirs.
 */
import {
  type Attributes,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVICE_NAME,
  ATTR_URL_PATH,
} from "@opentelemetry/semantic-conventions";
import { getConfig } from "@/lib/config/config";
import { perProcess } from "@/lib/per-process";
import { isProblem } from "@/lib/problem/problem";
import { keep, maxSpansPerRecording, RecordingProcessor } from "./buffer";
import { recordingOf, scopeName, withRecording } from "./context";
import { withoutQueries } from "./export";
import { type PortalHop, portalTerms } from "./portal-terms";
import type { Recording, RecordingKind } from "./recording";
import type { Lane } from "./terms";

/** The attributes of our own, beside those of the semantic conventions. */
export const attribute = {
  /** The id of a term: `policy`, or a vendor's `identity-token`. */
  hop: "portico.hop",
  /** Whose term it is. */
  vendor: "portico.vendor",
  item: "portico.item",
  account: "portico.account",
  requestId: "portico.request_id",
  /** What was decided, in a word: `passed`, `everyone`, `new`. */
  decision: "portico.decision",
  /** By which rule, in a sentence. */
  rule: "portico.rule",
  sent: "portico.sent",
  received: "portico.received",
  /** How the body was written: `json` or `form`. */
  sentAs: "portico.sent_as",
  /** `connection`: the portal's own record. `session`: the vendor's. */
  reused: "portico.reused",
} as const;

/** What a hop tells of itself. */
export interface Facts {
  readonly decision?: string | undefined;
  readonly rule?: string | undefined;
  readonly reused?: "connection" | "session" | undefined;
  /** An outcome that is no exception, e.g. the code of a refusal that is a value. */
  readonly failed?: string | undefined;
  readonly attributes?: Attributes | undefined;
}

/** A running hop. */
export interface Hop {
  /** False when nothing will be seen of it: then there is no need to find out what it was. */
  readonly recording: boolean;
  set(facts: Facts): void;
}

const noHop: Hop = { recording: false, set: () => {} };

interface Tracing {
  readonly tracer: Tracer;
  readonly provider: TracerProvider;
  readonly exports: boolean;
}

const holder = perProcess("trace:tracing", () => ({ tracing: undefined as Tracing | null | undefined }));

/**
 * @param exporter where spans go, beside the drawer's memory
 */
function makeTracing(exporter?: SpanExporter): Tracing {
  const { inspector } = getConfig();
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: process.env.OTEL_SERVICE_NAME || scopeName }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [
      ...(inspector ? [new RecordingProcessor()] : []),
      ...(exporter ? [new BatchSpanProcessor({ exporter })] : []),
    ],
  });
  // Only the context: a global provider would make the framework trace every request, which is for operators.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  if (exporter) trace.setGlobalTracerProvider(provider);
  return { tracer: provider.getTracer(scopeName), provider, exports: exporter !== undefined };
}

/** Loads the exporter where one is configured. The server calls it at its start, before its first request. */
export async function startTracing(): Promise<void> {
  if (!getConfig().exportsTraces || holder.tracing) return;
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
  // Endpoint, headers and time-out are read from OTEL_EXPORTER_OTLP_* by the exporter itself.
  holder.tracing = makeTracing(withoutQueries(new OTLPTraceExporter()));
}

function tracing(): Tracing | null {
  if (holder.tracing === undefined) holder.tracing = getConfig().inspector ? makeTracing() : null;
  return holder.tracing;
}

/**
 * For tests: from now on spans go to this exporter too; null switches tracing off.
 *
 * @returns waits until the exporter has all that ended
 */
export function replaceTracing(exporter: SpanExporter | null): () => Promise<void> {
  const next = exporter && makeTracing(exporter);
  holder.tracing = next;
  return async () => next?.provider.forceFlush();
}

function errorType(error: unknown): string {
  if (isProblem(error)) return error.code;
  return error instanceof Error && /^\w+$/.test(error.name) ? error.name : "Error";
}

/** The framework redirects and answers 404 by throwing: that is no failure. */
const isSignal = (error: unknown) =>
  error instanceof Error && "digest" in error && String(error.digest).startsWith("NEXT_");

function attributesOf({ decision, rule, reused, failed, attributes }: Facts): Attributes {
  return {
    ...(decision === undefined ? {} : { [attribute.decision]: decision }),
    ...(rule === undefined ? {} : { [attribute.rule]: rule }),
    ...(reused === undefined ? {} : { [attribute.reused]: reused }),
    ...(failed === undefined ? {} : { [ATTR_ERROR_TYPE]: failed }),
    ...attributes,
  };
}

function setFacts(span: Span, facts: Facts): void {
  span.setAttributes(attributesOf(facts));
  if (facts.failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
}

const kindOf = (from: Lane, to: Lane) =>
  from === "browser" || from === "frame"
    ? SpanKind.SERVER
    : to === "vendor" || to === "idp"
      ? SpanKind.CLIENT
      : SpanKind.INTERNAL;

/** What runs in a span: a term of the portal's, or a named call of a vendor's. */
export interface HopOptions extends Facts {
  /** The span's name; the term's id when absent. */
  readonly spanName?: string;
  /** The id of a vendor's own term. */
  readonly term?: string;
}

/**
 * Runs a step as a hop of the present recording. Its end, and its failure, are those of the step.
 *
 * @param id the portal's term for it
 */
export function hop<Result>(id: PortalHop, run: (hop: Hop) => Result, options: HopOptions = {}): Result {
  const active = tracing();
  if (!active) return run(noHop);
  const parent = context.active();
  if (!active.exports && !recordingOf(parent)) return run(noHop);
  const { from, to } = portalTerms[id];
  const span = active.tracer.startSpan(
    options.spanName ?? id,
    { kind: kindOf(from, to), attributes: { [attribute.hop]: options.term ?? id, ...attributesOf(options) } },
    parent,
  );
  const self: Hop = { recording: span.isRecording(), set: (facts) => setFacts(span, facts) };
  return untilEnd(span, () => context.with(trace.setSpan(parent, span), () => run(self)));
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";

function untilEnd<Result>(span: Span, run: () => Result): Result {
  const failed = (error: unknown): never => {
    if (!isSignal(error)) setFacts(span, { failed: errorType(error) });
    span.end();
    throw error;
  };
  let result: Result;
  try {
    result = run();
  } catch (error) {
    return failed(error);
  }
  if (!isPromise(result)) {
    span.end();
    return result;
  }
  return result.then((value) => {
    span.end();
    return value;
  }, failed) as Result;
}

/** What is known of a recording. Later facts fill what earlier ones left open. */
export interface About {
  readonly kind?: RecordingKind;
  readonly session?: { readonly id: string; readonly user: { readonly id: string; readonly name: string } } | undefined;
  readonly vendor?: string | undefined;
  readonly item?: string | undefined;
  readonly account?: string | undefined;
  readonly code?: string | undefined;
  readonly reference?: string | undefined;
  readonly pairing?: string | undefined;
  /** What the request turned out to be. */
  readonly root?: PortalHop | undefined;
  readonly rootFacts?: Attributes | undefined;
}

function fill(recording: Recording, { kind, session, ...about }: About): void {
  if (kind && recording.kind === "request") recording.kind = kind;
  recording.sessionId ??= session?.id;
  recording.userId ??= session?.user.id;
  recording.userName ??= session?.user.name;
  recording.vendor ??= about.vendor;
  recording.item ??= about.item;
  recording.account ??= about.account;
  recording.pairing ??= about.pairing;
  recording.root = about.root ?? recording.root;
  recording.rootFacts = about.rootFacts ?? recording.rootFacts;
  recording.code = about.code ?? recording.code;
  recording.reference = about.reference ?? recording.reference;
}

/** Tells something of the present recording. */
export function note(about: About): void {
  if (!holder.tracing) return;
  const recording = recordingOf(context.active());
  if (recording) fill(recording, about);
}

/** A recording that is not one function call: a page, whose grant outlives its rendering. */
export interface OpenRecording {
  run<Result>(step: () => Result): Result;
  /** @param status of the HTTP answer */
  end(status?: number): void;
}

export const noRecording: OpenRecording = { run: (step) => step(), end: () => {} };

interface RecordingStart extends About {
  readonly requestId: string;
  readonly root: PortalHop;
  /** `GET /dashboards/sales-performance`, without a query. */
  readonly method: string;
  readonly path: string;
  /** It belongs to another session than what runs now, e.g. in the sweep: nothing of the one may reach the other. */
  readonly detached?: boolean;
}

/** Begins the recording of one request. */
export function startRecording({ requestId, root, method, path, detached, ...about }: RecordingStart): OpenRecording {
  const active = tracing();
  if (!active) return noRecording;
  const recording: Recording = { id: requestId, at: Date.now(), kind: "request", spans: [] };
  fill(recording, about);
  const outer = withRecording(detached ? ROOT_CONTEXT : context.active(), recording);
  const { from, to } = portalTerms[root];
  const span = active.tracer.startSpan(
    `${method} ${root}`,
    {
      kind: kindOf(from, to),
      attributes: {
        [attribute.hop]: root,
        [attribute.requestId]: requestId,
        [ATTR_HTTP_REQUEST_METHOD]: method,
        [ATTR_URL_PATH]: path,
      },
    },
    outer,
  );
  const inner = trace.setSpan(outer, span);
  return {
    run: (step) => context.with(inner, step),
    end(status?: number) {
      const { userId, vendor, item, account, code } = recording;
      const known = {
        "user.id": userId,
        [attribute.vendor]: vendor,
        [attribute.item]: item,
        [attribute.account]: account,
        [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
        [attribute.hop]: recording.root,
        ...recording.rootFacts,
      };
      span.setAttributes(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)));
      if (code) setFacts(span, { failed: code });
      span.end();
      contexts.set(recording, inner);
      keep(recording);
    },
  };
}

/** Where the browser's steps of a recording go on. */
const contexts = perProcess("trace:contexts", () => new WeakMap<Recording, ReturnType<typeof context.active>>());

/** Runs something as a recording of its own, or as a part of the present one. */
export async function record<Result>(start: RecordingStart, run: () => Promise<Result>): Promise<Result> {
  const active = tracing();
  if (!active) return run();
  const present = start.detached ? undefined : recordingOf(context.active());
  if (present) {
    fill(present, start);
    return run();
  }
  const recording = startRecording(start);
  try {
    return await recording.run(run);
  } finally {
    recording.end();
  }
}

/** A step that something else measured, e.g. the browser. */
export interface MeasuredStep {
  readonly term: string;
  readonly vendor: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly code?: string | undefined;
}

/** Adds steps of the browser to the trace of their recording. */
export function addSteps(recording: Recording, steps: readonly MeasuredStep[]): void {
  const active = tracing();
  const parent = contexts.get(recording);
  if (!active || !parent) return;
  // What the buffer would not keep is not exported either, so that a page cannot fill the collector.
  for (const { term, vendor, start, end, code } of steps.slice(
    0,
    Math.max(0, maxSpansPerRecording - recording.spans.length),
  )) {
    const span = active.tracer.startSpan(
      term,
      { startTime: start, attributes: { [attribute.hop]: term, [attribute.vendor]: vendor } },
      parent,
    );
    if (code) setFacts(span, { failed: code });
    span.end(end);
  }
  keep(recording);
}
