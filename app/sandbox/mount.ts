import "server-only";
/**
 * The preview mount: in a preview deployment without any vendor variable, `/sandbox/<vendor>/…` serves the vendor's
 * emulator. Everywhere else it answers 404 and the emulators are not even loaded.
 *
 * The emulators know one origin, the portal's configured one. Requests to another origin of the deployment are rewritten
 * to it, and their answers back, so that all origins share the same state.
 */
import { getConfig } from "@/lib/config/config";
import { requestOrigin } from "@/lib/config/request-origin";
import { sandboxMountPath } from "@/lib/config/sandbox";
import { perProcess } from "@/lib/per-process";
import { Problem } from "@/lib/problem/problem";

/** Cookies of the portal's session and of deployment protection: a real vendor would never see them. */
const ownCookie = /^(__Host-authjs\.|authjs\.|_vercel_)/;

/** Headers that carry an origin of the portal. */
const addressHeaders = ["origin", "referer"];

/**
 * Answers `/sandbox/<vendor>/…`.
 *
 * @throws Problem `not_found` where nothing is mounted, and for an unknown vendor
 */
export async function serveSandbox(request: Request): Promise<Response> {
  const { origin, sandboxMounted } = getConfig();
  if (!sandboxMounted) throw new Problem("not_found");
  const { mountedSandboxes } = await import("./emulators");
  const { pathname } = new URL(request.url);
  const [, , id = ""] = pathname.split("/");
  const base = `${sandboxMountPath}/${id}`;
  const sandbox = perProcess("sandbox:mounted", () => mountedSandboxes(origin)).get(id);
  // An encoded spelling such as `/%73andbox/…` is not found: the code below relies on the length of the plain prefix.
  if (!sandbox || !`${pathname}/`.startsWith(`${base}/`)) throw new Problem("not_found");

  const visited = requestOrigin(request.headers);
  const answer = await sandbox.fetch(await inward(request, base, { from: visited, to: origin }));
  return outward(answer, base, { from: origin, to: visited });
}

interface Move {
  readonly from: string;
  readonly to: string;
}

const moved = (text: string, { from, to }: Move) => (from === to ? text : text.replaceAll(from, to));

/** The request as the emulator would receive it on a host of its own. */
async function inward(request: Request, base: string, move: Move): Promise<Request> {
  const { pathname, search } = new URL(request.url);
  const headers = new Headers(request.headers);
  for (const name of addressHeaders) {
    const value = headers.get(name);
    if (value !== null) headers.set(name, moved(value, move));
  }
  const cookies = (headers.get("cookie") ?? "").split(/;\s*/).filter((pair) => pair && !ownCookie.test(pair));
  headers.delete("cookie");
  if (cookies.length > 0) headers.set("cookie", cookies.join("; "));
  const hasBody = request.method !== "GET" && request.method !== "HEAD";
  return new Request(`${move.to}${pathname.slice(base.length) || "/"}${search}`, {
    method: request.method,
    headers,
    ...(hasBody ? { body: await request.arrayBuffer() } : {}),
    signal: request.signal,
  });
}

/** The response of a service mounted below a path: its cookies are limited to that path. */
async function outward(answer: Response, base: string, move: Move): Promise<Response> {
  const headers = new Headers();
  for (const [name, value] of answer.headers) if (name !== "set-cookie") headers.set(name, moved(value, move));
  for (const cookie of answer.headers.getSetCookie()) headers.append("set-cookie", below(base, cookie));
  // In addition to the emulator's own policy: only the portal may frame what its own origin serves.
  headers.append("content-security-policy", "frame-ancestors 'self'");
  const { status, statusText } = answer;
  if (!answer.body || move.from === move.to) return new Response(answer.body, { status, statusText, headers });
  // Every response of an emulator is text: pages, scripts, styles, JSON.
  headers.delete("content-length");
  return new Response(moved(await answer.text(), move), { status, statusText, headers });
}

/** Limits a cookie to the service's path, unless its path is narrower already. */
function below(base: string, cookie: string): string {
  const path = /;\s*path=([^;]*)/i.exec(cookie);
  return path?.[1]?.startsWith(`${base}/`) ? cookie : `${cookie.replace(path?.[0] ?? "", "")}; Path=${base}`;
}
