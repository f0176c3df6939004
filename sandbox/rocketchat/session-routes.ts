/**
 * `login`, `logout`, `me`, and what a user may end of their own sessions.
 */
import type { Route } from "./api";
import { type Answer, forbidden, loginRefused, success } from "./envelope";
import { LoginRefused, logIn } from "./login";
import { meOf } from "./user-view";
import type { Workspace } from "./workspace";

const credentialKeys = new Set(["user", "username", "email", "password", "code"]);

/**
 * The options of a DDP login that a REST body stands for. A body with any other key is passed through as it is
 * (vendor source: ApiClass).
 */
function loginOptions(body: Readonly<Record<string, unknown>>, headerCode: string | undefined): unknown {
  if (Object.keys(body).some((key) => !credentialKeys.has(key))) return body;
  const { user, username, email, password, code } = body;
  const login = { user: selectorOf(user) ?? (username ? { username } : email ? { email } : undefined), password };
  // Anything else is Meteor's to refuse, or to take: `{user: {username}, password}` is its own form.
  if (password === undefined || password === null || login.user === undefined) return body;
  const given = code || headerCode;
  return given ? { totp: { code: given, login } } : login;
}

const selectorOf = (user: unknown) =>
  typeof user === "string" ? (user.includes("@") ? { email: user } : { username: user }) : undefined;

function login(workspace: Workspace, body: Readonly<Record<string, unknown>>, headerCode?: string): Answer {
  try {
    const { user, token } = logIn(workspace, loginOptions(body, headerCode));
    return {
      status: 200,
      body: {
        status: "success",
        data: { userId: user._id, authToken: token, me: meOf(workspace, user) },
        success: true,
      },
    };
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    const unknown = error.reason === "User not found";
    return unknown
      ? loginRefused(workspace, "Unauthorized", "Unauthorized")
      : loginRefused(workspace, error.code, error.reason, error.details);
  }
}

export const sessionRoutes: readonly Route[] = [
  {
    methods: ["POST"],
    path: "login",
    anonymous: true,
    action: ({ workspace, body, header }) => login(workspace, body, header("x-2fa-code")),
  },
  {
    methods: ["GET"],
    path: "me",
    action: ({ workspace, user }) => success(meOf(workspace, user)),
  },
  {
    methods: ["POST", "GET"],
    path: "logout",
    action({ workspace, user, token }) {
      workspace.accounts.removeTokens(user, (stored) => stored === token);
      if (workspace.control.switches.logoutBody === "empty") return { status: 200, body: null };
      // The documented body: this route's answer never went through the usual success envelope.
      return { status: 200, body: { status: "success", data: { message: "You've been logged out!" } } };
    },
  },
  {
    methods: ["POST"],
    path: "users.logout",
    body: () => ({ required: [], properties: { userId: "string?" }, open: true }),
    action({ workspace, user, body }) {
      const target = typeof body.userId === "string" ? body.userId : user._id;
      if (target !== user._id && !workspace.may(user, "logout-other-user")) return forbidden(workspace);
      const found = workspace.accounts.byId(target);
      // All of them, personal access tokens too (vendor source: unsetLoginTokens).
      if (found) workspace.accounts.removeTokens(found);
      return success({ message: `User ${target} has been logged out!` });
    },
  },
  {
    methods: ["POST"],
    path: "users.logoutOtherClients",
    action({ workspace, user, token, header }) {
      workspace.accounts.removeTokens(user, (stored) => stored !== token && !stored.type);
      return success({
        token: header("x-auth-token"),
        tokenExpires: new Date(workspace.tokenExpiry(token.when)).toISOString(),
      });
    },
  },
  {
    methods: ["POST"],
    path: "users.removeOtherTokens",
    action({ workspace, user, token }) {
      workspace.accounts.removeTokens(user, (stored) => stored !== token && !stored.type);
      return success();
    },
  },
];
