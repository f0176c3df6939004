/**
 * `users.createToken` in its dialects, and personal access tokens.
 */
import { randomBytes } from "node:crypto";
import type { User } from "./accounts";
import type { Call, Route } from "./api";
import { type Answer, BusinessError, success } from "./envelope";
import type { ParameterSchema } from "./schema";
import type { Version } from "./versions";
import type { Workspace } from "./workspace";

/** Up to 7.x the method told its name as well. */
const notAuthorized = ({ createToken }: Version) =>
  new BusinessError(
    "Not authorized",
    "error-not-authorized",
    createToken === "flag" ? { method: "createToken" } : undefined,
  );

/** 7.x takes any of three names for the user and checks them itself; 8.x takes an id and the secret, nothing else. */
const createTokenSchema = (version: Version): ParameterSchema =>
  version.createToken === "flag"
    ? { required: [], properties: { userId: "string", username: "string", user: "string", secret: "string" } }
    : { required: ["userId", "secret"], properties: { userId: "string", secret: "string" } };

/** The server looks the user up before anything else; the first parameter that is not blank counts. */
function targetOf(workspace: Workspace, { userId, username, user }: Readonly<Record<string, unknown>>): User {
  const given = [userId, username, user].map((value) => (typeof value === "string" ? value.trim() : ""));
  const [id, ...names] = given;
  const name = names.find((one) => one !== "");
  if (!id && !name)
    throw new BusinessError(
      'The required "userId" or "username" param was not provided',
      "error-user-param-not-provided",
    );
  const found = id ? workspace.accounts.byId(id) : workspace.accounts.byUsername(name ?? "");
  if (found && workspace.control.switches.deleteBeforeToken) workspace.accounts.remove(found);
  if (!found || workspace.control.switches.deleteBeforeToken)
    throw new BusinessError(
      'The required "userId" or "username" param provided does not match any users',
      "error-invalid-user",
    );
  return found;
}

/** Whether this caller may mint for this user, by release. */
function checkGate({ workspace, user, body }: Call, target: User): void {
  const { version } = workspace;
  const { createToken } = version;
  if (createToken === "flag") {
    if (workspace.control.switches.createTokens === "off") throw notAuthorized(version);
  } else {
    const secret = workspace.createTokenSecret;
    if (secret === null || body.secret !== secret) throw notAuthorized(version);
  }
  const forAnother = target._id !== user._id;
  if (createToken !== "secret" && forAnother && !workspace.may(user, "user-generate-access-token"))
    throw notAuthorized(version);
}

function createToken(call: Call): Answer {
  const { workspace } = call;
  const { switches } = workspace.control;
  const target = targetOf(workspace, call.body);
  checkGate(call, target);
  // Deactivated users get a token too: the server does not look.
  const failed = workspace.createTokenFailures.get(target._id) ?? 0;
  if (target.lastLogin === undefined && target.tokens.length === 0 && failed < switches.createTokenFails) {
    workspace.createTokenFailures.set(target._id, failed + 1);
    throw new BusinessError("Cannot read properties of undefined (reading 'tokens')");
  }
  const authToken = workspace.accounts.mintToken(target, "createToken", switches.tokenStoreDelayMs);
  return success({ data: { userId: target._id, authToken } });
}

function generatePersonalAccessToken({ workspace, user, body }: Call): Answer {
  if (!workspace.may(user, "create-personal-access-tokens"))
    throw new BusinessError("Not Authorized", "not-authorized");
  const name = String(body.tokenName);
  if (user.tokens.some((token) => token.type === "personalAccessToken" && token.name === name))
    throw new BusinessError("A token with this name already exists", "error-token-already-exists");
  const token = randomBytes(32).toString("base64url");
  workspace.accounts.addToken(user, token, {
    type: "personalAccessToken",
    name,
    bypassTwoFactor: body.bypassTwoFactor === true,
  });
  workspace.accounts.minted.personalAccessToken += 1;
  return success({ token });
}

export const tokenRoutes: readonly Route[] = [
  {
    methods: ["POST"],
    path: "users.createToken",
    body: createTokenSchema,
    secondFactor: (version) => version.secondFactorForTokens,
    action: createToken,
  },
  {
    methods: ["POST"],
    path: "users.generatePersonalAccessToken",
    body: () => ({ required: ["tokenName"], properties: { tokenName: "string", bypassTwoFactor: "boolean" } }),
    secondFactor: () => true,
    action: generatePersonalAccessToken,
  },
];
