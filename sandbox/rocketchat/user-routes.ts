/**
 * Users: look-up, creation, update, activation.
 */

import type { User } from "./accounts";
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

/** The user's subscriptions: `_id` is the subscription's, `rid` the room's (vendor documentation: users.info). */
const roomsOf = (workspace: Workspace, user: User) =>
  workspace.rooms.subscriptions(user._id).map(({ _id, rid, name, t, unread }) => ({ _id, rid, name, t, unread }));

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** The server also looks at what a name decodes to, and refuses one that does not decode. */
function decoded(name: string): string | null {
  try {
    return name + decodeURI(name);
  } catch {
    return null;
  }
}

/** What both routes look at before anything else. */
function checkNameAndFields({ name, customFields }: Readonly<Record<string, unknown>>): void {
  if (/[<>\\/]/.test(decoded(text(name)) ?? "<")) throw new BusinessError("Name contains invalid characters");
  if (customFields && Object.values(customFields).some((value) => typeof value === "object"))
    throw new BusinessError("Invalid custom field", "error-user-registration-custom-field");
}

const notAllowed = (sentence: string, action: string) =>
  new BusinessError(sentence, "error-action-not-allowed", { method: "insertOrUpdateUser", action });

function checkRoles({ workspace, user }: Call, roles: unknown): void {
  if (!Array.isArray(roles)) return;
  if (roles.some((role) => !workspace.accounts.hasRole(role)))
    throw notAllowed("The field Roles consist invalid role id", "Assign_role");
  if (roles.includes("admin") && !workspace.may(user, "assign-admin-role"))
    throw notAllowed("Assigning admin is not allowed", "Assign_admin");
}

function checkUsername({ settings }: Workspace, username: string): void {
  if (new RegExp(`^${settings.text("UTF8_User_Names_Validation")}$`).test(username)) return;
  throw new BusinessError(`${escapeLikeServer(username)} is not a valid username`, "error-input-is-not-a-valid-field", {
    method: "insertOrUpdateUser",
    input: username,
    field: "Username",
  });
}

/** The schema takes any text as an e-mail address; this does not (vendor source: validateEmailDomain). */
function checkEmail({ settings }: Workspace, email: string): void {
  const details = { function: "RocketChat.validateEmailDomain" };
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    throw new BusinessError(`Invalid email ${email}`, "error-invalid-email", { ...details, email });
  const domain = email.slice(email.lastIndexOf("@") + 1);
  const listed = (id: string) =>
    settings
      .text(id)
      .split(",")
      .flatMap((entry) => entry.trim() || []);
  const allowed = listed("Accounts_AllowedDomainsList");
  if (allowed.length > 0 && !allowed.includes(domain))
    throw new BusinessError("The email domain is not in whitelist", "error-invalid-domain", details);
  if (listed("Accounts_BlockedDomainsList").includes(domain))
    throw new BusinessError("The email domain is blacklisted", "error-email-domain-blacklisted", details);
}

/** The checks of `users.create`, in the server's order (vendor source: users, validateUserData, saveNewUser). */
function checkNewUser(call: Call): void {
  const { workspace, user, body } = call;
  const { accounts, control } = workspace;
  const [name, username, email] = [text(body.name), text(body.username), text(body.email)];
  checkNameAndFields(body);
  if (!workspace.may(user, "create-user")) throw notAllowed("Adding user is not allowed", "Adding_user");
  checkRoles(call, body.roles);
  if (!name.trim()) throw required("Name");
  if (!username.trim()) throw required("Username");
  checkUsername(workspace, username);
  if (text(body.password) === "" && body.setRandomPassword !== true) throw required("Password");
  if (accounts.byUsername(username)) throw taken(username);
  if (accounts.byEmail(email) || isOwnedElsewhere(workspace, email)) throw taken(email);
  if (reserved.has(username.toLowerCase()))
    throw new BusinessError(`${escapeLikeServer(username)} is blocked and can't be used!`, "error-blocked-username", {
      method: "insertOrUpdateUser",
      field: username,
    });
  checkEmail(workspace, email);
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

/** Someone else creates the very user first; the switch says how the server tells the loser. */
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
  const { workspace, body } = call;
  const random = body.setRandomPassword === true;
  const made = workspace.accounts.add({
    username: text(body.username),
    name: text(body.name),
    emails: [{ address: text(body.email), verified: body.verified === true }],
    roles: Array.isArray(body.roles) && body.roles.length > 0 ? (body.roles as string[]) : ["user"],
    bio: text(body.bio),
    nickname: text(body.nickname),
    statusText: text(body.statusText),
    customFields: (body.customFields ?? {}) as Record<string, unknown>,
    // A random password is mailed, and must be changed at the first login.
    requirePasswordChange: random || body.requirePasswordChange === true,
    plain: random ? undefined : text(body.password),
  });
  workspace.rooms.welcome(made, body.joinDefaultChannels !== false);
  // The account is there already, and stays, when this is refused.
  if (typeof body.active === "boolean") setActive(call, made, body.active);
  return success({ user: documentOf(workspace, made) });
}

/** The checks of `users.update`: those of a new user as far as they fit. Returns the user that it is about. */
function checkChanges(call: Call, data: Readonly<Record<string, unknown>>): User {
  const { workspace, user, body } = call;
  const { accounts } = workspace;
  checkNameAndFields(data);
  const own = body.userId === user._id;
  if (own && data.verified) throw notAllowed("Editing email verification is not allowed", "Editing_user");
  if (!own && !workspace.may(user, "edit-other-user-info"))
    throw notAllowed("Editing user is not allowed", "Editing_user");
  checkRoles(call, data.roles);
  if (data.username) checkUsername(workspace, text(data.username));
  const target = accounts.byId(text(body.userId));
  if (!target)
    throw new BusinessError('The required "userId" param provided does not match any users', "error-invalid-user");
  const another = (found: User | undefined) => found !== undefined && found !== target;
  if (data.username && another(accounts.byUsername(text(data.username)))) throw taken(text(data.username));
  if (typeof data.email === "string") {
    checkEmail(workspace, data.email);
    if (another(accounts.byEmail(data.email)) || isOwnedElsewhere(workspace, data.email)) throw taken(data.email);
  }
  return target;
}

function update(call: Call): Answer {
  const { workspace } = call;
  const data = call.body.data as Readonly<Record<string, unknown>>;
  const target = checkChanges(call, data);
  if (typeof data.email === "string") target.emails = [{ address: data.email, verified: data.verified === true }];
  if (text(data.name).trim()) target.name = text(data.name);
  if (data.username) target.username = text(data.username);
  for (const key of ["bio", "nickname", "statusText"] as const)
    if (typeof data[key] === "string") target[key] = data[key];
  if (data.customFields) target.customFields = data.customFields as Record<string, unknown>;
  if (typeof data.requirePasswordChange === "boolean") target.requirePasswordChange = data.requirePasswordChange;
  if (typeof data.password === "string") {
    workspace.accounts.setPassword(target, data.password);
    workspace.accounts.removeTokens(target, (token) => !token.type);
  }
  if (Array.isArray(data.roles)) target.roles = data.roles as string[];
  if (typeof data.active === "boolean") setActive(call, target, data.active);
  return success({ user: documentOf(workspace, target) });
}

/** Deactivation ends every login of the user, personal access tokens too (vendor source: setUserActiveStatus). */
function setActive({ workspace, user }: Call, target: User, active: boolean): void {
  const allowed = ["edit-other-user-active-status", "manage-moderation-actions"];
  if (!allowed.some((permission) => workspace.may(user, permission)))
    throw new BusinessError("Not allowed", "error-not-allowed", { method: "setUserActiveStatus" });
  target.active = active;
  if (!active) workspace.accounts.removeTokens(target);
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
      const { workspace, user, query } = call;
      const withRooms =
        query.includeUserRooms === "true" && (found === user || workspace.may(user, "view-other-user-channels"));
      return success({
        user: { ...infoOf(workspace, found, user), ...(withRooms ? { rooms: roomsOf(workspace, found) } : {}) },
      });
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
    action(call) {
      const { workspace, body } = call;
      const target = workspace.accounts.byId(text(body.userId));
      if (!target) throw new BusinessError("Invalid user", "error-invalid-user");
      setActive(call, target, body.activeStatus === true);
      return success({ user: { _id: target._id, active: target.active } });
    },
  },
];
