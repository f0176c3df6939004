import "server-only";
/**
 * The part of Rocket.Chat's REST API that the broker and the doctor need: calls with the service account, with a user's
 * own token, and with none.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { callVendor, type VendorAnswer } from "@/lib/broker/vendor-call";
import { Problem } from "@/lib/problem/problem";
import { callTerm } from "@/lib/trace/terms";
import type { Config } from "../config";
import { hops } from "../hops";
import { vendorName } from "../protocol";
import { failureOf, isRocketChatFailure, type RocketChatFailure } from "./failure";

/** A login token and whose it is. */
export interface LoginToken {
  readonly userId: string;
  readonly token: string;
}

const userSchema = z.object({
  _id: z.string().min(1),
  username: z.string().optional(),
  name: z.string().optional(),
  /** Absent on very old servers: then the account counts as active. */
  active: z.boolean().optional(),
  bio: z.string().optional(),
  /** Only for callers with `view-full-other-user-info`. */
  emails: z.array(z.object({ address: z.string(), verified: z.boolean().optional() })).optional(),
});

export type RocketChatUser = z.infer<typeof userSchema>;

/** What a new account needs. */
export interface NewUser {
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly verified: boolean;
  readonly bio?: string;
}

export interface UserChanges {
  readonly name?: string;
  readonly email?: string;
  readonly verified?: boolean;
  readonly password?: string;
}

/** The longest pause inside one call; a longer one is told to the browser instead. */
const patienceMs = 1_500;

interface Request {
  readonly method: "GET" | "POST";
  /** Behind `/api/v1/`, without the query. */
  readonly call: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The user whose headers go with it; absent for `login`. */
  readonly as?: LoginToken;
}

/** Rocket.Chat's REST API for one request of the portal. */
export class RocketChatApi {
  readonly #config: Config;
  readonly #signal: AbortSignal;

  constructor(config: Config, signal: AbortSignal) {
    this.#config = config;
    this.#signal = signal;
  }

  get #service(): LoginToken {
    return { userId: this.#config.serviceUserId, token: this.#config.serviceToken };
  }

  /** The release as `GET /api/info` tells anonymous callers: major and minor. */
  async version(): Promise<{ major: number; minor: number }> {
    const answer = await this.#send("GET", "/api/info");
    if (answer.status !== 200) throw failureOf("info", answer.status, answer.headers, jsonOrNull(answer));
    const parsed = z
      .object({ version: z.string().optional(), info: z.object({ version: z.string() }).optional() })
      .safeParse(answer.json());
    const text = parsed.success ? (parsed.data.version ?? parsed.data.info?.version ?? "") : "";
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(text) ?? [];
    if (!major || !minor) throw new Problem("vendor_bad_answer", { vendorName });
    return { major: Number(major), minor: Number(minor) };
  }

  /**
   * The user of this username, or null. The server also finds ids by this parameter, so that the name is compared.
   */
  async userByUsername(username: string): Promise<RocketChatUser | null> {
    try {
      const { user } = await this.#call(
        { method: "GET", call: "users.info", query: { username }, as: this.#service },
        z.object({ user: userSchema }),
      );
      return user.username?.toLowerCase() === username.toLowerCase() ? user : null;
    } catch (error) {
      if (isRocketChatFailure(error) && error.kind === "not-found") return null;
      throw error;
    }
  }

  /** Creates an account that joins the default channels. Never repeated by itself. */
  async createUser(user: NewUser): Promise<RocketChatUser> {
    const answer = await this.#call(
      {
        method: "POST",
        call: "users.create",
        // Mail is sent only when asked for; without the flag on the password the client would show a change page.
        body: { ...user, requirePasswordChange: false, sendWelcomeEmail: false, joinDefaultChannels: true },
        as: this.#service,
      },
      z.object({ user: userSchema }),
    );
    return answer.user;
  }

  async updateUser(userId: string, data: UserChanges): Promise<void> {
    await this.#call({ method: "POST", call: "users.update", body: { userId, data }, as: this.#service }, z.object({}));
  }

  /**
   * What the service account lacks, found out by two calls that the server must refuse, so that nothing is made or
   * changed: a user with a role that does not exist, and a change of a user who does not.
   */
  async missingPermissions(): Promise<readonly ("second-factor" | "create-user" | "edit-other-user-info")[]> {
    const absent = "portal-doctor";
    const create = { username: absent, name: absent, email: `${absent}@portal.invalid`, password: randomUUID() };
    const refusals = await Promise.all([
      this.#refusal({ method: "POST", call: "users.create", body: { ...create, roles: [absent] }, as: this.#service }),
      this.#refusal({ method: "POST", call: "users.update", body: { userId: absent, data: {} }, as: this.#service }),
    ]);
    const actions = refusals.map(({ more }) => more.action);
    return [
      ...(refusals.some(({ kind }) => kind === "second-factor") ? (["second-factor"] as const) : []),
      ...(actions.includes("Adding_user") ? (["create-user"] as const) : []),
      ...(actions.includes("Editing_user") ? (["edit-other-user-info"] as const) : []),
    ];
  }

  /** The failure of a call that must fail with one of the expected kinds; any other is thrown on. */
  async #refusal(request: Request): Promise<RocketChatFailure> {
    try {
      await this.#call(request, z.object({}));
    } catch (error) {
      const expected = ["forbidden", "second-factor", "not-found", "unknown", "invalid-value"];
      if (isRocketChatFailure(error) && expected.includes(error.kind)) return error;
      throw error;
    }
    throw new Problem("vendor_bad_answer", { vendorName, reference: `${request.call} 200` });
  }

  /**
   * Mints a login token without a password.
   *
   * @param secret the server's secret; null for the dialect of 7.x, which knows none
   */
  async createToken(userId: string, secret: string | null): Promise<LoginToken> {
    const { data } = await this.#call(
      {
        method: "POST",
        call: "users.createToken",
        body: secret === null ? { userId } : { userId, secret },
        as: this.#service,
      },
      loginAnswer,
    );
    return { userId: data.userId, token: data.authToken };
  }

  async loginWithPassword(username: string, password: string): Promise<LoginToken> {
    const { data } = await this.#call({ method: "POST", call: "login", body: { username, password } }, loginAnswer);
    return { userId: data.userId, token: data.authToken };
  }

  /** Whose token this is; null when the server no longer knows it. */
  async me(token: LoginToken): Promise<string | null> {
    try {
      const me = await this.#call({ method: "GET", call: "me", as: token }, z.object({ _id: z.string() }));
      return me._id;
    } catch (error) {
      if (isRocketChatFailure(error) && error.kind === "unauthenticated") return null;
      throw error;
    }
  }

  /** Ends a login token. Its answer is not read: recent servers send none. Gone already is as good. */
  async logout(token: LoginToken): Promise<void> {
    const answer = await this.#send("POST", "/api/v1/logout", { as: token });
    if (answer.status !== 200 && answer.status !== 401)
      throw failureOf("logout", answer.status, answer.headers, jsonOrNull(answer));
  }

  /**
   * Some of the server's public settings. Asked for by name: `count=0` gives one page only where the
   * server allows no endless lists (`API_Allow_Infinite_Count`).
   */
  async publicSettings(ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    const { settings } = await this.#call(
      { method: "GET", call: "settings.public", query: { _id: ids.join(","), count: String(ids.length) } },
      z.object({ settings: z.array(z.object({ _id: z.string(), value: z.unknown() })) }),
    );
    return new Map(settings.map(({ _id, value }) => [_id, value]));
  }

  /**
   * A user's subscriptions. Each is this user's alone: a client that shows one of them is logged in as this user.
   *
   * Asked with the service account, whose calls no rate limit counts; without its permission `view-other-user-channels`
   * with the user's own token (https://developer.rocket.chat/apidocs/get-users-info).
   */
  async subscriptions(user: LoginToken): Promise<readonly Subscription[]> {
    const info = await this.#call(
      {
        method: "GET",
        call: "users.info",
        query: { userId: user.userId, includeUserRooms: "true" },
        as: this.#service,
      },
      z.object({ user: z.object({ _id: z.string(), rooms: z.array(subscriptionSchema).optional() }) }),
    );
    const { rooms } = info.user._id === user.userId ? info.user : {};
    return rooms ?? (await this.#call({ method: "GET", call: "subscriptions.get", as: user }, ownRooms)).update;
  }

  /** How many people are in each of a user's rooms, by the room's id. */
  async memberCounts(user: LoginToken): Promise<ReadonlyMap<string, number>> {
    const { update } = await this.#call(
      { method: "GET", call: "rooms.get", as: user },
      z.object({ update: z.array(z.object({ _id: z.string(), usersCount: z.number().optional() })) }),
    );
    return new Map(update.flatMap(({ _id, usersCount }) => (usersCount === undefined ? [] : [[_id, usersCount]])));
  }

  /**
   * Posts a message as the user. Never repeated by itself. No previews: the server would fetch every link of the message
   * to make them (https://developer.rocket.chat/apidocs/send-message).
   */
  async sendMessage(user: LoginToken, rid: string, msg: string): Promise<void> {
    await this.#attempt(
      { method: "POST", call: "chat.sendMessage", body: { message: { rid, msg }, previewUrls: [] }, as: user },
      z.object({}),
    );
  }

  /**
   * What the server answers a browser that opens one of its pages.
   *
   * @param path below the server's address, e.g. `/home`
   */
  page(path: string): Promise<Pick<VendorAnswer, "status" | "headers" | "text">> {
    return this.#send("GET", path);
  }

  /** Sends a call, waits once when a short pause is asked for, and reads the answer. */
  async #call<Answer>(request: Request, schema: z.ZodType<Answer>): Promise<Answer> {
    try {
      return await this.#attempt(request, schema);
    } catch (error) {
      const wait = isRocketChatFailure(error) && error.kind === "rate-limited" ? error.more.waitMs : undefined;
      if (wait === undefined || wait > patienceMs) throw error;
      await pause(wait, undefined, { signal: this.#signal });
      return this.#attempt(request, schema);
    }
  }

  async #attempt<Answer>({ method, call, query, body, as }: Request, schema: z.ZodType<Answer>): Promise<Answer> {
    const search = query ? `?${new URLSearchParams(query)}` : "";
    const answer = await this.#send(method, `/api/v1/${call}${search}`, { body, as });
    if (answer.status !== 200) throw failureOf(call, answer.status, answer.headers, jsonOrNull(answer));
    const parsed = schema.safeParse(answer.json());
    if (!parsed.success) throw new Problem("vendor_bad_answer", { vendorName, reference: `${call} 200` });
    return parsed.data;
  }

  #send(
    method: "GET" | "POST",
    path: string,
    { body, as }: { body?: object; as?: LoginToken } = {},
  ): Promise<VendorAnswer> {
    return callVendor({
      vendor: "rocketchat",
      vendorName,
      method,
      url: this.#config.internalUrl + path,
      headers: as ? { "x-user-id": as.userId, "x-auth-token": as.token } : {},
      body,
      signal: this.#signal,
      term: callTerm(hops.calls, method, path),
    });
  }
}

/** `name` of a direct message is the other's username; one with several people has none. */
const subscriptionSchema = z.object({
  _id: z.string(),
  rid: z.string().optional(),
  t: z.string().optional(),
  name: z.string().optional(),
  fname: z.string().optional(),
});

type Subscription = z.infer<typeof subscriptionSchema>;

const ownRooms = z.object({ update: z.array(subscriptionSchema) });

const loginAnswer = z.object({ data: z.object({ userId: z.string().min(1), authToken: z.string().min(1) }) });

/** The body of a failed call. A 4xx without JSON comes from a proxy. */
function jsonOrNull(answer: VendorAnswer): unknown {
  if (answer.status >= 500 || answer.status === 429) {
    try {
      return answer.json();
    } catch {
      return null;
    }
  }
  return answer.text === "" ? null : answer.json();
}
