/**
 * What goes between the portal's pages and Rocket.Chat's client. Safe to import in the browser.
 *
 * Sources: vendor documentation "Iframe integration" and "Iframe based single sign-on"; vendor source
 * (useIframeCommands, useIframe, fireGlobalEventBase).
 */
import type { ProblemCode } from "@/lib/problem/codes";
import type { InboxEntry } from "../vendor";

/** The product's name, for sentences. */
export const vendorName = "Rocket.Chat";

/** What the browser receives: a login token and whose it is. */
export interface Grant {
  readonly token: string;
  readonly userId: string;
  /** When the portal replaces it, ISO 8601. */
  readonly expiresAt: string;
}

/** What the embed knows of the configuration. */
export interface BrowserConfig {
  /** Without a trailing slash; may have a path. */
  readonly url: string;
  /** The one origin that messages go to and come from. */
  readonly origin: string;
}

/** Where the portal shows it: a room's page is below. */
export const route = "/chat";

/** The route handler that gives the session's token. */
export const endpoint = "/api/rocketchat/token";

export type Presence = "online" | "away" | "busy" | "offline";

export const presences: readonly Presence[] = ["online", "away", "busy", "offline"];

/** Where an item is in the client. */
export const roomOf = (target: Readonly<Record<string, string>>): string => target.path ?? "/home";

/**
 * A room's path with the parameter of the layout, which hides the client's own side bar and header
 * (https://developer.rocket.chat/docs/embedded-layout). Releases that fix the layout when they load ignore a later one,
 * and fold their side bar away in a narrow frame (vendor source: LayoutProvider).
 */
export const placeAt = (path: string, docked: boolean): string =>
  `${path}${path.includes("?") ? "&" : "?"}layout=${docked ? "embedded" : ""}`;

/**
 * Commands into the framed client. It answers none of them: whether a login worked shows in the events that follow, or
 * in their absence. `login-with-token` takes its token as `token`.
 */
export const command = {
  loginWithToken: (token: string) => ({ externalCommand: "login-with-token", token }) as const,
  logout: () => ({ externalCommand: "logout" }) as const,
  go: (path: string) => ({ externalCommand: "go", path }) as const,
  /** In the layout for a narrow frame, or back in the full one; `go` keeps every parameter that it is not given. */
  goDocked: (path: string, docked: boolean) => ({ externalCommand: "go", path: placeAt(path, docked) }) as const,
  setStatus: (status: Presence) => ({ externalCommand: "set-user-status", status }) as const,
};

export type Command = ReturnType<(typeof command)[keyof typeof command]>;

/**
 * Messages of the page that Rocket.Chat shows in place of its login form, to the window around it. Here the token is
 * called `loginToken`; `token` would mean a token written into Rocket.Chat's database.
 */
export const loginPageMessage = {
  tryIframeLogin: () => ({ event: "try-iframe-login" }) as const,
  loginWithToken: (loginToken: string) => ({ event: "login-with-token", loginToken }) as const,
};

/**
 * What that page tells the portal's own window when it finds itself inside a chat that the portal frames: Rocket.Chat
 * has no event for a login that was lost.
 */
export const loginPageShown = { portico: "chat-login-page" } as const;

export const isLoginPageShown = (data: unknown): boolean =>
  typeof data === "object" && data !== null && (data as { portico?: unknown }).portico === loginPageShown.portico;

/** Whether a message to the login page says that the token was refused. Rocket.Chat says nothing when it was taken. */
export function isLoginError(data: unknown): boolean {
  return typeof data === "object" && data !== null && (data as { event?: unknown }).event === "login-error";
}

/** An event of the framed client, as far as the portal uses it. */
export type ChatEvent =
  | { readonly name: "startup" }
  | { readonly name: "unread"; readonly count: number }
  | {
      readonly name: "subscription";
      readonly rid: string;
      readonly unread: number;
      /** The subscription's own id, which is one user's alone; null when the release does not tell it. */
      readonly id: string | null;
      /** The id of the user whose subscription it is; null when the release does not tell it. */
      readonly owner: string | null;
      /** The room's name, or the other person's. */
      readonly title: string;
      readonly isDirect: boolean;
      /** Unread messages that mention the user. */
      readonly mentions: number;
      /** The room's path in the client. */
      readonly path: string | null;
    }
  | { readonly name: "status"; readonly status: Presence }
  | { readonly name: "room"; readonly path: string; readonly title: string }
  | {
      readonly name: "notification";
      readonly title: string;
      readonly text: string;
      readonly path: string | null;
      readonly isDirect: boolean;
    }
  | { readonly name: "logged-in" }
  | { readonly name: "logged-out" };

const text = (value: unknown, longest = 300) => (typeof value === "string" ? value.slice(0, longest) : "");

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});

/** Newest clients send a number; older ones also text: nothing, `•` for something new without a count, `999+`. */
function unreadOf(data: unknown): number {
  const count = Math.trunc(typeof data === "number" ? data : Number.parseInt(text(data) || "0", 10));
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** The path of a room in Rocket.Chat's addresses: by name for channels and groups, by id for direct messages. */
function pathOf({ t, type, name, _id, rid }: Fields): string | null {
  const kind = text(t) || text(type);
  const id = text(_id) || text(rid);
  if (kind === "d") return id ? `/direct/${encodeURIComponent(id)}` : null;
  const key = text(name) || id;
  if (!key || (kind !== "c" && kind !== "p")) return null;
  return `${kind === "c" ? "/channel/" : "/group/"}${encodeURIComponent(key)}`;
}

/** Reads one message of the framed client; null for everything that the portal does not know. */
export function parseEvent(message: unknown): ChatEvent | null {
  const { eventName, data } = fieldsOf(message);
  const fields = fieldsOf(data);
  switch (eventName) {
    case "startup":
      return { name: "startup" };
    case "unread-changed":
      return { name: "unread", count: unreadOf(data) };
    case "unread-changed-by-subscription": {
      const rid = text(fields.rid);
      if (!rid) return null;
      const owner = text(fieldsOf(fields.u)._id) || null;
      return {
        name: "subscription",
        rid,
        unread: unreadOf(fields.unread),
        id: text(fields._id) || null,
        owner,
        title: text(fields.fname, 100) || text(fields.name, 100),
        isDirect: fields.t === "d",
        mentions: unreadOf(fields.userMentions),
        path: pathOf({ ...fields, _id: undefined }),
      };
    }
    case "status-changed": {
      const status = presences.find((known) => known === data);
      return status ? { name: "status", status } : null;
    }
    case "room-opened": {
      const path = pathOf(fields);
      return path ? { name: "room", path, title: text(fields.fname) || text(fields.name) } : null;
    }
    case "notification": {
      const { notification, fromOpenedRoom, hasFocus } = fields;
      if (fromOpenedRoom === true && hasFocus === true) return null;
      const { title, text: body, payload } = fieldsOf(notification);
      return {
        name: "notification",
        title: text(title, 100),
        text: text(body),
        path: pathOf({ ...fieldsOf(payload), _id: undefined }),
        isDirect: fieldsOf(payload).type === "d",
      };
    }
    case "Custom_Script_Logged_In":
      return { name: "logged-in" };
    case "Custom_Script_Logged_Out":
      return { name: "logged-out" };
    default:
      return null;
  }
}

const countText = (count: number, one: string) => (count === 1 ? `1 new ${one}` : `${count} new ${one}s`);

/**
 * What an event tells the inbox. Rocket.Chat notifies of direct messages and mentions, unless the user has asked it for
 * more (vendor documentation: notification preferences); of subscriptions, those count.
 */
export function entryOf(event: ChatEvent | null): Omit<InboxEntry, "at"> | null {
  if (event?.name !== "notification" && event?.name !== "subscription") return null;
  const { title, path, isDirect } = event;
  if (!path || !title) return null;
  const common = { id: path, kind: isDirect ? ("direct" as const) : ("mention" as const), title, place: path };
  if (event.name === "notification") return { ...common, text: event.text, unread: 1 };
  const unread = isDirect ? event.unread : event.mentions;
  return { ...common, text: countText(unread, isDirect ? "message" : "mention"), unread };
}

/** What the portal's server says of subscriptions that a client has told: whose session it is, and which are its own. */
export interface Proof {
  readonly userId: string;
  readonly own: readonly string[];
}

/** What the portal's server finds when a client stays silent. */
export interface Diagnosis {
  /** What is wrong. Without it the client is slow, and nothing more. */
  readonly problem?: { readonly code: ProblemCode; readonly detail: string };
  /** The server no longer accepts the token that the client was given. */
  readonly tokenEnded?: boolean;
}

/** Why the portal's server is asked: the client has not started, or has not logged in. */
export type Silence = "startup" | "login";

/** Asks whose subscriptions these are: `{subscriptions}` → {@link Proof}. */
export const proofEndpoint = "/api/rocketchat/proof";

/** Asks why a client is silent: `{waitingFor, path}` → {@link Diagnosis}. */
export const diagnosisEndpoint = "/api/rocketchat/diagnosis";

/** At most so many subscriptions are asked for at once. */
export const maxProofIds = 40;
