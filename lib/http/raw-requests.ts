import "server-only";
/**
 * Corrects requests before the framework sees them, where it would fail or answer in the portal's place. Node announces
 * every request of its HTTP servers on a diagnostics channel before anyone handles it
 * (https://nodejs.org/docs/latest-v20.x/api/diagnostics_channel.html#http). On Vercel there is no such server: there the
 * platform's own router stands in front.
 */
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { isProxied } from "./proxied";

/** A path that no page has; the sign is allowed in one and decodes to itself. */
const noPage = "/*";

/**
 * The path of a request target. A server must accept absolute ones too, and takes the host from there (RFC 9112,
 * section 3.2); `*` asks about the server as a whole, of which the portal has nothing to say.
 */
function toOriginForm(request: IncomingMessage): void {
  const target = request.url ?? "";
  if (target.startsWith("/")) return;
  const url = /^https?:\/\//i.test(target) && URL.canParse(target) ? new URL(target) : null;
  request.url = url ? url.pathname + url.search : noPage;
  if (url) request.headers.host = url.host;
}

/**
 * The header by which the framework's own pages ask for data instead of HTML. The API has no such data: with the header
 * the framework would redirect before the guard is reached. For pages the redirect stays, and is not stored.
 */
function correctDataRequest(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.rsc === undefined) return;
  const [path = ""] = (request.url ?? "").split("?");
  if (isProxied(path)) response.setHeader("cache-control", "no-store");
  else delete request.headers.rsc;
}

/**
 * `TRACE` would send a request's cookies back. The framework answers 500, because a `Request` must not have this method
 * (https://fetch.spec.whatwg.org/#forbidden-method). So it becomes one that no route takes: in the API at its own route,
 * else at one whose refusal names the methods of a page.
 */
function refuseTrace(request: IncomingMessage): void {
  if (request.method !== "TRACE") return;
  request.method = "PUT";
  const [path = ""] = (request.url ?? "").split("?");
  if (isProxied(path)) request.url = "/api/health";
}

/** Does all of it for one request. */
function correctRequest(request: IncomingMessage, response: ServerResponse): void {
  toOriginForm(request);
  refuseTrace(request);
  correctDataRequest(request, response);
}

/** Begins to correct the requests of this process. */
export function correctRawRequests(): void {
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    correctRequest(request, response);
  });
}
