/**
 * Sets a Rocket.Chat workspace up for the portal over its REST API, as docs/setup/rocketchat.md tells an administrator to:
 * a role with the permissions, a service account, and its personal access token.
 */
import { createHash, randomBytes } from "node:crypto";
import { Failure } from "../lib/cli.mjs";

/** What the service account may do, and nothing else; docs/setup/rocketchat.md says why. */
const servicePermissions = [
  "create-user",
  "edit-other-user-info",
  "edit-other-user-active-status",
  "view-full-other-user-info",
  "view-other-user-channels",
  "user-generate-access-token",
  "logout-other-user",
  "api-bypass-rate-limit",
];

const role = "portal-broker";

/**
 * @typedef {{ userId: string, authToken: string }} Login
 * @typedef {{ url: string, admin: string, password: string, createTokenSecret: string, username?: string }} SetUp
 */

/** A caller of one workspace's API. Answers a challenge for a second factor with the caller's password, as the vendor's client does. */
class Workspace {
  #url;

  /** @param {string} url without a trailing slash */
  constructor(url) {
    this.#url = url;
  }

  /**
   * @param {"GET" | "POST"} method
   * @param {string} call behind `/api/v1/`
   * @param {{ as?: Login & { password?: string }, body?: object, code?: string }} [more]
   * @returns {Promise<any>} the body, whose shape is the call's
   */
  async call(method, call, { as, body, code } = {}) {
    const response = await fetch(`${this.#url}/api/v1/${call}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(as ? { "x-user-id": as.userId, "x-auth-token": as.authToken } : {}),
        ...(code ? { "x-2fa-code": code, "x-2fa-method": "password" } : {}),
      },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    if (answer.errorType === "totp-required" && as?.password && !code)
      return this.call(method, call, { as, body, code: createHash("sha256").update(as.password).digest("hex") });
    throw Object.assign(new Failure(`${call} answered ${response.status} ${answer.errorType ?? ""}`), {
      errorType: answer.errorType,
    });
  }

  /**
   * @param {string} user
   * @param {string} password
   */
  async login(user, password) {
    const { data } = await this.call("POST", "login", { body: { user, password } });
    return { userId: String(data.userId), authToken: String(data.authToken), password };
  }
}

/**
 * Makes the role, the account and its token. Safe to run again: what is there stays, and the token is a new one.
 *
 * @param {SetUp} order
 * @returns {Promise<Record<string, string>>} the portal's variables
 */
export async function setUpRocketChat({ url, admin, password, createTokenSecret, username = "portico.broker" }) {
  const workspace = new Workspace(url);
  const as = await workspace.login(admin, password);
  await workspace
    .call("POST", "roles.create", {
      as,
      body: { name: role, scope: "Users", description: "The portal's service account" },
    })
    .catch((error) => {
      if (error.errorType !== "error-duplicate-role-names-not-allowed") throw error;
    });
  const own = randomBytes(24).toString("base64url");
  const account = {
    name: "Portal",
    email: `${username}@portico.invalid`,
    username,
    password: `${own}aA1!`,
    verified: true,
  };
  await workspace.call("POST", "users.create", {
    as,
    body: { ...account, roles: [role], requirePasswordChange: false },
  });
  const making = "create-personal-access-tokens";
  await grantTo(workspace, as, [...servicePermissions, making]);
  const service = await workspace.login(username, account.password);
  const { token } = await workspace.call("POST", "users.generatePersonalAccessToken", {
    as: service,
    body: { tokenName: `portal-${Date.now()}`, bypassTwoFactor: true },
  });
  await workspace.call("POST", "logout", { as: service });
  await takeFrom(workspace, as, making);
  await workspace.call("POST", "logout", { as });
  return {
    ROCKETCHAT_URL: url,
    ROCKETCHAT_SERVICE_USER_ID: service.userId,
    ROCKETCHAT_SERVICE_TOKEN: String(token),
    ROCKETCHAT_CREATE_TOKEN_SECRET: createTokenSecret,
  };
}

/**
 * Who holds each of some permissions now.
 *
 * @param {Workspace} workspace
 * @param {Login} as
 * @param {readonly string[]} wanted
 * @returns {Promise<{ _id: string, roles: string[] }[]>}
 */
async function holders(workspace, as, wanted) {
  const { update } = await workspace.call("GET", "permissions.listAll", { as });
  return wanted.map((id) => {
    const found = update.find((/** @type {{ _id: string }} */ { _id }) => _id === id);
    if (!found) throw new Failure(`This Rocket.Chat knows no permission "${id}".`);
    return { _id: id, roles: found.roles };
  });
}

/**
 * @param {Workspace} workspace
 * @param {Login} as
 * @param {readonly string[]} permissions
 */
async function grantTo(workspace, as, permissions) {
  const now = await holders(workspace, as, permissions);
  const changed = now.map(({ _id, roles }) => ({ _id, roles: [...new Set([...roles, role])] }));
  await workspace.call("POST", "permissions.update", { as, body: { permissions: changed } });
}

/**
 * @param {Workspace} workspace
 * @param {Login} as
 * @param {string} permission
 */
async function takeFrom(workspace, as, permission) {
  const now = await holders(workspace, as, [permission]);
  const changed = now.map(({ _id, roles }) => ({ _id, roles: roles.filter((one) => one !== role) }));
  await workspace.call("POST", "permissions.update", { as, body: { permissions: changed } });
}
