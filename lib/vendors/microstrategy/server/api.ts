import "server-only";
/** The Library's REST API, as far as the broker uses it: typed calls, one cookie jar per session, errors as Problems. */
import { ConnectionLost, type OidcTokens } from "@/lib/broker/vendor-adapter";
import { callVendor, type VendorAnswer, type VendorRequest } from "@/lib/broker/vendor-call";
import { isProblem, Problem } from "@/lib/problem/problem";
import type { MicroStrategyConfig } from "../config";
import {
  applicationType,
  authTokenHeader,
  type ErrorBody,
  identityTokenHeader,
  meaningOf,
  sameCode,
  saysSessionGone,
} from "../protocol";

const vendor = { vendor: "microstrategy", vendorName: "MicroStrategy" } as const;

/** A Library session: useless without every cookie that came with it (vendor docs: authentication). */
export interface LibrarySession {
  readonly token: string;
  /** By name. */
  readonly cookies: Readonly<Record<string, string>>;
}

/** Where and how long a call may take. */
export interface Call {
  readonly config: MicroStrategyConfig;
  readonly signal?: AbortSignal;
}

export interface LoginBody {
  readonly loginMode: number;
  readonly username?: string;
  readonly password?: string;
}

/** How numbers, dates and times are shown in a session (OAS `AuthRequest`). */
export interface Presentation {
  /** The Library's spelling of a language: `de_ch`. Absent: the server's default. */
  readonly locale?: string;
  /** IANA name. Absent: the server's default. */
  readonly timeZone?: string;
}

const localeFields = ({ locale }: Presentation): Readonly<Record<string, string>> =>
  locale ? { displayLocale: locale, messagesLocale: locale, numberLocale: locale } : {};

const request = (
  { config, signal }: Call,
  method: VendorRequest["method"],
  path: string,
  more: Pick<VendorRequest, "headers" | "body"> = {},
): Promise<VendorAnswer> => callVendor({ ...vendor, method, url: `${config.internalUrl}/api${path}`, signal, ...more });

const cookieHeader = (cookies: LibrarySession["cookies"]) =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");

const sessionHeaders = (session: LibrarySession) => ({
  [authTokenHeader]: session.token,
  cookie: cookieHeader(session.cookies),
});

/** The jar after an answer: all cookies are kept, load balancers' too; an emptied one is dropped. */
export function keepCookies(jar: LibrarySession["cookies"], setCookies: readonly string[]): LibrarySession["cookies"] {
  const next = new Map(Object.entries(jar));
  for (const line of setCookies) {
    const [pair = "", ...attributes] = line.split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    if (at < 1) continue;
    const expired = value === "" || attributes.some((one) => /^\s*max-age=(0|-\d+)\s*$/i.test(one));
    if (expired) next.delete(name);
    else next.set(name, value);
  }
  return Object.fromEntries(next);
}

function errorBody(answer: VendorAnswer): ErrorBody {
  try {
    const body: unknown = JSON.parse(answer.text);
    return body !== null && typeof body === "object" ? body : {};
  } catch {
    return {};
  }
}

/** What to look up in the Library's logs; letters and digits only, because it came from outside. */
const reference = (status: number, { code, iServerCode, ticketId }: ErrorBody) =>
  [String(status), code, iServerCode, ticketId]
    .filter((part) => part !== undefined)
    .join(" ")
    .replace(/[^\w -]/g, "")
    .slice(0, 120);

/**
 * What a refused call means (vendor docs: REST API exceptions).
 *
 * @param login whether it was a login: 401 then means the credentials, not the session
 */
export function problemOf(answer: VendorAnswer, login = false): Problem | ConnectionLost {
  const body = errorBody(answer);
  const options = { vendorName: vendor.vendorName, reference: reference(answer.status, body) };
  const problem = (code: Problem["code"], detail?: string) => new Problem(code, { ...options, detail });
  const gone = sameCode(body.code, "ERR009") || saysSessionGone(body.iServerCode);
  if (gone && !login) return new ConnectionLost();
  if (sameCode(body.code, "ERR0023")) return problem("secret_key_missing");
  const meaning = meaningOf(body.iServerCode);
  if (meaning) return problem(meaning);
  if (sameCode(body.code, "ERR003")) return problem("credential_rejected");
  if (sameCode(body.code, "ERR0013"))
    return problem("vendor_unreachable", "The Library answers, but it cannot reach its Intelligence Server.");
  if (answer.status === 429)
    return new Problem("vendor_busy", { ...options, retryAfter: retryAfter(answer.headers.get("retry-after")) });
  if (answer.status === 403) return problem("account_forbidden");
  if (answer.status === 401) return login ? problem("credential_rejected") : new ConnectionLost();
  if (answer.status >= 500) return problem("vendor_failed");
  return problem("vendor_bad_answer");
}

const retryAfter = (header: string | null) => (header && /^\d{1,4}$/.test(header) ? Number(header) : 30);

const badAnswer = (answer: VendorAnswer) =>
  new Problem("vendor_bad_answer", { vendorName: vendor.vendorName, reference: String(answer.status) });

/** Header values are handed on, so they must look like tokens. */
function tokenIn(answer: VendorAnswer, header: string): string {
  const token = answer.headers.get(header) ?? "";
  if (!/^[\x21-\x7e]{8,8192}$/.test(token)) throw badAnswer(answer);
  return token;
}

/** The session that a login answer (204, token header, cookies) opens. Throws for any other answer. */
function sessionIn(answer: VendorAnswer): LibrarySession {
  if (answer.status !== 204) throw asLoginProblem(answer);
  return { token: tokenIn(answer, authTokenHeader), cookies: keepCookies({}, answer.cookies) };
}

function asLoginProblem(answer: VendorAnswer): Problem {
  const problem = problemOf(answer, true);
  return isProblem(problem) ? problem : badAnswer(answer);
}

/**
 * `POST /api/auth/login` (OAS `AuthRequest`).
 *
 * @throws Problem saying what is wrong with the login, the mode or the server
 */
export async function logIn(call: Call, login: LoginBody, shown: Presentation = {}): Promise<LibrarySession> {
  const zone = shown.timeZone ? { timeZone: shown.timeZone } : {};
  const body = { ...login, applicationType, ...localeFields(shown), ...zone };
  return sessionIn(await request(call, "POST", "/auth/login", { body }));
}

/**
 * `POST /api/auth/oidc/token` (OAS): signs in with the tokens of the portal's own login. Takes the languages in the
 * query, and no time zone.
 *
 * @throws Problem saying what is wrong with the tokens, the mode or the server
 */
export async function logInWithOidc(call: Call, tokens: OidcTokens, shown: Presentation = {}): Promise<LibrarySession> {
  const body = { access_token: tokens.accessToken, id_token: tokens.idToken, token_type: "Bearer" };
  const query = new URLSearchParams({ applicationType: String(applicationType), ...localeFields(shown) });
  return sessionIn(await request(call, "POST", `/auth/oidc/token?${query}`, { body }));
}

/** A call on a session; the answer's cookies join the jar. */
async function onSession(
  call: Call,
  session: LibrarySession,
  method: VendorRequest["method"],
  path: string,
  body?: object,
): Promise<{ answer: VendorAnswer; session: LibrarySession }> {
  const answer = await request(call, method, path, { headers: sessionHeaders(session), body });
  const cookies = keepCookies(session.cookies, answer.cookies);
  const changed = cookieHeader(cookies) !== cookieHeader(session.cookies);
  return { answer, session: changed ? { ...session, cookies } : session };
}

/**
 * `GET /api/sessions/userInfo` (OAS `SessionInfo`): whose session it is, and the session with the cookies it has now.
 *
 * @throws ConnectionLost when the session is gone, Problem otherwise
 */
export async function sessionUser(
  call: Call,
  session: LibrarySession,
): Promise<{ userId: string; session: LibrarySession }> {
  const asked = await onSession(call, session, "GET", "/sessions/userInfo");
  if (asked.answer.status !== 200) throw problemOf(asked.answer);
  const { id } = asked.answer.json() as { id?: unknown };
  if (typeof id !== "string" || !/^[0-9A-Fa-f]{32}$/.test(id)) throw badAnswer(asked.answer);
  return { userId: id, session: asked.session };
}

/**
 * `POST /api/auth/identityToken` (OAS): a new identity token, in a header, with status 201 and nothing else.
 *
 * @throws ConnectionLost when the session is gone, Problem otherwise
 */
export async function createIdentityToken(
  call: Call,
  session: LibrarySession,
): Promise<{ identityToken: string; session: LibrarySession }> {
  const made = await onSession(call, session, "POST", "/auth/identityToken");
  if (made.answer.status === 404) throw new ConnectionLost();
  if (made.answer.status !== 201) throw problemOf(made.answer);
  return { identityToken: tokenIn(made.answer, identityTokenHeader), session: made.session };
}

/**
 * `GET /api/auth/identityToken` (OAS): whose identity token it is. Looking does not use it up.
 *
 * @param session what the token was made with, where there is one: the description's list of headers has no session, its
 *   prose does, and the vendor's own client sends both
 * @throws ConnectionLost when that session is gone, Problem otherwise
 */
export async function identityTokenUser(
  call: Call,
  identityToken: string,
  session: LibrarySession | null,
): Promise<string> {
  const answer = await request(call, "GET", "/auth/identityToken", {
    headers: { ...(session ? sessionHeaders(session) : {}), [identityTokenHeader]: identityToken },
  });
  if (answer.status !== 200) {
    const { code, iServerCode } = errorBody(answer);
    if (session && (sameCode(code, "ERR009") || saysSessionGone(iServerCode))) throw new ConnectionLost();
    throw answer.status >= 500 ? asLoginProblem(answer) : badAnswer(answer);
  }
  const { userId } = answer.json() as { userId?: unknown };
  if (typeof userId !== "string") throw badAnswer(answer);
  return userId;
}

/** `POST /api/auth/delegate` (OAS `DelegateInfo`): a second web session on the session the token came from. */
export async function redeemIdentityToken(call: Call, identityToken: string): Promise<LibrarySession> {
  return sessionIn(await request(call, "POST", "/auth/delegate", { body: { loginMode: -1, identityToken } }));
}

/** `POST /api/auth/logout` (OAS). Resolves too when the session was gone already. */
export async function logOut(call: Call, session: LibrarySession): Promise<void> {
  const { answer } = await onSession(call, session, "POST", "/auth/logout");
  if (answer.status === 204 || answer.status === 401 || answer.status === 404) return;
  const problem = problemOf(answer);
  if (isProblem(problem)) throw problem;
}

/** `GET /api/users?abbreviationBegins=` (OAS): the object ID of a login name, or null. */
export async function findUser(call: Call, session: LibrarySession, login: string): Promise<string | null> {
  const path = `/users?abbreviationBegins=${encodeURIComponent(login)}&limit=50&fields=id,username,abbreviation`;
  const { answer } = await onSession(call, session, "GET", path);
  if (answer.status !== 200) throw problemOf(answer);
  const users = answer.json();
  if (!Array.isArray(users)) throw badAnswer(answer);
  const same = (name: unknown) => typeof name === "string" && name.toLowerCase() === login.toLowerCase();
  const found = (users as { id?: unknown; username?: unknown; abbreviation?: unknown }[]).find(
    (user) => same(user.username) || same(user.abbreviation),
  );
  return typeof found?.id === "string" ? found.id : null;
}

/**
 * `GET /api/users/{id}` (OAS): the login name of a user, or null when the Library does not tell it to this session.
 *
 * @throws ConnectionLost when the session is gone
 */
export async function loginNameOf(call: Call, session: LibrarySession, userId: string): Promise<string | null> {
  const path = `/users/${encodeURIComponent(userId)}?fields=username,abbreviation`;
  const { answer } = await onSession(call, session, "GET", path);
  if (answer.status === 401) throw problemOf(answer);
  if (answer.status !== 200) return null;
  const { username, abbreviation } = answer.json() as { username?: unknown; abbreviation?: unknown };
  const name = username ?? abbreviation;
  return typeof name === "string" && name ? name : null;
}

/** `POST /api/auth/apiTokens` (OAS): an API token for another user; needs a privilege and replaces the user's former one. */
export async function createApiToken(call: Call, session: LibrarySession, userId: string): Promise<string> {
  const { answer } = await onSession(call, session, "POST", "/auth/apiTokens", { userId });
  if (answer.status !== 201) throw problemOf(answer);
  const { apiToken } = answer.json() as { apiToken?: unknown };
  if (typeof apiToken !== "string" || !apiToken) throw badAnswer(answer);
  return apiToken;
}

/** Calls for the doctor: no session. */
export const publicGet = (call: Call, path: string, headers?: Readonly<Record<string, string>>) =>
  request(call, "GET", path, { headers });
