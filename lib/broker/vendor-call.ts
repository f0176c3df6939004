import "server-only";
/**
 * The one way out to a vendor: bounded in time and size, never following redirects, with a circuit breaker and a
 * bulkhead per vendor so that one vendor's trouble stays its own.
 */
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IPolicy,
  wrap,
} from "cockatiel";
import { perProcess } from "@/lib/per-process";
import { Problem } from "@/lib/problem/problem";

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

const isTransport = (error: unknown) =>
  error instanceof Problem && (error.code === "vendor_unreachable" || error.code === "vendor_timeout");

const down = perProcess("vendor-call:down", () => new Map<string, Date>());

/** Since when a vendor has not answered; undefined while it does, or before the first call. */
export function downSince(vendor: string): Date | undefined {
  return down.get(vendor);
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
 * @throws Problem `vendor_unreachable`, `vendor_timeout`, `vendor_bad_answer` (over 1 MiB) or `vendor_busy` (circuit
 *   open or too many calls waiting)
 */
export async function callVendor(request: VendorRequest): Promise<VendorAnswer> {
  const { vendorName } = request;
  try {
    const answer = await policyOf(request.vendor).execute(() => send(request));
    down.delete(request.vendor);
    return answer;
  } catch (error) {
    if (isTransport(error) && !down.has(request.vendor)) down.set(request.vendor, new Date());
    if (error instanceof BrokenCircuitError) throw new Problem("vendor_unreachable", { vendorName, retryAfter: 2 });
    if (error instanceof BulkheadRejectedError) throw new Problem("vendor_busy", { vendorName, retryAfter: 1 });
    throw error;
  }
}

async function send(request: VendorRequest): Promise<VendorAnswer> {
  const { vendorName } = request;
  const timeout = AbortSignal.timeout(request.timeoutMs ?? defaultTimeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { accept: "application/json", ...contentType(request.body), ...request.headers },
      body: encode(request.body),
      redirect: "manual",
      cache: "no-store",
      signal,
    });
    const text = await readBounded(response, vendorName);
    return {
      status: response.status,
      headers: response.headers,
      cookies: response.headers.getSetCookie(),
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
    if (error instanceof Problem) throw error;
    if (timeout.aborted) throw new Problem("vendor_timeout", { vendorName });
    throw new Problem("vendor_unreachable", { vendorName, cause: error });
  }
}

const encode = (body: VendorRequest["body"]) =>
  body === undefined || typeof body === "string" || body instanceof URLSearchParams ? body : JSON.stringify(body);

const contentType = (body: VendorRequest["body"]): Record<string, string> =>
  body === undefined || typeof body === "string" || body instanceof URLSearchParams
    ? {}
    : { "content-type": "application/json" };

async function readBounded(response: Response, vendorName: string): Promise<string> {
  if (!response.body) return "";
  const declared = response.headers.get("content-length");
  // fetch holds an answer to its declared length, unless it was compressed.
  if (declared !== null && Number(declared) <= maxAnswerBytes && !response.headers.has("content-encoding"))
    return response.text();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) throw new Problem("vendor_bad_answer", { vendorName });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
