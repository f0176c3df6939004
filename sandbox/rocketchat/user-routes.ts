/**
 * Users: look-up, creation, update, activation.
 */

import { roles as knownRoles, type User } from "./accounts";
import type { Call, Route } from "./api";
import { type Answer, BusinessError, success } from "./envelope";
import type { ObjectSchema } from "./schema";
import { documentOf, infoOf } from "./user-view";
import type { Version } from "./versions";
import type { Workspace } from "./workspace";

/** Usernames that the server keeps for itself. */
const reserved = new Set(["admin", "administrator", "system", "user", "all", "here", "rocket.cat"]);

const escapeLikeServer = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const infoBy = (key: string): ObjectSchema => ({
  required: [key],
  properties: { [key]: "string", includeUserRooms: "string", fields: "string?" },
});

const infoKeys = (version: Version) => [
  "userId",
  "username",
  "importId",
  ...(version.infoByEmail ? ["email", "freeSwitchExtension"] : []),
];

function lookUp(call: Call): User | undefined {
  const { workspace, user, query } = call;
  const { accounts } = workspace;
  if (query.userId !== undefined) return accounts.byId(query.userId);
  // The vendor's look-up by username also finds an id.
  if (query.username !== undefined) return accounts.byId(query.username) ?? accounts.byUsername(query.username);
  if (query.email === undefined || !workspace.may(user, "view-full-other-user-info")) return undefined;
  return accounts.byEmail(query.email);
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** The server also looks at what a name decodes to, and refuses one that does not decode. */
function decoded(name: string): string | null {
  try {
    return name + decodeURI(name);
  } catch {
    return null;
  }
}

/** The checks of `users.create`, in the server's order (vendor source: users, validateUserData, saveNewUser). */
function checkNewUser({ workspace, user, body }: Call): void {
  const { accounts, settings, control } = workspace;
  const [name, username, email] = [text(body.name), text(body.username), text(body.email)];
  if (/[<>\\/]/.test(decoded(name) ?? "<")) throw new BusinessError("Name contains invalid characters");
  if (body.customFields && Object.values(body.customFields).some((value) => typeof value === "object"))
    throw new BusinessError("Invalid custom field", "error-user-registration-custom-field");
  if (!workspace.may(user, "create-user"))
    throw new BusinessError("Adding user is not allowed", "error-action-not-allowed", {
      method: "insertOrUpdateUser",
      action: "Adding_user",
    });
  const roles = (body.roles ?? []) as string[];
  if (roles.some((role) => !(knownRoles as readonly string[]).includes(role)))
    throw new BusinessError("The field Roles consist invalid role id", "error-action-not-allowed", {
      method: "insertOrUpdateUser",
      action: "Assign_role",
    });
  if (roles.includes("admin") && !workspace.may(user, "assign-admin-role"))
    throw new BusinessError("Assigning admin is not allowed", "error-action-not-allowed", {
      method: "insertOrUpdateUser",
      action: "Assign_admin",
    });
  if (!name.trim()) throw required("Name");
  if (!username.trim()) throw required("Username");
  if (!new RegExp(`^${settings.text("UTF8_User_Names_Validation")}$`).test(username))
    throw new BusinessError(
      `${escapeLikeServer(username)} is not a valid username`,
      "error-input-is-not-a-valid-field",
      { method: "insertOrUpdateUser", input: username, field: "Username" },
    );
  if (text(body.password) === "" && body.setRandomPassword !== true) throw required("Password");
  if (accounts.byUsername(username)) throw taken(username);
  if (accounts.byEmail(email) || isOwnedElsewhere(workspace, email)) throw taken(email);
  if (reserved.has(username.toLowerCase()))
    throw new BusinessError(`${escapeLikeServer(username)} is blocked and can't be used!`, "error-blocked-username", {
      method: "insertOrUpdateUser",
      field: username,
    });
  if (control.switches.createRace !== "off") loseRace(workspace, username, email, name);
}

const required = (field: string) =>
  new BusinessError(`The field ${field} is required`, "error-the-field-is-required", {
    method: "insertOrUpdateUser",
    field,
  });

const isOwnedElsewhere = (workspace: Workspace, email: string) =>
  workspace.control.switches.emailOwner !== "" &&
  workspace.control.switches.emailOwner.toLowerCase() === email.toLowerCase();

/** The details hold the value, not the name of its field. */
const taken = (value: string) =>
  new BusinessError(`${escapeLikeServer(value)} is already in use :(`, "error-field-unavailable", {
    method: "insertOrUpdateUser",
    field: value,
  });

/** Somebody else creates the very user first; the switch says how the server tells the loser. */
function loseRace(workspace: Workspace, username: string, email: string, name: string): never {
  const winner = workspace.accounts.add({ username, name, emails: [{ address: email, verified: true }] });
  workspace.rooms.welcome(winner, true);
  switch (workspace.control.switches.createRace) {
    case "meteor":
      throw new BusinessError("Username already exists.", 403);
    case "e11000":
      throw new BusinessError(
        `E11000 duplicate key error collection: rocketchat.users index: username_1 dup key: { username: "${username}" }`,
      );
    default:
      throw taken(username);
  }
}

function create(call: Call): Answer {
  checkNewUser(call);
  const { workspace, user, body } = call;
  if (body.active !== undefined && !workspace.may(user, "edit-other-user-active-status"))
    throw new BusinessError("Not authorized", "error-not-authorized");
  const random = body.setRandomPassword === true;
  const made = workspace.accounts.add({
    username: text(body.username),
    name: text(body.name),
    emails: [{ address: text(body.email), verified: body.verified === true }],
    roles: Array.isArray(body.roles) && body.roles.length > 0 ? (body.roles as string[]) : ["user"],
    active: body.active !== false,
    bio: text(body.bio),
    nickname: text(body.nickname),
    statusText: text(body.statusText),
    customFields: (body.customFields ?? {}) as Record<string, unknown>,
    // A random password is mailed, and must be changed at the first login.
    requirePasswordChange: random || body.requirePasswordChange === true,
    plain: random ? undefined : text(body.password),
  });
  workspace.rooms.welcome(made, body.joinDefaultChannels !== false);
  return success({ user: documentOf(workspace, made) });
}

function update({ workspace, user, body }: Call): Answer {
  if (body.userId !== user._id && !workspace.may(user, "edit-other-user-info"))
    throw new BusinessError("Editing user is not allowed", "error-action-not-allowed", {
      method: "insertOrUpdateUser",
      action: "Editing_user",
    });
  const target = workspace.accounts.byId(text(body.userId));
  if (!target)
    throw new BusinessError('The required "userId" param provided does not match any users', "error-invalid-user");
  const data = body.data as Record<string, unknown>;
  const email = typeof data.email === "string" ? data.email : undefined;
  const owner = email === undefined ? undefined : workspace.accounts.byEmail(email);
  if (email !== undefined && ((owner && owner !== target) || isOwnedElsewhere(workspace, email))) throw taken(email);
  if (email !== undefined) target.emails = [{ address: email, verified: data.verified === true }];
  if (typeof data.name === "string" && data.name.trim()) target.name = data.name;
  if (typeof data.password === "string") {
    workspace.accounts.setPassword(target, data.password);
    workspace.accounts.removeTokens(target, (token) => !token.type);
  }
  if (typeof data.bio === "string") target.bio = data.bio;
  if (typeof data.requirePasswordChange === "boolean") target.requirePasswordChange = data.requirePasswordChange;
  if (Array.isArray(data.roles)) target.roles = data.roles.filter((role): role is string => typeof role === "string");
  if (typeof data.active === "boolean") setActive(workspace, target, data.active);
  return success({ user: documentOf(workspace, target) });
}

/** Deactivation ends every login of the user. */
function setActive(workspace: Workspace, user: User, active: boolean): void {
  user.active = active;
  if (!active) workspace.accounts.removeTokens(user, (token) => !token.type);
}

/** What `users.update` takes as `data`. */
const changes: ObjectSchema = {
  required: [],
  properties: {
    email: "string?",
    name: "string?",
    password: "string?",
    username: "string?",
    bio: "string?",
    nickname: "string?",
    statusText: "string?",
    active: "boolean?",
    roles: "array?",
    requirePasswordChange: "boolean?",
    setRandomPassword: "boolean?",
    sendWelcomeEmail: "boolean?",
    verified: "boolean?",
    customFields: "object?",
    status: "string?",
    freeSwitchExtension: "string?",
  },
};

export const userRoutes: readonly Route[] = [
  {
    methods: ["GET"],
    path: "users.info",
    query: (version) => ({ anyOf: infoKeys(version).map(infoBy) }),
    action(call) {
      const found = lookUp(call);
      if (!found) throw new BusinessError("User not found.");
      return success({ user: infoOf(call.workspace, found, call.user) });
    },
  },
  {
    methods: ["POST"],
    path: "users.create",
    body: () => ({
      required: ["email", "name", "password", "username"],
      properties: {
        email: "string",
        name: "string",
        password: "string",
        username: "string",
        active: "boolean?",
        bio: "string?",
        nickname: "string?",
        statusText: "string?",
        roles: "array",
        joinDefaultChannels: "boolean?",
        requirePasswordChange: "boolean?",
        setRandomPassword: "boolean?",
        sendWelcomeEmail: "boolean?",
        verified: "boolean?",
        customFields: "object",
        fields: "string?",
        freeSwitchExtension: "string?",
      },
    }),
    secondFactor: (version) => version.secondFactorForTokens,
    action: create,
  },
  {
    methods: ["POST"],
    path: "users.update",
    body: () => ({
      required: ["userId", "data"],
      properties: { userId: "text", confirmRelinquish: "boolean", data: changes },
    }),
    secondFactor: () => true,
    action: update,
  },
  {
    methods: ["POST"],
    path: "users.setActiveStatus",
    permissions: ["edit-other-user-active-status", "manage-moderation-actions"],
    body: () => ({
      required: ["userId", "activeStatus"],
      properties: { userId: "string", activeStatus: "boolean", confirmRelinquish: "boolean?" },
    }),
    action({ workspace, body }) {
      const target = workspace.accounts.byId(text(body.userId));
      if (!target) throw new BusinessError("Invalid user", "error-invalid-user");
      setActive(workspace, target, body.activeStatus === true);
      return success({ user: { _id: target._id, active: target.active } });
    },
  },
];
