import "server-only";
/** What leaves for the operator's collector. */
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import { scopeName } from "./context";

/** An address in an attribute or a name, without its query: authorization codes and tokens may stand in it. */
const withoutQuery = (text: string) => text.replace(/[?#]\S*/g, "");

/**
 * Exports spans of the framework without the queries of their addresses and without their events, which hold messages of
 * errors. Our own spans hold neither.
 */
export function withoutQueries(exporter: SpanExporter): SpanExporter {
  const cleaned = (span: ReadableSpan): ReadableSpan => {
    if (span.instrumentationScope.name === scopeName) return span;
    const attributes = Object.fromEntries(
      Object.entries(span.attributes).map(([name, value]) => [
        name,
        typeof value === "string" ? withoutQuery(value) : value,
      ]),
    );
    const { message: _, ...status } = span.status;
    return Object.create(span, {
      name: { value: withoutQuery(span.name) },
      attributes: { value: attributes },
      events: { value: [] },
      status: { value: status },
    }) as ReadableSpan;
  };
  return {
    export: (spans, done) => exporter.export(spans.map(cleaned), done),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush ? { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() } : {}),
  };
}
