import "server-only";
/** The Library's REST API, as far as the broker uses it: typed calls, one cookie jar per session, errors as Problems. */
import { z } from "zod";
import { ConnectionLost, type OidcTokens } from "@/lib/broker/vendor-adapter";
import { callVendor, type VendorAnswer, type VendorRequest } from "@/lib/broker/vendor-call";
import { isProblem } from "@/lib/problem/problem";
import { callTerm } from "@/lib/trace/terms";
import type { MicroStrategyConfig } from "../config";
import { apiTokenLogIn, hops } from "../hops";
import {
  applicationType,
  authTokenHeader,
  identityTokenHeader,
  loginModes,
  objectIdPattern,
  productName,
  sameCode,
  saysSessionGone,
} from "../protocol";
import { badAnswer, bodyOf, errorIn, loginProblemOf, problemOf } from "./errors";

const vendor = { vendor: "microstrategy", vendorName: productName } as const;

/** A Library session: useless without every cookie that came with it (SOURCES.md: authentication). */
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

/** How numbers, dates and times are shown in a session (OpenAPI: `AuthRequest`). */
export interface Presentation {
  /** The Library's spelling of a language: `de_ch`. Absent: the server's default. */
  readonly locale?: string;
  /** IANA name. Absent: the server's default. */
  readonly timeZone?: string;
}

/** The fields of a login, in its body or its query, that say how things are shown. */
const presentationFields = ({ locale, timeZone }: Presentation): Readonly<Record<string, string>> => ({
  ...(locale ? { displayLocale: locale, messagesLocale: locale, numberLocale: locale } : {}),
  ...(timeZone ? { timeZone } : {}),
});

const request = (
  { config, signal }: Call,
  method: VendorRequest["method"],
  path: string,
  more: Pick<VendorRequest, "headers" | "body" | "term"> = {},
): Promise<VendorAnswer> =>
  callVendor({
    ...vendor,
    method,
    url: `${config.internalUrl}/api${path}`,
    signal,
    term: callTerm(hops.calls, method, `/api${path}`),
    ...more,
  });

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

/** Header values are handed on, so they must look like tokens. */
function tokenIn(answer: VendorAnswer, header: string): string {
  const token = answer.headers.get(header) ?? "";
  if (!/^[\x21-\x7e]{8,8192}$/.test(token)) throw badAnswer(answer);
  return token;
}

/** The session that a login answer (204, token header, cookies) opens. Throws for any other answer. */
function sessionIn(answer: VendorAnswer): LibrarySession {
  if (answer.status !== 204) throw loginProblemOf(answer);
  return { token: tokenIn(answer, authTokenHeader), cookies: keepCookies({}, answer.cookies) };
}

/**
 * `POST /api/auth/login` (OpenAPI: `AuthRequest`).
 *
 * @throws Problem saying what is wrong with the login, the mode or the server
 */
export async function logIn(call: Call, login: LoginBody, shown: Presentation = {}): Promise<LibrarySession> {
  const body = { ...login, applicationType, ...presentationFields(shown) };
  // An API token stands where the user's name does: it must not be told as one.
  const more = login.loginMode === loginModes.apiToken ? { body, term: apiTokenLogIn } : { body };
  return sessionIn(await request(call, "POST", "/auth/login", more));
}

/**
 * `POST /api/auth/oidc/token` (OpenAPI): signs in with the tokens of the portal's own login. Languages and time zone
 * (`timeZone`) go into the query.
 *
 * @throws Problem saying what is wrong with the tokens, the mode or the server
 */
export async function logInWithOidc(call: Call, tokens: OidcTokens, shown: Presentation = {}): Promise<LibrarySession> {
  const body = { access_token: tokens.accessToken, id_token: tokens.idToken, token_type: "Bearer" };
  const query = new URLSearchParams({ applicationType: String(applicationType), ...presentationFields(shown) });
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
 * `GET /api/sessions/userInfo` (OpenAPI: `SessionInfo`): whose session it is, and the session with the cookies it has now.
 *
 * @throws ConnectionLost when the session is gone, Problem otherwise
 */
export async function sessionUser(
  call: Call,
  session: LibrarySession,
): Promise<{ userId: string; session: LibrarySession }> {
  const asked = await onSession(call, session, "GET", "/sessions/userInfo");
  if (asked.answer.status !== 200) throw problemOf(asked.answer);
  const { id } = bodyOf(asked.answer, z.object({ id: z.string().regex(objectIdPattern) }));
  return { userId: id, session: asked.session };
}

/**
 * `POST /api/auth/identityToken` (OpenAPI): a new identity token, in a header, with status 201 and nothing else.
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
 * `GET /api/auth/identityToken` (OpenAPI): whose identity token it is. Looking does not use it up.
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
    const { code, iServerCode } = errorIn(answer);
    if (session && (sameCode(code, "ERR009") || saysSessionGone(iServerCode))) throw new ConnectionLost();
    throw answer.status >= 500 ? loginProblemOf(answer) : badAnswer(answer);
  }
  return bodyOf(answer, z.object({ userId: z.string() })).userId;
}

/** `POST /api/auth/delegate` (OpenAPI: `DelegateInfo`): a second web session on the session the token came from. */
export async function redeemIdentityToken(call: Call, identityToken: string): Promise<LibrarySession> {
  return sessionIn(await request(call, "POST", "/auth/delegate", { body: { loginMode: -1, identityToken } }));
}

/** `POST /api/auth/logout` (OpenAPI). Resolves too when the session was gone already. */
export async function logOut(call: Call, session: LibrarySession): Promise<void> {
  const { answer } = await onSession(call, session, "POST", "/auth/logout");
  if (answer.status === 204 || answer.status === 401 || answer.status === 404) return;
  const problem = problemOf(answer);
  if (isProblem(problem)) throw problem;
}

const usersSchema = z.array(
  z.object({ id: z.string(), username: z.string().optional(), abbreviation: z.string().optional() }),
);

const pageSize = 200;
/** Ten thousand names with the same beginning: whoever has more maps users to object IDs. */
const maxPages = 50;

/**
 * `GET /api/users?abbreviationBegins=` (OpenAPI): the object ID of a login name, or null. The Library knows beginnings
 * only, so the exact name is looked for on every page of names that begin with it.
 */
export async function findUser(call: Call, session: LibrarySession, login: string): Promise<string | null> {
  const isSame = (name: string | undefined) => name?.toLowerCase() === login.toLowerCase();
  for (let page = 0; page < maxPages; page += 1) {
    const query = new URLSearchParams({
      abbreviationBegins: login,
      offset: String(page * pageSize),
      limit: String(pageSize),
      fields: "id,username,abbreviation",
    });
    const { answer } = await onSession(call, session, "GET", `/users?${query}`);
    if (answer.status !== 200) throw problemOf(answer);
    const users = bodyOf(answer, usersSchema);
    const found = users.find(({ username, abbreviation }) => isSame(username) || isSame(abbreviation));
    if (found) return found.id;
    if (users.length < pageSize) return null;
  }
  return null;
}

const userSchema = z.object({ username: z.string().optional(), abbreviation: z.string().optional() });

/**
 * `GET /api/users/{id}` (OpenAPI): the login name of a user, or null when the Library does not tell it to this session.
 *
 * @throws ConnectionLost when the session is gone
 */
export async function loginNameOf(call: Call, session: LibrarySession, userId: string): Promise<string | null> {
  const path = `/users/${encodeURIComponent(userId)}?fields=username,abbreviation`;
  const { answer } = await onSession(call, session, "GET", path);
  if (answer.status === 401) throw problemOf(answer);
  if (answer.status !== 200) return null;
  const { username, abbreviation } = bodyOf(answer, userSchema);
  return username || abbreviation || null;
}

/** `POST /api/auth/apiTokens` (OpenAPI): an API token for another user; needs a privilege and replaces the user's former one. */
export async function createApiToken(call: Call, session: LibrarySession, userId: string): Promise<string> {
  const { answer } = await onSession(call, session, "POST", "/auth/apiTokens", { userId });
  if (answer.status !== 201) throw problemOf(answer);
  return bodyOf(answer, z.object({ apiToken: z.string().min(1) })).apiToken;
}

/** For the doctor: a login, and how its cookies were set. @throws Problem as {@link logIn} does */
export async function logInWithCookies(
  call: Call,
  login: LoginBody,
): Promise<{ session: LibrarySession; setCookies: readonly string[] }> {
  const answer = await request(call, "POST", "/auth/login", { body: { ...login, applicationType } });
  return { session: sessionIn(answer), setCookies: answer.cookies };
}

/** Calls for the doctor: no session. */
export const publicGet = (call: Call, path: string, headers?: Readonly<Record<string, string>>) =>
  request(call, "GET", path, { headers });
