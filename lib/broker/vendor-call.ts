import "server-only";
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
} from "@opentelemetry/semantic-conventions";
/**
 * The one way out to a vendor: bounded in time and size, never following redirects, with a circuit breaker and a
 * bulkhead per vendor, so one vendor's outage does not affect the others.
 */
import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IPolicy,
  isBrokenCircuitError,
  isBulkheadRejectedError,
  wrap,
} from "cockatiel";
import { Agent, request as call, type Dispatcher } from "undici";
import { variableWithOrigin } from "@/lib/config/environment";
import { causeCode } from "@/lib/error-cause";
import { log } from "@/lib/log";
import { perProcess } from "@/lib/per-process";
import { isOutage } from "@/lib/problem/codes";
import { isProblem, Problem } from "@/lib/problem/problem";
import { describeReceived, describeSent } from "@/lib/trace/mask";
import type { CallTerm } from "@/lib/trace/terms";
import { attribute, type Hop, hop } from "@/lib/trace/trace";
import { requirePrintable } from "./printable";
import { isOwnAnswer, resolveSelfCall, type SelfCall } from "./self-call";

export interface VendorRequest {
  readonly vendor: string;
  /** The product's name for the sentences, e.g. `Rocket.Chat`. */
  readonly vendorName: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Absolute address; its base comes from configuration only. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, URLSearchParams as a form, a string as it is. */
  readonly body?: object | URLSearchParams | string;
  readonly signal?: AbortSignal;
  /** Milliseconds; five seconds unless told. */
  readonly timeoutMs?: number;
  /** What the vendor calls it, and what may be told of its values; without a term only names are told. */
  readonly term?: CallTerm | undefined;
}

export interface VendorAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Each Set-Cookie header, unparsed. */
  readonly cookies: readonly string[];
  readonly text: string;
  /** The body as JSON. Throws the Problem `vendor_bad_answer` when it is none. */
  json(): unknown;
}

const defaultTimeoutMs = 5_000;
const maxAnswerBytes = 1024 * 1024;

const isTransport = (error: unknown): error is Problem => isProblem(error) && isOutage(error.code);

const down = perProcess("vendor-call:down", () => new Map<string, Date>());

/** Since when a vendor has not answered; undefined while it does, or before the first call. */
export function downSince(vendor: string): Date | undefined {
  return down.get(vendor);
}

/** The last failure of each vendor: while its circuit is open, it still tells why. */
const lastFailure = perProcess("vendor-call:last-failure", () => new Map<string, Problem>());

/** The same failure of the same host is logged once in this time, however many calls meet it. */
const logEveryMs = 60_000;

const logged = perProcess("vendor-call:logged", () => new Map<string, number>());

/** Remembers since when a vendor is down, and logs where the portal looked for it and why nothing came. */
function noteFailure({ vendor, url }: VendorRequest, error: Problem): void {
  if (!down.has(vendor)) down.set(vendor, new Date());
  lastFailure.set(vendor, error);
  const { host, origin } = new URL(url);
  const cause = error.code === "vendor_timeout" ? "TIMEOUT" : causeCode(error);
  const now = Date.now();
  for (const [failure, at] of logged) if (now - at >= logEveryMs) logged.delete(failure);
  const failure = `${vendor} ${host} ${cause}`;
  if (logged.has(failure)) return;
  logged.set(failure, now);
  const variable = variableWithOrigin(process.env, origin, `${vendor.toUpperCase()}_`);
  log.warn({ vendor, host, cause, variable }, "A vendor did not answer");
}

const policies = perProcess("vendor-call:policies", () => new Map<string, IPolicy>());

/** 32 calls at once and 64 waiting; ten transport failures in a row open the circuit for two seconds. */
function policyOf(vendor: string): IPolicy {
  let policy = policies.get(vendor);
  if (!policy) {
    policy = wrap(
      bulkhead(32, 64),
      circuitBreaker(handleWhen(isTransport), { halfOpenAfter: 2_000, breaker: new ConsecutiveBreaker(10) }),
    );
    policies.set(vendor, policy);
  }
  return policy;
}

/**
 * Calls a vendor. Any HTTP status is an answer; only transport failures throw.
 *
 * @throws Problem `vendor_unreachable`, `vendor_timeout`, `vendor_bad_answer` (over 1 MiB), `vendor_busy` (circuit open,
 *   too many calls waiting, or whoever asked has left) or `vendor_failed` (a token of the vendor's that no header can hold)
 */
export function callVendor(request: VendorRequest): Promise<VendorAnswer> {
  const { method, term, vendor } = request;
  const options = { spanName: `${method} ${term?.id ?? vendor}`, term: term?.id };
  return hop("vendor-call", (step) => callTraced(request, step), options);
}

/** Names and what mask.ts makes of values: no value as it is, unless the vendor's own term says that it may be shown. */
async function callTraced(request: VendorRequest, step: Hop): Promise<VendorAnswer> {
  if (!step.recording) return callBounded(request);
  const { method, url, vendor, term, body } = request;
  const { host, origin, pathname, port } = new URL(url);
  step.set({
    attributes: {
      [attribute.vendor]: vendor,
      [attribute.sent]: describeSent(request, term?.sent),
      ...(body === undefined ? {} : { [attribute.sentAs]: body instanceof URLSearchParams ? "form" : "json" }),
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_URL_FULL]: origin + pathname,
      [ATTR_URL_PATH]: pathname,
      [ATTR_SERVER_ADDRESS]: host.replace(/:\d+$/, ""),
      ...(port ? { [ATTR_SERVER_PORT]: Number(port) } : {}),
    },
  });
  const answer = await callBounded(request);
  step.set({
    attributes: {
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: answer.status,
      [attribute.received]: describeReceived(answer, term?.received),
      // An error for a client's span (semantic conventions for HTTP).
      ...(answer.status >= 400 ? { [ATTR_ERROR_TYPE]: String(answer.status) } : {}),
    },
  });
  return answer;
}

async function callBounded(request: VendorRequest): Promise<VendorAnswer> {
  const { vendorName } = request;
  requirePrintable(request.headers ?? {});
  try {
    const answer = await policyOf(request.vendor).execute(() => send(request));
    down.delete(request.vendor);
    return answer;
  } catch (error) {
    if (isTransport(error)) noteFailure(request, error);
    if (isBrokenCircuitError(error)) throw whileOpen(request);
    if (isBulkheadRejectedError(error)) throw new Problem("vendor_busy", { vendorName, retryAfter: 1 });
    throw error;
  }
}

/** What a call gets while the circuit is open: no answer, with the cause of the failure that opened it. */
function whileOpen({ vendor, vendorName, url }: VendorRequest): Problem {
  const { options } = lastFailure.get(vendor) ?? {};
  const address = options?.address ?? new URL(url).origin;
  return new Problem("vendor_unreachable", { vendorName, retryAfter: 2, cause: options?.cause, address });
}

// Not fetch: that is the framework's here, with caching and tracing around it, and costs three times as much.
const agent = () => perProcess<Dispatcher>("vendor-call:agent", () => new Agent({ maxResponseSize: maxAnswerBytes }));

/** By its code: the agent may come from another copy of undici than the one this module loaded. */
const isTooLarge = (error: unknown) =>
  error instanceof Error && "code" in error && error.code === "UND_ERR_RES_EXCEEDED_MAX_SIZE";

async function send(request: VendorRequest): Promise<VendorAnswer> {
  const { vendorName } = request;
  const limit = new Limit(request.timeoutMs ?? defaultTimeoutMs, request.signal);
  try {
    const own = await resolveSelfCall(request.url);
    const response = await call(own?.url ?? request.url, {
      method: request.method,
      headers: {
        accept: "application/json",
        // Without this a gateway may compress, and nothing here would undo it.
        "accept-encoding": "identity",
        "user-agent": "Portico",
        ...contentType(request.body),
        ...withPass(request.headers, own),
      },
      body: encode(request.body),
      dispatcher: agent(),
      signal: limit.signal,
    });
    const text = await response.body.text();
    const headers = headersOf(response.headers);
    if (own && !isOwnAnswer(headers)) throw new Problem("vendor_misconfigured", { vendorName, detail: locked });
    return {
      status: response.statusCode,
      headers,
      cookies: headers.getSetCookie(),
      text,
      json() {
        try {
          return JSON.parse(text) as unknown;
        } catch {
          throw new Problem("vendor_bad_answer", { vendorName });
        }
      },
    };
  } catch (error) {
    if (isProblem(error)) throw error;
    if (isTooLarge(error)) throw new Problem("vendor_bad_answer", { vendorName });
    const address = new URL(request.url).origin;
    // Whoever asked has left: that says nothing about the vendor, and must not open its circuit for others.
    if (leftBy(request.signal)) throw new Problem("vendor_busy", { vendorName });
    if (limit.signal.aborted) throw new Problem("vendor_timeout", { vendorName, address });
    throw new Problem("vendor_unreachable", { vendorName, cause: error, address });
  } finally {
    limit.lift();
  }
}

/** Whether a signal was aborted by anything but a time limit, e.g. by a browser that closed the connection. */
const leftBy = (signal: AbortSignal | undefined) =>
  signal?.aborted === true && (signal.reason as { name?: string } | undefined)?.name !== "TimeoutError";

/** Aborts after a time, or with another signal. One controller for both: signals that are joined cost more than the call. */
class Limit {
  readonly #controller = new AbortController();
  readonly #abort = () => this.#controller.abort();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;

  constructor(ms: number, outer?: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(this.#abort, ms);
    if (outer?.aborted) this.#abort();
    outer?.addEventListener("abort", this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  lift(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#abort);
  }
}

function headersOf(raw: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw)) for (const one of [value ?? []].flat()) headers.append(name, one);
  return headers;
}

const locked =
  "Something before this preview answered in its place, most likely Vercel's deployment protection. Switch on Protection Bypass for Automation in the project's settings, then deploy again.";

/** A vendor's cookies, if it has any, stay beside the pass. */
function withPass(given: VendorRequest["headers"], own: SelfCall | null): Readonly<Record<string, string>> {
  const cookies = [given?.cookie, own?.headers.cookie].filter(Boolean).join("; ");
  return { ...given, ...own?.headers, ...(cookies ? { cookie: cookies } : {}) };
}

const encode = (body: VendorRequest["body"]) =>
  body === undefined || typeof body === "string"
    ? body
    : body instanceof URLSearchParams
      ? body.toString()
      : JSON.stringify(body);

function contentType(body: VendorRequest["body"]): Record<string, string> {
  if (body === undefined || typeof body === "string") return {};
  const type = body instanceof URLSearchParams ? "application/x-www-form-urlencoded;charset=UTF-8" : "application/json";
  return { "content-type": type };
}
